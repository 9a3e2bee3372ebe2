"""An invented API in three forms: OpenAPI documents, English pages, Chinese pages; each test changes what it is about."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import msgspec

from codegen.core.diagnostics import Direction, Level
from codegen.drift.compare.changes import Change
from codegen.drift.compare.engine import Comparison, compare
from codegen.drift.compare.inputs import ComparisonInput
from codegen.drift.diff import read
from codegen.readers.sources import SourcePath
from gardens.parts import PACKAGE, PAGE_HEAD, PLOT, PLOTS, gvk_of, openapi, ref
from support.files import place

SPEC, BED = f"{PACKAGE}.PlotSpec", f"{PACKAGE}.Bed"


_DOCUMENT: dict[str, Any] = openapi(
    {
        PLOT: {
            "type": "object",
            "description": "Plot is a piece of ground.",
            "properties": {
                "apiVersion": {"type": "string", "description": "The version."},
                "kind": {"type": "string", "description": "The kind."},
                "spec": {**ref(SPEC), "description": "What grows here."},
            },
            "required": ["spec"],
            "x-kubernetes-group-version-kind": [gvk_of()],
        },
        SPEC: {
            "type": "object",
            "description": "PlotSpec says what grows on a plot.",
            "properties": {
                "owner": {"type": "string", "description": "owner is who waters the plot."},
                "size": {"type": "integer", "format": "int32", "description": "size is the area in square metres."},
                "soil": {"type": "string", "description": "soil is the ground.", "enum": ["Clay", "Loam"]},
                "beds": {
                    "type": "array",
                    "items": ref(BED),
                    "description": "beds are the parts of the plot.",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    "x-kubernetes-patch-strategy": "merge",
                    "x-kubernetes-patch-merge-key": "name",
                },
            },
            "required": ["owner"],
        },
        BED: {
            "type": "object",
            "description": "Bed is a part of a plot.",
            "properties": {
                "name": {"type": "string", "description": "name tells beds apart.", "enum": ["north", "south"]},
                "rows": {
                    "type": "integer",
                    "format": "int32",
                    "description": "rows is how many rows of plants there are.",
                },
            },
            "required": ["name"],
        },
    },
    {
        PLOTS: {
            "post": {
                "description": "create a Plot",
                "operationId": "createGardenV1Plot",
                "parameters": [
                    {"in": "body", "name": "body", "required": True, "schema": ref(PLOT)},
                    {
                        "in": "path",
                        "name": "namespace",
                        "required": True,
                        "type": "string",
                        "description": "the garden",
                    },
                    {"in": "query", "name": "dryRun", "type": "string", "description": "Nothing is planted."},
                ],
                "responses": {"201": {"description": "Created", "schema": ref(PLOT)}},
                "x-kubernetes-action": "post",
                "x-kubernetes-group-version-kind": gvk_of(),
            }
        }
    },
)


def document() -> dict[str, Any]:
    return copy.deepcopy(_DOCUMENT)


def side_of(
    folder: Path, name: str, content: dict[str, Any] | str | dict[str, str], locale: str = ""
) -> ComparisonInput:
    """Write a document, a page, or a folder of pages, and read it."""
    if isinstance(content, str):
        path = folder / name
        path.write_text(content, encoding="utf-8")
    elif content and all(isinstance(each, str) and key.endswith(".md") for key, each in content.items()):
        path = folder / name
        place(content, path)
    else:
        path = folder / name
        path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1))  # json.dumps indents in Python
    return read(SourcePath(path=path, shown=name, locale=locale))


def changed(folder: Path, old: Any, new: Any) -> Comparison:
    """Compare two contents; pages whose name says their language are read in it."""
    return compare(side_of(folder, "old", old), side_of(folder, "new", new))


def facts_of(comparison: Comparison) -> set[tuple[str, str, str, str]]:
    """Rule, level, direction and the id behind the package; a row for each direction where their levels differ."""
    return {
        (each.rule.id, str(level), str(direction), each.id.removeprefix(f"{PACKAGE}."))
        for each in comparison.changes
        for direction, level in grades_of(each)
    }


def grades_of(change: Change) -> list[tuple[Direction, Level]]:
    """The directions of a change with their levels; one row if it is the same for both."""
    if change.grade is None or change.grade.request is change.grade.response:
        return [(change.direction, change.level)]
    ways = ((Direction.REQUEST, change.grade.request), (Direction.RESPONSE, change.grade.response))
    return [(way, level) for way, level in ways if level is not None]


# -------------------------------------------------------------------------------------------------------- pages

_ENGLISH_PAGE = (
    PAGE_HEAD
    + """\
