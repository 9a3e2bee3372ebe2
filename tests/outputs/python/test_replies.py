"""Classes of what servers send: what is always there is not optional, for readers, for type checkers, and nowhere else."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from codegen.core.source import Source, load
from codegen.findings.diagnostics import Report
from codegen.model import Reference
from codegen.outputs.python.units import Units
from codegen.readers.openapi.reader import read_document
from codegen.readers.sources import read
from corpus import ROOT, SEED
from gardens.parts import gvk_of
from gardens.python import importing, write
from typed import mypy

GARDEN, META = "io.example.api.garden.v1", "io.example.pkg.meta.v1"
CLASSES = {"dataclasses": "models", "pydantic": "pydantic_models", "msgspec": "structs"}
PLOT = {"apiVersion": "garden.example.io/v1", "kind": "Plot"}
THERE = {"name": "a", "uid": "u", "resourceVersion": "7", "creationTimestamp": "2026-01-02T03:04:05Z"}
STRING = {"type": "string"}


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def kind(kind: str, **properties: Any) -> dict[str, Any]:
    gvk = gvk_of(kind)
    named: dict[str, Any] = {"apiVersion": STRING, "kind": STRING, "metadata": ref(f"{META}.ObjectMeta")}
    return {**schema(**{**named, **properties}), "x-kubernetes-group-version-kind": [gvk]}


def ref(key: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{key}"}


def garden(**more: dict[str, Any]) -> Reference:
    """A kind that is stored, one that is only created, one that is only read, and one whose list alone can be read."""
    time = {"type": "string", "format": "date-time"}
    meta = schema(name=STRING, uid=STRING, resourceVersion=STRING, creationTimestamp=time, generateName=STRING)
    definitions = {
        f"{GARDEN}.Plot": kind("Plot", size={"type": "integer", "format": "int32"}),
        **{f"{GARDEN}.{name}": kind(name) for name in ("Review", "Weather", "PlotList")},
        f"{META}.ObjectMeta": {**meta, "required": ["name"]},
        **more,
    }

    def replying(name: str) -> dict[str, Any]:
        return {"responses": {"200": {"description": "OK", "schema": ref(f"{GARDEN}.{name}")}}}

    paths = {
        "/plots": {"get": replying("PlotList"), "post": replying("Plot")},
        "/plots/{name}": {"get": replying("Plot"), "put": replying("Plot")},
        "/reviews": {"post": replying("Review")},
        "/weathers": {"get": replying("Weather")},
        "/weathers/{name}": {"get": replying("Weather")},
    }
    text = json.dumps({"swagger": "2.0", "definitions": definitions, "paths": paths})
    return read_document(Source(text, "garden.json"), Report())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("replies")
    write(garden(), root / "yard", targets=(*CLASSES, "typeddict", "validators"))
    return root


@pytest.fixture(params=CLASSES.values())
def module(folder: Path, request: pytest.FixtureRequest) -> Any:
    with importing(folder / "yard") as importer:
        yield importer.module(f"garden_v1.{request.param}")


def test_stored_kinds_have_one_and_no_others(folder: Path) -> None:
    texts = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.py")}
    found = {path: text.count("Reply(") for path, text in texts.items() if "Reply(" in text}
    assert found == {f"yard/{unit}/{file}.py": 1 for unit in ("garden_v1", "meta_v1") for file in CLASSES.values()}
    assert "class PlotReply(Plot" in texts["yard/garden_v1/models.py"]


def test_what_is_always_there_is_required_of_an_reply_alone(module: ModuleType) -> None:
    request = module.Plot.from_dict({**PLOT, "metadata": {"name": "a"}})
    with pytest.raises(Exception, match="uid") as refused:
        module.PlotReply.from_dict(request.to_dict())
    assert "generateName" not in str(refused.value)
    with pytest.raises(Exception, match="metadata"):
        module.PlotReply.from_dict(PLOT)
    reply = module.PlotReply.from_dict({**PLOT, "metadata": {**THERE, "generateName": None}, "size": 3})
    assert (reply.metadata.uid, reply.metadata.generate_name, reply.size) == ("u", None, 3)
    assert reply.to_dict() == {**PLOT, "metadata": THERE, "size": 3}


def test_an_reply_is_an_object_of_its_class(module: ModuleType) -> None:
    reply = module.PlotReply.from_json(json.dumps({**PLOT, "metadata": THERE}))
    assert isinstance(reply, module.Plot)
    assert isinstance(reply.metadata, type(module.Plot.from_dict({**PLOT, "metadata": THERE}).metadata))
    assert pickle.loads(pickle.dumps(reply)) == reply == copy.deepcopy(reply)  # noqa: S301  what it wrote itself
    reply.size = 4
    assert module.Plot.from_dict(reply.to_dict()).size == 4


def test_no_name_of_a_definition_changes_because_of_it() -> None:
    source = garden(**{f"{GARDEN}.PlotReply": schema(text=STRING)})
    units = Units(source)
    assert units.classes[f"{GARDEN}.PlotReply"] == "PlotReply"
    assert units.reply_classes == {
        f"{META}.ObjectMeta#reply": "ObjectMetaReply",
        f"{GARDEN}.Plot#reply": "PlotReply_2",
    }


PROGRAM = """\
from yard.garden_v1 import models, pydantic_models, structs


