"""`codegen.yaml`: read with places, checked by its JSON Schema, turned into values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from codegen.core import source
from codegen.core.locales import SHIPPED, Languages
from codegen.findings.diagnostics import CodegenError, Diagnostic, Severity, Span, failure
from codegen.readers.sources import SourcePath

NAME = "codegen.yaml"
LANGUAGES = "locales"  # the folder of a project's own languages, below its templates
_OPTIONS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "docs": ("layout", "toc", "fields", "site", "description", "compat"),
        "openapi": ("version",),
        "pydantic": ("fieldValidation",),
        "msgspec": ("fieldValidation",),
    }
)
_OUTPUT_OPTIONS = tuple(dict.fromkeys(name for names in _OPTIONS_OF.values() for name in names))
_BRACES = re.compile(r"\{[^{}]*\}?|\}")
_HINTS = {
    "additionalProperties": "remove it, or correct its spelling",
    "required": "add it",
    "enum": "choose one of these",
    "type": "see the README for an example of this file",
    "pattern": "it begins with a slash, as in /docs/reference",
    "maximum": "a share is 0 to 1: 10 % is 0.1",
}


class Output(Struct, frozen=True, kw_only=True):
    """One output: the target's name, the folder relative to the root (with `{locale}`), and the target's own options."""

    target: str
    to: str
    options: Mapping[str, str]
    span: Span


class Against(Struct, frozen=True, kw_only=True):
    """A source and a second one that `check` compares it with."""

    source: SourcePath
    second: SourcePath


class CheckSettings(Struct, frozen=True, kw_only=True):
    """What `check` looks at besides files: how much may be untranslated (0 to 1, by locale; `*` for all others), and the
    baseline of accepted findings, relative to the root.
    """

    untranslated: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    baseline: str = ""


class Config(Struct, frozen=True, kw_only=True):
    """A checked configuration: the file `name` in the folder `root`; every path lies below it or was named by the user."""

    root: Path
    name: str
    sources: tuple[SourcePath, ...]
    locales: tuple[str, ...]
    languages: Languages
    translations: str
    outputs: tuple[Output, ...]
    templates: str = ""
    against: tuple[Against, ...] = ()
    check: CheckSettings = field(default_factory=CheckSettings)


def load(file: Path) -> Config:
    """Read and check a configuration. Raises `CodegenError` with every fault, each at its line and column."""
    shown = str(file)
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "there is no such file"
        raise failure("config-missing", what, Span(path=shown), f"write a {NAME}, or name one with --config")
    data = parsed_yaml(source.load(file, shown).text, shown)
    try:
        return _config(data, file.resolve().parent, shown)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CodegenError(*_faults(data, shown)) from None


def parsed_yaml(text: str, shown: str) -> Any:
    """A YAML text with the places of its keys. Raises `CodegenError` at the place of what is wrong."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="rt").load(text)
    except DuplicateKeyError as error:
        raise failure(
            "config-key-twice", _first_line(error.problem), _mark(error, shown), "keep one of the two"
        ) from None
    except MarkedYAMLError as error:
        raise failure(
            "config-unreadable", _first_line(error.problem), _mark(error, shown), "correct the YAML at this place"
        ) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise failure("config-unreadable", _first_line(str(error)), Span(path=shown), "the file is no YAML") from None


def _first_line(problem: str | None) -> str:
    return (problem or "cannot be read").strip().splitlines()[0]


def _mark(error: Any, shown: str) -> Span:
    mark = error.problem_mark or error.context_mark
    return Span(path=shown, line=mark.line + 1, column=mark.column + 1) if mark else Span(path=shown)


def languages_of(file: Path) -> Languages:
    """The languages that a configuration names, for commands that need no more of it and mind no fault in it."""
    if not file.is_file() or b"templates" not in file.read_bytes():
        return SHIPPED
    try:
        data = parsed_yaml(source.load(file).text, NAME)
    except CodegenError:
        return SHIPPED
    templates = data.get("templates") if isinstance(data, dict) else None
    return Languages(file.parent / templates / LANGUAGES) if isinstance(templates, str) else SHIPPED


