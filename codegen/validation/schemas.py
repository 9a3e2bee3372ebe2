"""Which schema an object is checked by: that of the sources given or configured, else one that ships with the package.

What ships is the `schemas` folder of this project: files named kind-group-version as `codegen generate` writes them, and translations.
"""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

from codegen.core import resources
from codegen.core.locales import ENGLISH, SHIPPED, Languages
from codegen.findings.diagnostics import Report
from codegen.model import GroupVersionKind, Reference
from codegen.readers.sources import SourcePath, read_sources
from codegen.translation import catalog, po
from codegen.validation.rules import stem
from codegen.validation.validator import Validator

BUNDLED = "shipped with codegen"
_LONGEST = 400  # characters of apiVersion and kind; none with a schema is that long


class Chosen(Struct, frozen=True, kw_only=True):
    """The validator of an object, the key of its definition, and where the schema comes from, for people."""

    validator: Validator
    key: str
    origin: str


class Schemas:
    """Finds the schema of each object. `references` are looked through in order, each with its origin."""

    def __init__(
        self,
        references: tuple[tuple[Reference, str], ...] = (),
        *,
        locale: str = ENGLISH,
        rules: tuple[Path, ...] = (),
        languages: Languages = SHIPPED,
        shipped: Path | None = None,
    ) -> None:
        self._validators = [
            (Validator(reference, rules=rules, languages=languages), origin) for reference, origin in references
        ]
        self._locale = locale
        self._rules = rules
        self._languages = languages
        self._folder = shipped if shipped is not None else resources.schemas()
        self._shipped: dict[str, Validator | None] = {}
        self._close: dict[tuple[str, str], str] = {}

    def of(self, obj: object) -> Chosen | None:
        """The schema for the `apiVersion` and `kind` of an object, or None."""
        for validator, origin in self._validators:
            if key := validator.key_of(obj):
                return Chosen(validator=validator, key=key, origin=origin)
        shipped = self._of_shipped(obj)
        if shipped is not None and (key := shipped.key_of(obj)):
            return Chosen(validator=shipped, key=key, origin=BUNDLED)
        return None

    def close(self, api_version: str, kind: str) -> str:
        """A kind of the same group and version with a name close to one that has no schema, or an empty string."""
        asked = (api_version, kind)
        if asked not in self._close:
            self._close[asked] = "".join(get_close_matches(kind[:_LONGEST], self._kinds(api_version), n=1))
        return self._close[asked]

    def _kinds(self, api_version: str) -> list[str]:
        kinds = {kind for validator, _ in self._validators for kind in validator.kinds_of(api_version)}
        if len(api_version) <= _LONGEST:
            behind = stem(_gvk(api_version, "x")).removeprefix("x")
            for file in self._folder.glob(f"*{behind}.json") if behind else ():
                shipped = self._of_file(file.stem)
                kinds.update(shipped.kinds_of(api_version) if shipped is not None else ())
        return sorted(kinds)

    def _of_shipped(self, obj: object) -> Validator | None:
        if not isinstance(obj, dict):
            return None
        api_version, kind = obj.get("apiVersion"), obj.get("kind")
        if not isinstance(api_version, str) or not isinstance(kind, str) or len(api_version) + len(kind) > _LONGEST:
            return None
        return self._of_file(stem(_gvk(api_version, kind)))

    def _of_file(self, name: str) -> Validator | None:
        if name not in self._shipped:
            file = self._folder / f"{name}.json"
            self._shipped[name] = (
                Validator(self._read(file), rules=self._rules, languages=self._languages) if file.is_file() else None
            )
        return self._shipped[name]

    def _read(self, file: Path) -> Reference:
        """The schema of a file, with the texts of the language asked for from its translations."""
        reference = read_sources([SourcePath(path=file, shown=file.name, locale=ENGLISH)], Report())
        texts = self._folder / "translations" / f"{self._locale}.po"
        if self._locale == ENGLISH or not texts.is_file():
            return reference
        return catalog.complete(reference, [po.load(texts, self._locale, texts.name)], [self._locale])


def _gvk(api_version: str, kind: str) -> GroupVersionKind:
    group, _, version = api_version.rpartition("/")
    return GroupVersionKind(group=group, version=version, kind=kind)
