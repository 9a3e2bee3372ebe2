"""Writes `protobuf.json`: the numbers that fields have in protobuf, read from the Go source of the API (`make protobuf GO=.../src/k8s.io`).

A number never changes and is never used again, so that those of one release hold in all others; what a later release adds is not known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

FILE = Path(__file__).with_name("protobuf.json")
_PACKAGES = ("api", "apimachinery/pkg/apis/meta", "apimachinery/pkg/api/resource", "apimachinery/pkg/runtime")
_MORE = ("apimachinery/pkg/util/intstr", "apimachinery/pkg/types")
_IMPORT = re.compile(r'^\s*(?:import )?(\w+)? ?"k8s\.io/([\w./-]+)"$', re.MULTILINE)
_TYPE = re.compile(r"^type (\w+) (struct \{|[^\n]+)", re.MULTILINE)
_FIELD = re.compile(r"^\t(?:(\w+)[ \t]+)?(\*?[\w.\[\]*]+)[ \t]+`([^`]*)`", re.MULTILINE)
_TAG = re.compile(r'protobuf:"(?:bytes|varint),(\d+),(?:(?:opt|rep|req),)?name=(\w+)')
_JSON = re.compile(r'json:"([^",]*)')
_PLAIN = {
    "string": "string",
    "bool": "bool",
    "[]byte": "bytes",
    **dict.fromkeys(("int", "int32", "int64", "uint8", "uint32", "uint64"), "int"),
}
# Messages whose JSON is no object.
_SPECIAL = {
    "meta.v1.Time": "time",
    "meta.v1.MicroTime": "micro-time",
    "meta.v1.FieldsV1": "json",
    "pkg.runtime.RawExtension": "json",
    "resource.Quantity": "quantity",
    "intstr.IntOrString": "int-or-string",
}


class _Source(Struct, kw_only=True):
    """The types of one package: the text of each struct, and what others stand for; `imports` are packages by what they are called there."""

    structs: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)


def update(root: Path) -> None:
    """Write the file anew from a folder with `api` and `apimachinery`."""
    FILE.write_text(text_of(messages(root)), encoding="utf-8")


def text_of(found: Mapping[str, list[list[object]]]) -> str:
    """The file: a line for each message."""
    lines = [f"{json.dumps(key)}: {json.dumps(found[key], separators=(',', ':'))}" for key in sorted(found)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def messages(root: Path) -> dict[str, list[list[object]]]:
    """The fields of each message by its OpenAPI key: name in JSON (empty: its fields stand beside the others), number, type.

    A type is string, int, bool, bytes, a key, one of those whose JSON is no object, or `items` for a message with a list of texts; `*` stands before what may be absent, `[]` before a list, `{}` before a map.
    """
    folders = {file.parent for package in _PACKAGES for file in (root / package).rglob("generated.proto")} | {
        root / package for package in _MORE
    }
    sources = {folder.relative_to(root).as_posix(): _read(folder) for folder in sorted(folders)}
    found: dict[str, list[list[object]]] = {}
    for package, source in sources.items():
        for name, text in source.structs.items():
            if _special(_key(package, name)) is None and (fields := list(_fields(text, package, sources))):
                found[_key(package, name)] = sorted(fields, key=lambda each: each[1])  # type: ignore[arg-type,return-value]
    return found


def _read(folder: Path) -> _Source:
    source = _Source()
    for file in sorted(folder.glob("*.go")):
        if file.name.startswith(("generated", "zz_generated")) or file.name.endswith("_test.go"):
            continue
        text = file.read_text(encoding="utf-8")
        for alias, path in _IMPORT.findall(text):
            source.imports[alias or path.rpartition("/")[2]] = path
        for found in _TYPE.finditer(text):
            if found[2] == "struct {":
                source.structs[found[1]] = text[found.end() : text.index("\n}", found.end())]
            else:
                source.named[found[1]] = found[2].partition("//")[0].strip()
    return source


def _fields(text: str, package: str, sources: Mapping[str, _Source]) -> Iterator[list[object]]:
    for _, go, tags in _FIELD.findall(text):
        tag = _TAG.search(tags)
        if tag is None:
            continue
        name = _JSON.search(tags)
        wire = _type(go, package, sources)
        if wire:
            shown = (
                name[1] if name is not None and name[1] != "-" else "" if name is None or "inline" in tags else tag[2]
            )
            yield [shown, int(tag[1]), wire]


def _type(go: str, package: str, sources: Mapping[str, _Source]) -> str:
    """A type of Go as the file has it; empty for one that protobuf does not write."""
    if go in _PLAIN:
        return _PLAIN[go]
    for head, mark in (("*", "*"), ("[]", "[]"), ("map[string]", "{}")):
        if go.startswith(head):
            inner = _type(go.removeprefix(head), package, sources)
            return f"{mark}{inner.removeprefix('*')}" if inner else ""
    if go.startswith("map["):
        return _type(f"map[string]{go.partition(']')[2]}", package, sources)
    alias, dot, name = go.rpartition(".")
    home = sources[package].imports.get(alias, "") if dot else package
    source = sources.get(home)
    if source is None:
        return ""
    special = _special(_key(home, name))
    if special is not None or name in source.structs:
        return special or _key(home, name)
    named = source.named.get(name, "")
    if named.startswith("[]") and named != "[]byte":
        return "items"
    return _type(named, home, sources) if named else ""


def _key(package: str, name: str) -> str:
    return f"io.k8s.{package.replace('/', '.')}.{name}"


def _special(key: str) -> str | None:
    return next((word for end, word in _SPECIAL.items() if key.endswith(f".{end}")), None)
