"""The memory of an endpoint: objects with their versions, keys and issued tokens; in SQLite, in a file or in memory.

Each change is one transaction, written before it is answered. Several processes may share a file.
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

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.endpoint.keys import refuse_exposed

Change = Literal["ADDED", "MODIFIED", "DELETED"]
Object = dict[str, Any]
_FORMAT = 2  # of the tables below
_LOCK_TIMEOUT = 2.0  # seconds for which another process is waited for while the state is opened
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_MOST_CHANGES = 10_000  # changes that watches can still be told of
_TABLES = """
create table if not exists objects (
  resource text, namespace text, name text, uid text not null, version integer not null, body blob not null,
  primary key (resource, namespace, name)) without rowid;
create table if not exists changes (
  version integer primary key autoincrement, change text not null, resource text not null, namespace text not null,
  body blob not null, before blob);
create table if not exists tokens (
  id text primary key, namespace text not null, account text not null, issued integer not null,
  expires integer not null, claims blob not null) without rowid;
create table if not exists keys (
  id text primary key, pem blob not null, place integer not null, until integer) without rowid;
"""


class Unavailable(Exception):  # noqa: N818  - answered with 503
    """The file is locked by another process, full, or no longer readable."""


class Locked(Unavailable):
    """Another process holds the file at the moment."""


class ObjectKey(Struct, frozen=True, kw_only=True):
    """The identity of an object: its resource with the group, its namespace (empty: none) and its name."""

    resource: str
    namespace: str = ""
    name: str


class Event(Struct, frozen=True, kw_only=True):
    """A change of an object: the object after it (a deleted one as it was), and before it."""

    version: int
    change: Change
    namespace: str
    obj: Object
    before: Object | None = None


class StoredKey(Struct, frozen=True, kw_only=True):
    """A signing key in PEM, and the time at which it ceases to verify (None: it is in use)."""

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
        """Open a file, or create one that only its owner can read. Raises `CodegenError`."""
        self._lock = threading.RLock()
        self._in_transaction = False
        with contextlib.ExitStack() as on_failure:
            self._open(file, on_failure)
            on_failure.pop_all()

    def _open(self, file: Path | None, on_failure: contextlib.ExitStack) -> None:
        try:
            if file is not None:
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            options: Any = {"timeout": _LOCK_TIMEOUT, "isolation_level": None, "check_same_thread": False}
            self._db = sqlite3.connect(":memory:" if file is None else file, **options)
            on_failure.callback(self._db.close)
            self._prepare_patiently(file)
        except (OSError, sqlite3.Error, Unavailable) as error:
            raise unusable(file, getattr(error, "strerror", None) or str(error)) from None

    def _prepare_patiently(self, file: Path | None) -> None:
        """Create the tables. Others may do so at this moment, and SQLite does not wait for all of them."""
        end = time.monotonic() + _LOCK_TIMEOUT
        while True:
            try:
                with self._connection():
                    self._prepare(file)
                return
            except Locked:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def _prepare(self, file: Path | None) -> None:
        with self._transaction("begin") as db:
            (found,) = db.execute("pragma user_version").fetchone()
            (tables,) = db.execute("select count(*) from sqlite_master").fetchone()
        if found != _FORMAT and (found or tables):
            raise unusable(file, "it is a database of something else, or of another version of codegen")
        if file is not None:
            refuse_exposed(file)
            if self._db.execute("pragma journal_mode").fetchone() != ("wal",):
                self._db.execute("pragma journal_mode = wal")
        # A killed process loses nothing, a machine without power may lose the last moment.
        self._db.execute("pragma synchronous = normal")
        with self._transaction() as db:
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"pragma user_version = {_FORMAT}")

    def close(self) -> None:
        """Close the file; everything is written already."""
        with self._lock:
            self._db.close()

    def never_wait(self) -> None:
        """Raise `Locked` at once from now on: a server that waited here would hold up all other requests."""
        with self._connection() as db:
            db.execute("pragma busy_timeout = 0")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of a block, or none of them."""
        with self._transaction():
            yield

    @contextlib.contextmanager
    def _transaction(self, begin: str = "begin immediate") -> Iterator[sqlite3.Connection]:
        """Open a transaction, or take part in the one that is open."""
        with self._connection() as db:
            if self._in_transaction:
                yield db
                return
            db.execute(begin)
            self._in_transaction = True
            try:
                yield db
                db.execute("commit")
            except BaseException:
                if db.in_transaction:  # SQLite may have rolled back itself
                    db.execute("rollback")
                raise
            finally:
                self._in_transaction = False

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extended code
                raise (Locked if code in _LOCKED else Unavailable)(str(error)) from None

    # ------------------------------------------------------------------------------------------------------ objects

    def version(self) -> int:
        """Return the version of the newest change."""
        with self._connection() as db:
            (found,) = db.execute("select coalesce(max(version), 1) from changes").fetchone()
            return int(found)

    def get(self, key: ObjectKey) -> Object | None:
        """Return an object, or None."""
        with self._connection() as db:
            row = db.execute(
                "select body from objects where resource = ? and namespace = ? and name = ?",
                (key.resource, key.namespace, key.name),
            ).fetchone()
            return None if row is None else msgspec.json.decode(row[0])

    def list_objects(self, resource: str, namespace: str = "") -> tuple[list[Object], int]:
        """Return the objects of a resource, in one namespace or in all, by name; and the version of this list."""
        with self._transaction("begin") as db:  # another process may change something between the two
            rows = db.execute(
                "select body from objects where resource = ? and (? = '' or namespace = ?) order by namespace, name",
                (resource, namespace, namespace),
            ).fetchall()
            return [msgspec.json.decode(body) for (body,) in rows], self.version()

    def create(self, key: ObjectKey, obj: Object) -> Object | None:
        """Keep a new object and return it with its version; None if there is one already."""
        with self._transaction() as db:
            return None if self.get(key) is not None else self._keep(db, key, obj)

    def replace(self, key: ObjectKey, obj: Object, expected: str) -> Object | None:
        """Replace the object of an expected version (`resourceVersion`); None if it has another one."""
        with self._transaction() as db:
            old = self.get(key)
            if old is None or old["metadata"]["resourceVersion"] != expected:
                return None
            return self._keep(db, key, obj, old)

    def delete(self, key: ObjectKey, expected: str) -> Object | None:
        """Remove the object of an expected version and return it; None if it has another one."""
        with self._transaction() as db:
            old = self.get(key)
            if old is None or old["metadata"]["resourceVersion"] != expected:
                return None
            db.execute(
                "delete from objects where resource = ? and namespace = ? and name = ?",
                (key.resource, key.namespace, key.name),
            )
            return self._record(db, "DELETED", key, old)

    def _keep(self, db: sqlite3.Connection, key: ObjectKey, obj: Object, before: Object | None = None) -> Object:
        kept = self._record(db, "ADDED" if before is None else "MODIFIED", key, obj, before)
        metadata = kept["metadata"]
        row = (key.resource, key.namespace, key.name, metadata["uid"], int(metadata["resourceVersion"]))
        db.execute("insert or replace into objects values (?, ?, ?, ?, ?, ?)", (*row, msgspec.json.encode(kept)))
        return kept

    def _record(
        self, db: sqlite3.Connection, change: Change, key: ObjectKey, obj: Object, before: Object | None = None
    ) -> Object:
        """Record a change for watches, and return the object with the version of the change."""
        version = self.version() + 1
        kept = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(version)}}
        old = None if before is None else msgspec.json.encode(before)
        row = (version, change, key.resource, key.namespace, msgspec.json.encode(kept), old)
        db.execute("insert into changes values (?, ?, ?, ?, ?, ?)", row)
        db.execute("delete from changes where version <= ?", (version - _MOST_CHANGES,))
        return kept

    def changes(self, resource: str, namespace: str, after: int) -> list[Event] | None:
        """Return the changes of a resource after a version; None if some of them are not kept any more."""
        with self._connection() as db:
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
                namespace=where,
                obj=msgspec.json.decode(body),
                before=None if before is None else msgspec.json.decode(before),
            )
            for version, change, where, body, before in rows
        ]

    # ------------------------------------------------------------------------------------------------- tokens and keys

    def record_token(self, namespace: str, account: str, claims: dict[str, Any]) -> None:
        """Keep the claims of an issued token."""
        row = (claims["jti"], namespace, account, claims["iat"], claims["exp"], msgspec.json.encode(claims))
        with self._transaction() as db:
            db.execute("insert into tokens values (?, ?, ?, ?, ?, ?)", row)

    def tokens(self) -> list[dict[str, Any]]:
        """Return the claims of all issued tokens, the oldest first."""
        with self._connection() as db:
            rows = db.execute("select claims from tokens order by issued, id").fetchall()
        return [msgspec.json.decode(claims) for (claims,) in rows]

    def keys(self) -> list[StoredKey]:
        """Return the signing keys, the one in use first."""
        with self._connection() as db:
            rows = db.execute("select id, pem, until from keys order by place desc").fetchall()
        return [StoredKey(id=name, pem=pem, until=until) for name, pem, until in rows]

    def keep_keys(self, keys: list[StoredKey]) -> None:
        """Keep these keys and no others, the one in use first."""
        with self._transaction() as db:
            db.execute("delete from keys")
            rows = [(key.id, key.pem, len(keys) - place, key.until) for place, key in enumerate(keys)]
            db.executemany("insert into keys values (?, ?, ?, ?)", rows)


def unusable(file: Path | None, reason: str) -> CodegenError:
    """Build the error for a state file that cannot be used."""
    return failure(
        "state-unusable",
        f"cannot open the state file: {reason}",
        Span(path=str(file)),
        "name a new file in a folder that you may write to, or leave out --state to keep the state in memory",
    )
