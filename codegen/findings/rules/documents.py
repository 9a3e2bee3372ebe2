"""What is reported about JSON and YAML files: OpenAPI documents, schemas and, by `codegen validate`, manifests."""

from __future__ import annotations

from codegen.findings.rules.rule import ERROR, WARNING, Area, Rule

_RULES = (
    Rule(
        id="not-json",
        levels=ERROR,
        says="the text is not valid JSON",
        why="Nothing after the fault can be trusted, so nothing is read.",
        example='`{"kind": "Plot",}` with one comma too many',
        repair="Correct the text at the place named, or export the document again.",
    ),
    Rule(
        id="not-yaml",
        levels=ERROR,
        says="the text is not valid YAML",
        why="Nothing after the fault can be trusted, so nothing is read.",
        example="`spec:` indented with a tab, or a text that contains `: ` without quotes",
        repair="Correct the text at the place named. The hint says so if a tab is the cause.",
    ),
    Rule(
        id="not-a-document",
        levels=ERROR,
        says="the top of the file is not an object with keys",
        why="An OpenAPI document and a JSON Schema are objects; a list or a single word is something else.",
        example="a file that holds `[1, 2, 3]`",
        repair="Name the right file.",
    ),
    Rule(
        id="duplicate-key",
        levels=ERROR,
        says="an object has the same key twice",
        why="Some programs take the first, some the last, some neither, so that two of them read different objects.",
        example="`size: 3` and, ten lines below, `size: 5` in one `spec`",
        repair="Remove one of the two.",
    ),
    Rule(
        id="document-too-large",
        levels=ERROR,
        says="the YAML text is longer than the limit",
        why="YAML is slower to read, and its aliases multiply. JSON of the same size is read without trouble.",
        example="an OpenAPI document of a whole cluster, exported as YAML",
        repair="Convert the document to JSON.",
    ),
    Rule(
        id="document-too-deep",
        levels=ERROR,
        says="the file is nested deeper than any API document",
        why="Such nesting is a bug of the tool that wrote it, or an attack on the one that reads it.",
        example="several hundred `[` in a row",
        repair="Check how the file was written, and export it again.",
    ),
    Rule(
        id="lone-surrogate",
        levels=WARNING,
        says="a text holds half of a surrogate pair",
        why="No encoding can write it, so it is replaced by U+FFFD.",
        example='`"description": "Beds \\ud83c"`',
        repair="Correct the escape in the source; its other half was cut off.",
    ),
    Rule(
        id="yaml-alias",
        levels=ERROR,
        says="an alias names an anchor that is not complete here",
        why="The value cannot be put in its place.",
        example="`beds: *rows` above `rows: &rows [north, south]`",
        repair="Define the anchor before it is used, or write the value out.",
    ),
    Rule(
        id="yaml-key",
        levels=ERROR,
        says="a key is not a plain word",
        why="Objects of an API have words as keys; a list, a mapping or an alias to one cannot be a key.",
        example="`? [north, south] : 3`",
        repair="Write a plain word as the key.",
    ),
    Rule(
        id="yaml-merge",
        levels=ERROR,
        says="`<<` merges something that is not a map",
        why="Only the keys of a map can be merged into another.",
        example="`<<: north`",
        repair="Name an alias of a map, or a list of them.",
    ),
    Rule(
        id="yaml-tag",
        levels=ERROR,
        says="a value has a tag that is not supported or does not fit it",
        why="Tags can ask a program to build any object. Only tags of plain values are supported.",
        example="`size: !int3 5`",
        repair="Remove the tag.",
    ),
    Rule(
        id="yaml-several-documents",
        levels=ERROR,
        says="the file holds more than one YAML document",
        why="One source is one document, and the others would be ignored.",
        example="two OpenAPI documents in one file, with `---` between them",
        repair="Put each document into a file of its own.",
    ),
    Rule(
        id="yaml-too-large",
        levels=ERROR,
        says="aliases make the document grow without limit",
        why="A few lines of aliases of aliases expand to more values than a machine can hold.",
        example="`b: &b [*a, *a, *a]`, `c: &c [*b, *b, *b]` and so on",
        repair="Write the values out, without anchors that contain aliases.",
    ),
)

AREA = Area(
    title="JSON and YAML files",
    source="every command that reads OpenAPI documents or schemas; `codegen validate` of manifests",
    rules=_RULES,
)