def _config(data: Any, root: Path, shown: str) -> Config:
    """The values of a file that is as its schema wants it; anything else ends in an exception, and the schema says what is wrong."""
    _exactly(data, {"sources", "outputs"}, {"locales", "translations", "check", "templates"})
    sources: list[SourcePath] = []
    against: list[Against] = []
    for each in _items(data["sources"]):
        _exactly(each, {"path"}, {"locale", "against"})
        sources.append(_source(root, each, shown))
        if "against" in each:
            second = each["against"]
            for one in _items(second) if isinstance(second, list) else [second]:
                found = _source(root, one if isinstance(one, dict) else {"path": one}, shown)
                if found.place is None:
                    found = replace(found, place=_span(each, "against", shown))
                against.append(Against(source=sources[-1], second=found))
    outputs = []
    for index, each in enumerate(_items(data["outputs"])):
        _exactly(each, {"target", "to"}, set(_OUTPUT_OPTIONS))
        options = {name: _text(each[name]) for name in _OUTPUT_OPTIONS if name in each}
        _allowed("target", each["target"])
        for name, value in options.items():
            _allowed(name, value)
        line, column = data["outputs"].lc.item(index)
        place = Span(path=shown, line=line + 1, column=column + 1)
        outputs.append(
            Output(target=_text(each["target"]), to=_folder(_text(each["to"]), place), options=options, span=place)
        )
    templates = _text(data["templates"]) if "templates" in data else ""
    languages = Languages(root / templates / LANGUAGES) if templates else SHIPPED
    tags = tuple(_text(each) for each in _items(data.get("locales", ["en"])))
    if len(set(tags)) != len(tags):
        raise ValueError("locales")
    if faults := [
        *_unknown_locales(data, languages, shown),
        *_of_outputs(data, shown),
        *_missing_folders(data, root, shown),
    ]:
        raise CodegenError(*faults)
    return Config(
        root=root,
        name=Path(shown).name,
        sources=tuple(sources),
        locales=tags,
        languages=languages,
        translations=_text(data["translations"]) if "translations" in data else "",
        outputs=tuple(outputs),
        templates=templates,
        against=tuple(against),
        check=_check(data["check"]) if "check" in data else CheckSettings(),
    )


def _source(root: Path, each: Any, shown: str) -> SourcePath:
    _exactly(each, {"path"}, {"locale", "against"})
    return SourcePath(
        path=root / Path(_text(each["path"])),
        shown=_text(each["path"]),
        locale=_text(each["locale"]) if "locale" in each else "",
        place=_span(each, "path", shown) if hasattr(each, "lc") else None,
    )


def _check(each: Any) -> CheckSettings:
    _exactly(each, set(), {"untranslated", "baseline"})
    limits = each.get("untranslated", {})
    by_locale = limits if isinstance(limits, dict) else {"*": limits}
    for limit in by_locale.values():
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit <= 1:
            raise ValueError("untranslated")
    return CheckSettings(
        untranslated=MappingProxyType({str(locale): float(limit) for locale, limit in by_locale.items()}),
        baseline=_text(each["baseline"]) if "baseline" in each else "",
    )


def _exactly(data: Any, required: set[str], optional: set[str]) -> None:
    keys = set(data.keys())
    if required - keys or keys - required - optional:
        raise ValueError("keys")


def _items(data: Any) -> Sequence[Any]:
    if not isinstance(data, list) or not data:
        raise TypeError("items")
    return data


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text")
    return str(value)


def _allowed(name: str, value: Any) -> None:
    known = schema()["properties"]["outputs"]["items"]["properties"][name]
    if value not in known.get("enum", (value,)) or not re.search(known.get("pattern", ""), value):
        raise ValueError(name)


# ----------------------------------------------------------------------------------- what the schema cannot say


