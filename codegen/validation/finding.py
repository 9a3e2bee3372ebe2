"""A finding about an object, and which of three layers reports it.

Steps of a place, as in generated validators: a string is a field, a number an item of a list, a tuple of one the key of a map.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from codegen.findings.levels import Level
from codegen.kube import errors
from codegen.kube.field_paths import Step as Step
from codegen.kube.field_paths import Steps as Steps


class Layer(StrEnum):
    """Who reports it: the schema, whichever source it comes from, a server of the release asked for, or, for what is undecided, the cluster."""

    SCHEMA = "schema"
    SERVER = "server"
    CLUSTER = "cluster"


class Cause(Struct, frozen=True, kw_only=True):
    """A cause in the details of an answer that is no list of invalid fields."""

    reason: str
    field: str
    text: str
    args: tuple[str, ...] = ()


class Answer(Struct, frozen=True, kw_only=True):
    """The answer of a server when a rule rejects.

    `code` is the HTTP status, `cause` the type of a cause (`FieldValueInvalid` ...; empty where the answer has none), `text` the
    server's own words, `name` the object that the answer names, `resource` its resource if that is not the kind. `stage` orders the
    answers: the server stops after the first stage that rejects. `detail` is the cause that some answers name beside their text.
    `field` is what a cause names where the server means the whole object and no field of it.
    """

    code: int
    stage: int
    text: str
    cause: str = ""
    name: str = ""
    resource: str = ""
    detail: Cause | None = None
    field: str = ""


class ObjectFinding(Struct, frozen=True, kw_only=True):
    """A finding about one place of an object.

    `level` ERR rejects; WARN is a fault by the schema that a server accepts; INFO is undecided, or done without rejecting. `code` is a cause
    type of Kubernetes, UnknownField or, in the layer `cluster`, Undecided. `message` is in the language asked for; a server's own words
    stand in it as the server writes them. `meaning` explains, `help` is the description of the field, `value` what was found, `close` the
    known field whose name is close to an unknown one. `answer` is what a server says, in its own words.
    """

    layer: Layer
    level: Level
    rule: str
    code: str
    message: str
    steps: Steps = ()
    value: object = None
    meaning: str = ""
    help: str = ""
    close: str = ""
    answer: Answer | None = None
    source: str = ""

    @property
    def path(self) -> str:
        """The field path as Kubernetes writes it: `spec.items[1].name`; empty for the object."""
        return errors.field_path(self.steps)

    @property
    def pointer(self) -> str:
        """The same place as a JSON pointer (RFC 6901)."""
        return errors.json_pointer(self.steps)

    @property
    def undecided(self) -> bool:
        """Whether only a cluster can tell."""
        return self.code == UNDECIDED

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


UNDECIDED = "Undecided"
