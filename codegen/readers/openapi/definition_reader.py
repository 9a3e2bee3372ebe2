"""Reading of definitions in an OpenAPI document or JSON Schema.

The model has no inheritance. Therefore a definition composed by `allOf` gets the fields of all its
parts. A part that cannot be merged is reported and leaves the object open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from codegen.core.diagnostics import Report, Span
from codegen.core.json_types import JsonList, JsonObject, JsonValue
from codegen.core.ownership import BEGINNING, GENERATED, has_mark
from codegen.kube.scalars import scalar_type
from codegen.model import (
    Definition,
    Field,
    GroupVersionKind,
    Keyword,
    Map,
    Prose,
    Ref,
    Scalar,
    Type,
    refs,
)
from codegen.model.keywords.keyword import OPEN_KEYWORDS
from codegen.model.kubernetes import ALIASES, META
from codegen.model.types import innermost_part
from codegen.readers.documents.document import Document
from codegen.readers.openapi.document_structure import GVK, SAFE_KEY, SECTIONS, root_key
from codegen.readers.openapi.field_reader import FieldReader, count_fields, report_unknown_required
from codegen.readers.openapi.inline_schemas import HoistedSchema
from codegen.readers.openapi.keyword_folding import KeywordsByPlace, fold_keywords
from codegen.readers.openapi.keyword_forms import TYPING, distinct_members
from codegen.readers.openapi.keyword_reader import allows_null_everywhere, read_keywords
from codegen.readers.openapi.open_objects import COUNTS, counts_other_fields, is_open_object
from codegen.readers.openapi.type_reader import ANY, MAX_TYPE_DEPTH, OBJECT, REF


def open_endless_aliases(
    definitions: dict[str, Definition], report: Report
) -> dict[str, Definition]:
    """Open the type of endless aliases and of too deeply nested ones."""
    depths: dict[str, int] = {}  # levels of lists, maps and aliases in each finished alias

    def open_alias(key: str, rule: str, problem: str, hint: str) -> None:
        report.warning(
            rule,
            f"{key} {problem}; its type is left open",
            definitions[key].span,
            hint,
            arguments=(key,),
        )
        definitions[key], depths[key] = replace(definitions[key], type=ANY), 0

    for start in definitions:
        path: dict[str, None] = {}
        key = start
        while (
            key in definitions
            and definitions[key].type is not None
            and key not in depths
            and key not in path
        ):
            path[key] = None
            key = next(refs(definitions[key].type), "")
        if key in path:
            open_alias(key, "ref-loop", "only refers to itself", "give it a type")
        # From the innermost, so that one opened type makes all around it shallow.
        for alias in reversed(path):
            if alias not in depths:
                target = next(refs(definitions[alias].type), "")
                # Each list or map around the type adds two characters: `[]` or `{}`.
                wrappers = len(innermost_part(definitions[alias].type or ANY)) // 2
                depths[alias] = wrappers + depths.get(target, -1) + 1
            if depths[alias] > MAX_TYPE_DEPTH:
                fault = f"resolves to a type nested deeper than {MAX_TYPE_DEPTH} levels"
                hint = "refer to a type with fewer lists, maps and aliases around it"
                open_alias(alias, "type-too-deep", fault, hint)
    return definitions


# Keywords about the file, not its root schema.
_OF_FILES = frozenset(("$schema", "$id", "id", "$comment", "title", "$defs", "definitions"))
_CHOICES = frozenset(("oneOf", "anyOf"))


class _Bases(msgspec.Struct, kw_only=True):
    """The definitions that `allOf` adds to one object:

    `done` ones, and those around the current part.
    """

    done: set[str] = msgspec.field(default_factory=set)
    above: dict[str, None] = msgspec.field(default_factory=dict)


def _is_open_by_default(schema: object) -> bool:
    """Return whether a schema has fields, and does not say whether it permits others."""
    if not isinstance(schema, dict):
        return False
    return "properties" in schema and "additionalProperties" not in schema


class DefinitionReader(FieldReader):
    """A reader of one document's definitions, with their types, fields and prose.

    `hoisted` are the definitions for inline schemas, by key with the steps to them.
    """

    def __init__(
        self, document: Document, report: Report, hoisted: Mapping[str, HoistedSchema]
    ) -> None:
        self.document = document
        self._hoisted = hoisted
        self._found: dict[str, Document] = {}
        super().__init__(report, self._found)

    def read(self) -> dict[str, Definition]:
        """Read all definitions in document order. Their prose is in `prose` afterwards."""
        for section in SECTIONS:
            self._collect(section)
        data = self.document.data
        # The schema at the root of a JSON Schema file.
        if key := root_key(data, self.document.source):
            self._root = key
            schema = {word: value for word, value in data.items() if word not in _OF_FILES}
            self._found[key] = self.document.inner((), schema)
        for key, (schema, steps) in self._hoisted.items():
            self._found[key] = self.document.inner(steps, schema)
        self._separate_shared_objects()
        self.is_closing_meaningful = True
        if self._is_generated():
            self._read_habits_of_this_tool()
        definitions = {
            key: self._build_definition(key, place) for key, place in self._found.items()
        }
        self.repeated_fields.report_cuts(
            self.report,
            "`allOf` and shared objects repeat fields of this document",
            "list the fields in fewer definitions, and refer to these",
        )
        return open_endless_aliases(definitions, self.report)

    def _is_generated(self) -> bool:
        """Return whether this tool has written the document, in whatever layout it is now."""
        comment = self.document.data.get("$comment")
        if isinstance(comment, str) and comment.startswith(GENERATED):
            return True
        return has_mark(self.document.source.text[:BEGINNING].encode(errors="replace"))

    def _read_habits_of_this_tool(self) -> None:
        """Find out whether null and closed objects mean something in a generated document.

        This tool lets all optional fields be null, and closes all objects that are not open.
        """
        schemas = [place.data for place in self._found.values()]
        allows_null = allows_null_everywhere(schemas)
        self.is_null_meaningful = not allows_null
        self.is_inner_null_meaningful = allows_null is False
        self.is_closing_meaningful = any(map(_is_open_by_default, schemas))

    def _collect(self, section: tuple[str, ...]) -> None:
        schemas: JsonValue = self.document.data
        for depth, name in enumerate(section, 1):
            if name not in schemas:
                return
            span = self.document.span(*section[:depth], key=True)
            schemas = self.mapping(schemas[name], "/".join(section), span)
        for key, schema in schemas.items():
            if key in self._hoisted or key in self._found:
                continue
            if SAFE_KEY.match(key):
                self._found[key] = self.document.inner((*section, key), schema)
            else:
                self.report.warning(
                    "key-unsafe",
                    f"the definition {key[:120]!r} is left out: its key has characters other than "
                    "letters, digits, '.', '_' and '-', or an empty part",
                    self.document.span(*section, key, key=True),
                    "rename it in the source",
                    arguments=(key,),
                )

    def _separate_shared_objects(self) -> None:
        """Separate the objects that fields of a kind share.

        This tool names them by their path in it.
        """
        schemas = {
            key: place.data for key, place in self._found.items() if isinstance(place.data, dict)
        }
        objects = {
            key: schema
            for key, schema in schemas.items()
            if isinstance(schema.get("properties"), dict)
        }
        places = {
            f"{key}.{name}"
            for key, kind in objects.items()
            if GVK in kind
            for name in kind["properties"]
        }
        for key, schema in objects.items():
            is_below_kind = not places.isdisjoint(accumulate(key.split("."), "{}.{}".format))
            if is_below_kind and not {"description", GVK} & schema.keys():
                self.shared_objects[key] = schema
                del self._found[key]

    def _build_definition(self, key: str, place: Document) -> Definition:
        span = place.span(key=True)
        schema = self.schema(place.data, f"the definition {key}", span)
        if text := self.string(schema, "description", span):
            self.prose[key] = Prose(text=text, span=span)
        gvks = self.read_kinds(schema.get(GVK), span)
        if len(gvks) == 1 and not key.startswith(f"{META}."):
            own_kind = gvks[0]
        else:
            own_kind = None
        properties = schema.get("properties")
        if properties is not None and not isinstance(properties, dict):
            self.mapping(properties, f"properties of {key}", span)
            schema = {word: value for word, value in schema.items() if word != "properties"}
        if _is_composed(schema) or schema.get("properties") or self._limits_object(schema):
            read = list(self._read_object_parts(key, place.inner((), schema), span, _Bases()))
            parts = [part for part in read if part is not None]
            is_open = len(parts) < len(read) or any(is_open_object(part.data) for part in parts)
            is_open = is_open or counts_other_fields([part.data for part in parts])
            fields = self._merge_fields(key, parts, own_kind, span, is_open)
            expression: Type | None = None if fields else ANY
            skip = OPEN_KEYWORDS | {"allOf"}  # `Definition.open` has them
        else:
            parts, fields, is_open = [place.inner((), schema)], (), False
            expression = _well_known_type(key, schema)
            skip = frozenset[str]() if expression is None else _CHOICES
            expression = expression or self.read_type(schema, span)
        return Definition(
            key=key,
            name=key.rpartition(".")[2],
            fields=fields,
            type=expression,
            gvks=gvks,
            map_type=self.string(schema, "x-kubernetes-map-type", span),
            open=is_open,
            closed=self.is_closing_meaningful
            and bool(fields)
            and any(part.data.get("additionalProperties") is False for part in parts),
            keywords=self._read_part_keywords(parts, skip, skip_fields=bool(fields)),
            span=span,
        )

    def _limits_object(self, schema: JsonObject) -> bool:
        """Return whether `allOf` only limits the number of fields of another object."""
        counts_fields = False
        has_fields = False
        for member in _list_members(schema):
            if not isinstance(member, dict):
                continue
            if not COUNTS.isdisjoint(member):
                counts_fields = True
            reference = REF.match(str(member.get("$ref")))
            if reference is not None and reference[1] in self._found:
                base = self._found[reference[1]].data
                has_fields = has_fields or bool(isinstance(base, dict) and base.get("properties"))
        return has_fields and counts_fields

    def _read_part_keywords(
        self, parts: Iterable[Document], skip: frozenset[str], *, skip_fields: bool
    ) -> tuple[Keyword, ...]:
        """Read the keywords of all parts of an object, which hold together.

        The last part is the object itself.
        """
        together: KeywordsByPlace = {}
        for part in reversed(list(parts)):
            keywords = read_keywords(
                part.data,
                skip=skip,
                keep_null=self.is_null_meaningful,
                keep_inner_null=self.is_inner_null_meaningful,
                skip_fields=skip_fields,
            )
            by_place = {(keyword.inside, keyword.name): keyword for keyword in keywords}
            fold_keywords(together, by_place)
        return tuple([together[place] for place in sorted(together)])

    def _read_object_parts(
        self, key: str, place: Document, span: Span, bases: _Bases
    ) -> Iterator[Document | None]:
        """Yield the schemas with the fields of an object: the members of `allOf`, and its own.

        None is a part left out.
        """
        schema = place.data
        if "$ref" in schema:
            base = self.read_ref(schema["$ref"], span)
            yield from (
                self._read_base(key, base.key, span, bases) if isinstance(base, Ref) else (None,)
            )
            return
        for at, member in enumerate(_list_members(schema)):
            if isinstance(member, dict):
                yield from self._read_object_parts(key, place.inner(("allOf", at)), span, bases)
        yield place

    def _read_base(
        self, key: str, base: str, span: Span, bases: _Bases
    ) -> Iterator[Document | None]:
        """Yield the schemas of a definition that `allOf` names, once per object, or None with a
        diagnostic.
        """
        if base in bases.done:
            return
        base_document = self._found[base]
        schema = base_document.data if isinstance(base_document.data, dict) else {}
        if base == key or base in bases.above or len(bases.above) > MAX_TYPE_DEPTH:
            self._report_part(
                key, f"{base} is left out: it leads back here, or is nested too deeply", span
            )
            yield None
        elif schema.get("type", "object") != "object":
            self._report_part(key, f"{base} is left out: it is not an object", span)
            yield None
        elif not self.repeated_fields.spend(
            count_fields(schema) + len(_list_members(schema)), span
        ):
            yield None
        else:
            bases.above[base] = None
            yield from self._read_object_parts(key, base_document.inner((), schema), span, bases)
            del bases.above[base]
            bases.done.add(base)

    def _merge_fields(
        self,
        key: str,
        parts: Iterable[Document],
        own_kind: GroupVersionKind | None,
        span: Span,
        is_open: bool,
    ) -> tuple[Field, ...]:
        """Read the fields of all parts.

        Of two fields with one name the later wins, unless it is less specific.
        """
        fields: dict[str, Field] = {}
        required: set[str] = set()
        for part in parts:
            required.update(self.strings(part.data, "required", span))
            self.report_malformed_keywords(part.data, span)
            for field in self.fields(key, part, own_kind, span):
                present = fields.get(field.name, field).type
                if _is_less_specific(field.type, present):
                    field = replace(field, type=present)
                elif not _is_less_specific(present, field.type):
                    self._report_part(
                        key, f"the field {field.name!r} has two types; the later one is used", span
                    )
                fields[field.name] = field
        if not fields:
            self._report_part(key, "none of its parts has fields; the type is left open", span)
        elif not is_open:
            report_unknown_required(self.report, key, required - fields.keys(), span)
        return tuple(replace(field, required=field.name in required) for field in fields.values())

    def _report_part(self, key: str, part: str, span: Span) -> None:
        self.report.warning(
            "all-of-unsupported",
            f"{key}: `allOf`: {part}",
            span,
            "list the fields in the definition itself",
            arguments=(key,),
        )


def _list_members(schema: JsonObject) -> JsonList:
    members = schema.get("allOf")
    if isinstance(members, list):
        return members
    return []


def _is_composed(schema: JsonObject) -> bool:
    """Return whether `allOf` makes an object of several parts, instead of naming or restricting one
    type.
    """
    members: list[JsonObject] = [{word: value for word, value in schema.items() if word != "type"}]
    for nested in members:  # grows meanwhile
        listed = distinct_members("allOf", _list_members(nested))
        members += [member for member in listed if isinstance(member, dict)]
    if len(members) == 1 or any(
        isinstance(member.get("properties"), dict) and member["properties"] for member in members
    ):
        return len(members) > 1
    typed = sum(not (TYPING - {"allOf"}).isdisjoint(member) for member in members)
    return any("$ref" in member for member in members) and (
        typed > 1 or any(member.get("required") for member in members)
    )


def _is_less_specific(type_: Type, present: Type) -> bool:
    """Return whether a type allows everything another one does."""
    if (
        isinstance(type_, Scalar)
        and isinstance(present, Scalar)
        and type_ == Scalar(type=present.type)
    ):
        return "oneOf" not in scalar_type(present.type, present.format).schema  # not only strings
    return type_ in (present, ANY) or (type_ == OBJECT and isinstance(present, Map | Ref))


def _well_known_type(key: str, schema: JsonObject) -> Type | None:
    """Return the type of a well-known definition, which v3 documents write as a choice of scalars."""
    alias = ALIASES.get(key)
    parts = schema.get("oneOf") or schema.get("anyOf")
    if "type" in schema or not isinstance(alias, Scalar) or not isinstance(parts, list):
        return None
    words = [part.get("type") if isinstance(part, dict) else None for part in parts]
    if alias.type in words and all(word in ("string", "number", "integer") for word in words):
        return alias
    return None