- **spec** (<a href="{{< ref "../garden/plot-v1#PlotSpec" >}}">PlotSpec</a>), required

  What grows here.


## PlotSpec {#PlotSpec}

PlotSpec says what grows on a plot.

<hr>

- **owner** (string), required

  owner is who waters the plot.

- **size** (int32)

  size is the area in square metres.

- **beds** ([]Bed)

  *Patch strategy: merge on key `name`*

  *Map: unique values on key name will be kept during a merge*

  beds are the parts of the plot.

  <a name="Bed"></a>
  *Bed is a part of a plot.*

  - **beds.name** (string), required

    name tells beds apart.

  - **beds.rows** (int32)

    rows is how many rows of plants there are.


## Operations {#Operations}

<hr>

### `create` create a Plot

#### HTTP Request

POST /apis/garden.example.io/v1/namespaces/{namespace}/plots

#### Parameters

- **namespace** (*in path*): string, required

  the garden

- **body**: <a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>, required



- **dryRun** (*in query*): string

  Nothing is planted.

#### Response

201 (<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>): Created

"""
)

_CHINESE_PAGE = """---
api_metadata:
  apiVersion: "garden.example.io/v1"
  import: "example.io/api/garden/v1"
  kind: "Plot"
content_type: "api_reference"
description: "Plot 是一块土地。"
title: "Plot"
weight: 3
---

`apiVersion: garden.example.io/v1`

`import "example.io/api/garden/v1"`

## Plot {#Plot}

<!--
Plot is a piece of ground.
-->
Plot 是一块土地。

<hr>

- **apiVersion**：garden.example.io/v1

- **kind**：Plot

<!--
- **spec** (<a href="{{< ref "../garden/plot-v1#PlotSpec" >}}">PlotSpec</a>), required

  What grows here.
-->
- **spec** （<a href="{{< ref "../garden/plot-v1#PlotSpec" >}}">PlotSpec</a>），
  必需

  这里种什么。

## PlotSpec {#PlotSpec}

<!--
PlotSpec says what grows on a plot.
-->
PlotSpec 说明种什么。

<hr>

<!--
- **owner** (string), required

  owner is who waters the plot.
-->
- **owner** (string)，必填

  owner 是浇水的人。

<!--
- **size** (int32)

  size is the area in square metres.
-->
- **size** （int32）

  size 是面积。

<!--
- **beds** ([]Bed)

  *Patch strategy: merge on key `name`*

  *Map: unique values on key name will be kept during a merge*

  beds are the parts of the plot.

  <a name="Bed"></a>
  *Bed is a part of a plot.*
-->
- **beds** ([]Bed)

  **补丁策略：按照键 `name` 合并**

  **映射：键 name 的唯一值将在合并过程中保留**

  beds 是土地的各部分。

  <a name="Bed"></a>
  **Bed 是土地的一部分。**

  <!--
  - **beds.name** (string), required

    name tells beds apart.

  - **beds.rows** (int32)

    rows is how many rows of plants there are.
  -->
  - **beds.name** (string)，必需

    name 区分各部分。

  - **beds.rows** (int32)

    rows 是行数。

## 操作 {#Operations}

<hr>

<!--
### `create` create a Plot

#### HTTP Request
-->
### `create` 创建一个 Plot

#### HTTP 请求

POST /apis/garden.example.io/v1/namespaces/{namespace}/plots

<!--
#### Parameters

- **namespace** (*in path*): string, required

  the garden

- **body**: <a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>, required

- **dryRun** (*in query*): string

  Nothing is planted.
-->
#### 参数

- **namespace**（**路径参数**）：string，必需

  花园

- **body**：<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>，必需

- **dryRun** (**查询参数**): string

  什么也不种。

#### 响应

201 (<a href="{{< ref "../garden/plot-v1#Plot" >}}">Plot</a>)：Created
"""


def english() -> str:
    return _ENGLISH_PAGE


def chinese() -> str:
    return _CHINESE_PAGE


def without(text: str, *pieces: str) -> str:
    """A page without pieces of it, each of which must be there once."""
    for piece in pieces:
        assert text.count(piece) == 1, (text.count(piece), piece)
        text = text.replace(piece, "")
    return text


def instead(text: str, old: str, new: str, count: int = 1) -> str:
    assert text.count(old) == count, (text.count(old), old)
    return text.replace(old, new)
