"""The objects, keys and issued tokens of an endpoint in an SQLite database.

Every method belongs into a transaction, which is written before the request is answered. One
process owns the file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from codegen.core.diagnostics import CodegenError, Span, failure
from codegen.core.json_types import JsonObject
from codegen.endpoint.keys import Key, parse_pem
from codegen.endpoint.kinds import Kind

Object = JsonObject
_FORMAT = 3  # of the tables below
_TABLES = """
create table objects (
  resource text, namespace text, name text, body blob not null, primary key (resource, namespace, name)) without rowid;
create table tokens (id text primary key, issued integer not null, claims blob not null) without rowid;
create table keys (place integer primary key, pem blob not null, until integer);
create table versions (version integer not null);
insert into versions values (1);
"""


class StateUnavailable(Exception):  # noqa: N818  - answered with 503
    """Raised if the database is full or no longer readable."""


class State:
    """The database of an endpoint."""

    def __init__(self, file: Path | None = None) -> None:
        """Open a file, or create one with permissions for its owner alone.

        Raises `CodegenError`.
        """
        # Large bodies are handled in another thread, and tests use objects in their own.
        self._lock = threading.RLock()
        self._in_transaction = False  # changed by the thread that holds the lock
        try:
            if file is not None:
                os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = sqlite3.connect(
                ":memory:" if file is None else file, timeout=1, check_same_thread=False
            )
            with contextlib.ExitStack() as on_failure:
                on_failure.callback(self._db.close)
                self._prepare(file)
                on_failure.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise unusable(file, getattr(error, "strerror", None) or str(error)) from None

    def _prepare(self, file: Path | None) -> None:
        self._db.execute("pragma locking_mode = exclusive")
        (version,) = self._db.execute("pragma user_version").fetchone()
        (tables,) = self._db.execute("select count(*) from sqlite_master").fetchone()
        if version != _FORMAT and (version or tables):
            raise unusable(
                file, "it is a database of something else, or of another version of codegen"
            )
        self._db.execute("pragma journal_mode = wal")
        # A killed process loses nothing, a machine without power may lose the last moment.
        self._db.execute("pragma synchronous = normal")
        tables = "" if tables else f"{_TABLES} pragma user_version = {_FORMAT};"
        # From now on this process owns the file.
        self._db.executescript(f"begin exclusive; {tables} commit;")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all changes of a block, or none of them. Raises `StateUnavailable`.

        A block inside another one belongs to the outer transaction.
        """
        with self._lock:
            if self._in_transaction:
                yield
                return
            self._in_transaction = True
            try:
                with self._db:
                    yield
            except sqlite3.Error as error:
                raise StateUnavailable(str(error)) from None
            finally:
                self._in_transaction = False

    def version(self) -> int:
        """Return the version of the newest change."""
        (version,) = self._db.execute("select version from versions").fetchone()
        return int(version)

    def get(self, kind: Kind, namespace: str, name: str) -> Object | None:
        """Return an object, or None."""
        row = self._db.execute(
            "select body from objects where resource = ? and namespace = ? and name = ?",
            (kind.resource, namespace, name),
        ).fetchone()
        return None if row is None else msgspec.json.decode(row[0])

    def list_objects(self, kind: Kind, namespace: str = "") -> list[Object]:
        """Return the objects of a kind by name, in one namespace or in all."""
        rows = self._db.execute(
            "select body from objects where resource = ? and (? = '' or namespace = ?) order by namespace, name",
            (kind.resource, namespace, namespace),
        )
        return [msgspec.json.decode(body) for (body,) in rows]

    def keep(self, kind: Kind, namespace: str, obj: Object) -> Object:
        """Store a new or changed object, and return it with its version."""
        kept = self._set_version(obj)
        row = (kind.resource, namespace, kept["metadata"]["name"], msgspec.json.encode(kept))
        self._db.execute("insert or replace into objects values (?, ?, ?, ?)", row)
        return kept

    def delete(self, kind: Kind, namespace: str, obj: Object) -> Object:
        """Remove an object, and return it with the version of its deletion."""
        key = (kind.resource, namespace, obj["metadata"]["name"])
        self._db.execute(
            "delete from objects where resource = ? and namespace = ? and name = ?", key
        )
        return self._set_version(obj)

    def _set_version(self, obj: Object) -> Object:
        self._db.execute("update versions set version = version + 1")
        return {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.version())}}

    def record_token(self, claims: JsonObject) -> None:
        """Store the claims of an issued token."""
        row = (claims["jti"], claims["iat"], msgspec.json.encode(claims))
        self._db.execute("insert into tokens values (?, ?, ?)", row)

    def tokens(self) -> list[JsonObject]:
        """Return the claims of all issued tokens, the oldest first."""
        rows = self._db.execute("select claims from tokens order by issued, id")
        return [msgspec.json.decode(claims) for (claims,) in rows]

    def keys(self) -> list[Key]:
        """Return the signing keys, the current one first."""
        return [
            parse_pem(pem, until)
            for pem, until in self._db.execute("select pem, until from keys order by place")
        ]

    def keep_keys(self, keys: Sequence[Key]) -> None:
        """Store these keys and no others, the current one first."""
        self._db.execute("delete from keys")
        rows = [(place, key.jwk.as_pem(private=True), key.until) for place, key in enumerate(keys)]
        self._db.executemany("insert into keys values (?, ?, ?)", rows)


def unusable(file: Path | None, reason: str) -> CodegenError:
    """Build the error for a state file that cannot be used."""
    return failure(
        "state-unusable",
        f"cannot open the state file: {reason}",
        Span(path=str(file)),
        "name a new file in a folder that you may write to, or leave out --state to keep the state in memory",
        arguments=(str(reason),),
    )