def _fault(rule: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(severity=Severity.ERROR, rule=rule, message=message, span=span, hint=hint)


def _unknown_locales(data: Any, languages: Languages, shown: str) -> Iterator[Diagnostic]:
    """Tags without a language, each at its place; shares of untranslated texts for a language that is not written."""
    tags = data.get("locales", ["en"])
    named: list[tuple[Any, int | str]] = [(tags, index) for index in range(len(tags))]
    for each in data["sources"]:
        second = each.get("against", [])
        named += [
            (one, "locale")
            for one in (each, *(second if isinstance(second, list) else [second]))
            if isinstance(one, dict) and "locale" in one
        ]
    for parent, key in named:
        if (tag := parent[key]) not in languages.available():
            plain = tag.lower().replace("_", "-")
            other = plain if plain != tag else f"{LANGUAGES}/{tag}.toml in the folder that `templates` names adds one"
            hint = f"there are {', '.join(languages.available())}; " + (
                f"tags are written so: {plain}" if plain != tag else other
            )
            yield _fault("locale-unknown", f"there is no locale {tag!r}", _span(parent, key, shown), hint)
    shares = data.get("check", {}).get("untranslated", {})
    for tag in shares if isinstance(shares, dict) else ():
        if tag != "*" and tag not in tags:
            yield _fault(
                "locale-not-written",
                f"a share of untranslated texts for {tag!r}, which is none of the locales",
                _span(shares, tag, shown, key=True),
                f"name one of {', '.join(tags)}, or * for all others",
            )


def _of_outputs(data: Any, shown: str) -> Iterator[Diagnostic]:
    """Options that a target does not have, and braces in a folder that stand for nothing."""
    for each in data["outputs"]:
        known = _OPTIONS_OF.get(each["target"], ())
        for name in each:
            if name in _OUTPUT_OPTIONS and name not in known:
                yield _fault(
                    "option-of-another-target",
                    f"{each['target']} has no option {name!r}",
                    _span(each, name, shown, key=True),
                    f"its options are {', '.join(known)}" if known else "it has none: remove it",
                )
        if odd := [found for found in _BRACES.findall(each["to"]) if found != "{locale}"]:
            yield _fault(
                "output-odd",
                f"{odd[0]} stands for nothing in {each['to']!r}",
                _span(each, "to", shown),
                "write {locale} for the language",
            )


def _missing_folders(data: Any, root: Path, shown: str) -> Iterator[Diagnostic]:
    for name, rule, hint in (
        (
            "translations",
            "translations-missing",
            "create it, or correct the path; `codegen translate` writes <locale>.po files",
        ),
        ("templates", "templates-missing", "create it, or correct the path"),
    ):
        if name in data and not (root / data[name]).is_dir():
            yield _fault(rule, f"there is no folder {data[name]!r}", _span(data, name, shown), hint)


def _folder(to: str, place: Span) -> str:
    path = PurePosixPath(to)
    if path.is_absolute() or ".." in path.parts or "\\" in to:
        raise failure(
            "output-outside",
            f"{to!r} is not inside the folder of this file",
            place,
            "outputs stay below codegen.yaml; move the file up, or change `to`",
        )
    return str(path)


def schema() -> dict[str, Any]:
    """The JSON Schema of the file."""
    return dict(json.loads(Path(__file__).with_name("config.schema.json").read_text(encoding="utf-8")))


def _faults(data: Any, shown: str) -> list[Diagnostic]:
    """What the schema finds wrong, each at the place of the key or value."""
    from jsonschema import Draft202012Validator

    found = []
    for error in sorted(
        Draft202012Validator(schema()).iter_errors(data), key=lambda error: list(map(str, error.absolute_path))
    ):
        if error.validator == "anyOf":
            # Of the ways to write it the one that was meant: what has the right type, and another fault.
            error = next((each for each in error.context if each.validator != "type"), error)
        place = _place(data, list(error.absolute_path), error, shown)
        found.append(
            Diagnostic(
                severity=Severity.ERROR, rule="config-invalid", message=_message(error), span=place, hint=_hint(error)
            )
        )
    return found or [
        Diagnostic(
            severity=Severity.ERROR,
            rule="config-invalid",
            message="the file is no configuration",
            span=Span(path=shown),
            hint="see the README",
        )
    ]


def _message(error: Any) -> str:
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path).lstrip(".")
    return f"{where}: {error.message}" if where else str(error.message)


def _hint(error: Any) -> str:
    if error.validator == "additionalProperties":
        return f"{_HINTS['additionalProperties']}; known are {', '.join(error.schema['properties'])}"
    if (
        error.validator == "enum"
        and not isinstance(error.instance, str)
        and str(error.instance) in error.validator_value
    ):
        return f'write it in quotes: "{error.instance}"'
    return _HINTS.get(error.validator, "")


def _place(data: Any, path: list[Any], error: Any, shown: str) -> Span:
    """Where a fault is: the unknown key itself, else the value."""
    mark = None
    for part in path:
        mark = _position(data, part, key=False)
        data = data[part]
    if error.validator == "additionalProperties":
        unknown = next((name for name in data if name not in error.schema["properties"]), None)
        mark = _position(data, unknown, key=True) or mark
    return Span(path=shown, line=mark[0] + 1, column=mark[1] + 1) if mark else Span(path=shown, line=1, column=1)


def _position(data: Any, part: Any, *, key: bool) -> tuple[int, int] | None:
    """Line and column, from 0, of a key, of its value, or of an item of a list; None where YAML has none."""
    places = getattr(data, "lc", None)
    if places is None or part is None:
        return None
    try:
        found: tuple[int, int] = (
            places.item(part) if isinstance(part, int) else places.key(part) if key else places.value(part)
        )
    except KeyError:  # it came by a merge (`<<: *other`): the mapping that takes it is its place
        found = (places.line, places.col)
    return found


def _span(data: Any, part: Any, shown: str, *, key: bool = False) -> Span:
    """The place of a value, or of its key."""
    mark = _position(data, part, key=key)
    return Span(path=shown, line=mark[0] + 1, column=mark[1] + 1) if mark else Span(path=shown, line=1, column=1)