def uid(reply: models.PlotReply | pydantic_models.PlotReply | structs.PlotReply) -> str:
    return reply.metadata.uid


def send(plot: models.Plot) -> None:
    print(plot.metadata.uid)  # optional here


send(models.PlotReply.from_dict({}))
"""


@pytest.mark.slow
def test_type_checkers_know(folder: Path) -> None:
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    lines = [line for line in mypy(folder, "program.py") if ": error:" in line]
    assert [line.partition(": error:")[0] for line in lines] == ["program.py:9"]


# ------------------------------------------------------------------------------------- what the rules of a server say


def test_of_a_kind_with_rules_its_server_says_what_is_there(tmp_path: Path) -> None:
    write(read(SEED), tmp_path / "yard", targets=("dataclasses",))
    (unit,) = (path.parent.name for path in tmp_path.glob("yard/*/models.py"))
    with importing(tmp_path / "yard") as importer:
        models = importer.module(f"{unit}.models")
        spec = {"audiences": ["a"], "expirationSeconds": 600}
        status = {"token": "t", "expirationTimestamp": "2026-01-02T03:04:05Z"}
        reply = models.TokenRequestReply.from_dict({"metadata": {}, "spec": spec, "status": status})
        assert (reply.status.token, reply.spec.expiration_seconds) == ("t", 600)
        with pytest.raises(ValueError) as refused:
            models.TokenRequestReply.from_dict({"metadata": {}, "spec": {"audiences": ["a"]}})
        assert str(refused.value) == "spec.expirationSeconds: is required; status: is required"


def test_what_holds_in_some_releases_only_is_not_said() -> None:
    rules = load(ROOT / "codegen/validation/server_rules/tokenrequest-authentication-v1.toml").text
    assert 'from = "1.34"\nfield = "metadata.uid"' in rules
    definitions = {
        "io.k8s.api.authentication.v1.TokenRequest": {
            **schema(metadata=ref(f"{META}.ObjectMeta")),
            "x-kubernetes-group-version-kind": [
                {"group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"}
            ],
        },
        f"{META}.ObjectMeta": schema(name=STRING, uid=STRING),
    }
    text = json.dumps({"swagger": "2.0", "definitions": definitions})
    found = Units(read_document(Source(text, "garden.json"), Report())).replies.values()
    assert [[field.name for field in reply.definition.fields] for reply in found] == [["name"], ["metadata"]]
    assert {reply.unit for reply in found} == {"authentication_v1"}, "what replies of one kind name stays with it"
