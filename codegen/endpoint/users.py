"""Users as the API knows them, and the file of static tokens."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from codegen.core.diagnostics import Span, failure
from codegen.core.json_types import JsonObject
from codegen.core.opening import read_bytes

AUTHENTICATED = "system:authenticated"
UNAUTHENTICATED = "system:unauthenticated"
MASTERS = "system:masters"
ACCOUNTS = "system:serviceaccounts"
_ACCOUNT = "system:serviceaccount:"


class User(Struct, frozen=True, kw_only=True):
    """A user with groups and the extra fields of the credential."""

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, tuple[str, ...]] = {}

    def as_json(self) -> JsonObject:
        """Return the user as reviews show it, without empty fields."""
        extra = {name: list(values) for name, values in self.extra.items()}
        fields = {
            "username": self.name,
            "uid": self.uid,
            "groups": list(self.groups),
            "extra": extra,
        }
        return {name: value for name, value in fields.items() if value}


ANONYMOUS = User(name="system:anonymous", groups=(UNAUTHENTICATED,))


def account_name(namespace: str, name: str) -> str:
    """Return the user name of a service account."""
    return f"{_ACCOUNT}{namespace}:{name}"


def parse_account(user: str) -> tuple[str, str] | None:
    """Return namespace and name of the service account with a user name, or None."""
    if user.startswith(_ACCOUNT):
        parts = user.removeprefix(_ACCOUNT).split(":")
    else:
        parts = []
    if len(parts) == 2 and all(parts):
        return (parts[0], parts[1])
    return None


def account_user(
    namespace: str, name: str, uid: str = "", extra: Mapping[str, tuple[str, ...]] | None = None
) -> User:
    """Return a service account as a user."""
    groups = (ACCOUNTS, f"{ACCOUNTS}:{namespace}", AUTHENTICATED)
    return User(name=account_name(namespace, name), uid=uid, groups=groups, extra=extra or {})


def read_static_tokens(path: Path) -> dict[str, User]:
    """Read static tokens from a CSV file of token, user name, uid and groups.

    Raises `CodegenError`.
    """
    users: dict[str, User] = {}
    rows = csv.reader(_read_lines(path), skipinitialspace=True, strict=True)
    try:
        for row in filter(None, rows):
            token, name, uid, groups, *_ = [*(cell.strip() for cell in row), "", "", "", ""]
            if len(row) < 3 or not token or not name:
                raise ValueError("a line has a token, a user name and a uid, and may have groups")
            listed = filter(None, (group.strip() for group in groups.split(",")))
            users.setdefault(token, User(name=name, uid=uid, groups=(*listed, AUTHENTICATED)))
    except (OSError, ValueError, csv.Error) as error:
        raise failure(
            "token-file-unreadable",
            f"the static tokens cannot be read: {getattr(error, 'strerror', None) or error}",
            Span(path=str(path), line=rows.line_num),
            'write lines such as: secret,alice,alice-uid,"system:masters,people" (--token-auth-file)',
            arguments=(getattr(error, "strerror", None) or str(error),),
        ) from None
    return users


def _read_lines(path: Path) -> Iterator[str]:
    yield from read_bytes(path).decode("utf-8-sig").splitlines(keepends=True)
