"""What an endpoint remembers: objects with their versions, keys, and every token that it issued; in SQLite, in a file or in memory.

Each change is one transaction, written before it is answered. Several processes may share a file: nothing is kept beside it.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from codegen.endpoint.key_files import refuse_exposed
from codegen.findings.diagnostics import CodegenError, Span, failure

Change = Literal["ADDED", "MODIFIED", "DELETED"]
Object = dict[str, Any]
_FORMAT = 2  # of the tables below; in the first, changes did not tell what was there before
_PATIENCE = 2.0  # seconds for which another process is waited for, here until it is served, then in `waiting`
_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_KEPT = 10_000  # changes that watches can still be told of
_TABLES = """
create table if not exists objects (
  resource text, namespace text, name text, uid text not null, version integer not null, body blob not null,
  primary key (resource, namespace, name)) without rowid;
create table if not exists changes (
  version integer primary key autoincrement, change text not null, resource text not null, namespace text not null, body blob not null,
  before blob);
create table if not exists tokens (
  id text primary key, namespace text not null, account text not null, issued integer not null, expires integer not null,
  claims blob not null) without rowid;
create table if not exists keys (id text primary key, pem blob not null, place integer not null, until integer) without rowid;
"""


class Unavailable(Exception):  # noqa: N818  - answered, not raised to the user
    """The file is locked by another process, full, or no longer readable; the text says which."""


class Busy(Unavailable):
    """Another process holds the file at the moment: whoever can wait asks again."""


class Place(Struct, frozen=True, kw_only=True):
    """Where an object is: its resource with the group (`roles.rbac.authorization.k8s.io`), its namespace (empty: none) and name."""

    resource: str
    namespace: str = ""
    name: str


class Event(Struct, frozen=True, kw_only=True):
    """A change of an object: as it is after it (a deleted one as it was), and as it was `before`, where it was there and that is known."""

    version: int
    change: Change
    namespace: str
    obj: Object
    before: Object | None = None


class StoredKey(Struct, frozen=True, kw_only=True):
    """A signing key in PEM, which is shown nowhere, and from when on it verifies nothing (None: it is in use)."""

    id: str
    pem: bytes
    until: int | None

    def __repr__(self) -> str:
        return f"StoredKey({self.id})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("id", self.id)]


class State:
    """Objects, changes, tokens and keys. Every method may raise `Unavailable`."""

    def __init__(self, file: Path | None = None) -> None:
        """Open a file, which is made if there is none, readable by its owner only. Raises `CodegenError` where it cannot be used."""
        self._lock = threading.RLock()
        self._is_changing = False
        with contextlib.ExitStack() as refused:  # what is refused is closed
            self._open(file, refused)
            refused.pop_all()

    def _open(self, file: Path | None, refused: contextlib.ExitStack) -> None:
        try:
            if file is not None:
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(
                ":memory:" if file is None else file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
            )
            refused.callback(self._db.close)
            self._prepared(file)
        except (OSError, sqlite3.Error, Unavailable) as error:
            raise unusable(file, getattr(error, "strerror", None) or str(error)) from None

    def _prepared(self, file: Path | None) -> None:
        """Have the tables. Others may begin with the file at this moment, of which SQLite tells some without waiting."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                with self._asking():
                    self._prepare(file)
                return
            except Busy:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def _prepare(self, file: Path | None) -> None:
        with self._changing("begin") as db:
            (found,) = db.execute("pragma user_version").fetchone()
            (tables,) = db.execute("select count(*) from sqlite_master").fetchone()
        if found not in (_FORMAT, _FORMAT - 1) and (found or tables):
            raise unusable(file, "it is a database of something else, or of another version of codegen")
        if file is not None:
            refuse_exposed(file)
        if file is not None and self._db.execute("pragma journal_mode").fetchone() != ("wal",):
            self._db.execute("pragma journal_mode = wal")
        # Of a killed process nothing is lost, of a machine without power the last moment may be.
        self._db.execute("pragma synchronous = normal")
        with self._changing() as db:
            (found,) = db.execute("pragma user_version").fetchone()  # which others may have raised meanwhile
            for statement in _TABLES.split(";"):
                db.execute(statement)
            if found == _FORMAT - 1:
                db.execute("alter table changes add column before blob")
            db.execute(f"pragma user_version = {_FORMAT}")

    def close(self) -> None:
        """Close the file; everything is written already."""
        with self._lock:
            self._db.close()

    def never_wait(self) -> None:
        """Raise `Busy` at once from now on: where requests are served, one that waited here would hold up all others."""
        with self._asking() as db:
            db.execute("pragma busy_timeout = 0")

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Keep all that is changed within, or nothing of it; what is read within is of one moment."""
        with self._changing():
            yield

    @contextlib.contextmanager
    def _changing(self, begin: str = "begin immediate") -> Iterator[sqlite3.Connection]:
        """One transaction, all of it or nothing; within another it is a part of that one."""
        with self._asking() as db:
            if self._is_changing:
                yield db
                return
            db.execute(begin)
            self._is_changing = True
            try:
                yield db
                db.execute("commit")
            except BaseException:
                if db.in_transaction:  # SQLite may have done it
                    db.execute("rollback")
                raise
            finally:
                self._is_changing = False

    @contextlib.contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what it says beside
                raise (Busy if code in _HELD else Unavailable)(str(error)) from None

    # ------------------------------------------------------------------------------------------------------ objects

    def version(self) -> int:
        """The version of the newest change."""
        with self._asking() as db:
            (found,) = db.execute("select coalesce(max(version), 1) from changes").fetchone()
            return int(found)

    def get(self, place: Place) -> Object | None:
        """An object, or None."""
        with self._asking() as db:
            row = db.execute(
                "select body from objects where resource = ? and namespace = ? and name = ?",
                (place.resource, place.namespace, place.name),
            ).fetchone()
            return None if row is None else msgspec.json.decode(row[0])

    def all_of(self, resource: str, namespace: str = "") -> tuple[list[Object], int]:
        """The objects of a resource in the order of their names, in one namespace or in all; and the version of this list."""
        with self._changing("begin") as db:  # another process may change something between the two
            rows = db.execute(
                "select body from objects where resource = ? and (? = '' or namespace = ?) order by namespace, name",
                (resource, namespace, namespace),
            ).fetchall()
            return [msgspec.json.decode(body) for (body,) in rows], self.version()

    def create(self, place: Place, obj: Object) -> Object | None:
        """Keep a new object; as it is kept, with its version, or None where there is one already."""
        with self._changing() as db:
            if self.get(place) is not None:
                return None
            return self._keep(db, place, obj)

    def replace(self, place: Place, obj: Object, expected: str) -> Object | None:
        """Keep an object in the place of the version that is expected (`resourceVersion`); None where it is not that one any more."""
        with self._changing() as db:
            old = self.get(place)
            if old is None or old["metadata"]["resourceVersion"] != expected:
                return None
            return self._keep(db, place, obj, old)

    def delete(self, place: Place, expected: str) -> Object | None:
        """Remove an object of this version; as it was, or None where it is not that one any more."""
        with self._changing() as db:
            old = self.get(place)
            if old is None or old["metadata"]["resourceVersion"] != expected:
                return None
            db.execute(
                "delete from objects where resource = ? and namespace = ? and name = ?",
                (place.resource, place.namespace, place.name),
            )
            return self._noted(db, "DELETED", place, old)

    def _keep(self, db: sqlite3.Connection, place: Place, obj: Object, before: Object | None = None) -> Object:
        """Keep an object, in the place of what was there `before`."""
        kept = self._noted(db, "ADDED" if before is None else "MODIFIED", place, obj, before)
        metadata = kept["metadata"]
        at = (place.resource, place.namespace, place.name, metadata["uid"], int(metadata["resourceVersion"]))
        db.execute("insert or replace into objects values (?, ?, ?, ?, ?, ?)", (*at, msgspec.json.encode(kept)))
        return kept

    def _noted(
        self, db: sqlite3.Connection, change: Change, place: Place, obj: Object, before: Object | None = None
    ) -> Object:
        """An object of the version of its change, which watches are told of."""
        version = self.version() + 1
        kept = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(version)}}
        db.execute(
            "insert into changes values (?, ?, ?, ?, ?, ?)",
            (
                *(version, change, place.resource, place.namespace, msgspec.json.encode(kept)),
                None if before is None else msgspec.json.encode(before),
            ),
        )
        db.execute("delete from changes where version <= ?", (version - _KEPT,))
        return kept

    def changes(self, resource: str, namespace: str, after: int) -> list[Event] | None:
        """The changes of a resource after a version, in their order; None where some of them are not kept any more."""
        with self._asking() as db:
            (first,) = db.execute("select coalesce(min(version), 1) from changes").fetchone()
            if after < first - 1 and first > 2:
                return None
            rows = db.execute(
                "select version, change, namespace, body, before from changes "
                "where resource = ? and (? = '' or namespace = ?) and version > ? order by version",
                (resource, namespace, namespace, after),
            ).fetchall()
        return [
            Event(
                version=version,
                change=change,
                namespace=place,
                obj=msgspec.json.decode(body),
                before=None if before is None else msgspec.json.decode(before),
            )
            for version, change, place, body, before in rows
        ]

    # ------------------------------------------------------------------------------------------------------- tokens

    def note_token(self, namespace: str, account: str, claims: dict[str, Any]) -> None:
        """Keep what was issued, by its id (`jti`)."""
        row = (claims["jti"], namespace, account, claims["iat"], claims["exp"], msgspec.json.encode(claims))
        with self._changing() as db:
            db.execute("insert into tokens values (?, ?, ?, ?, ?, ?)", row)

    def tokens(self, namespace: str = "", account: str = "") -> list[dict[str, Any]]:
        """The claims of all tokens that were issued, the oldest first; of one namespace or account where these are given."""
        with self._asking() as db:
            rows = db.execute(
                "select claims from tokens where (? = '' or namespace = ?) and (? = '' or account = ?) order by issued, id",
                (namespace, namespace, account, account),
            ).fetchall()
        return [msgspec.json.decode(claims) for (claims,) in rows]

    # --------------------------------------------------------------------------------------------------------- keys

    def keys(self) -> list[StoredKey]:
        """The signing keys, the one in use first."""
        with self._asking() as db:
            rows = db.execute("select id, pem, until from keys order by place desc").fetchall()
        return [StoredKey(id=name, pem=pem, until=until) for name, pem, until in rows]

    def keep_keys(self, keys: list[StoredKey]) -> None:
        """Keep these keys and no others, the one in use first."""
        with self._changing() as db:
            db.execute("delete from keys")
            rows = [(key.id, key.pem, len(keys) - place, key.until) for place, key in enumerate(keys)]
            db.executemany("insert into keys values (?, ?, ?, ?)", rows)


def unusable(file: Path | None, reason: str) -> CodegenError:
    """The error that a state cannot be kept in a file."""
    return failure(
        "state-unusable",
        f"the state cannot be kept there: {reason}",
        Span(path=str(file)),
        "name a file that does not exist yet, in a folder that you may write to, or leave --state out to keep it in memory",
    )
