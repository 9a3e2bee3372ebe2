"""The run time of generated clients: modules that are copied as they are, and one that is made from another.

What does not block is written once (`waiting`). The same without waiting is what blocks: each word that waits has one that does not.
Who blocks on a WebSocket waits for the methods of those who do not (`tunnels`), which have the same names, parameters and docstrings.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codegen.core.escaping import python as escape
from codegen.core.patterns import lazy_pattern
from codegen.outputs.files import GeneratedFile, notice
from codegen.outputs.job import Job
from codegen.outputs.services import carried

_RUN_TIME = Path(__file__).with_name("runtime")  # as text: to import it takes longer
MODULES = (
    *("answers", "calls", "configuration", "connecting", "credentials", "groups", "kubeconfig", "received"),
    *("streams", "waiting"),
)
# What opens WebSockets, where an operation is made of one.
TUNNELS = ("channels", "tunnels", "blocking_tunnels")
_WAITING, BLOCKING = "waiting", "blocking"
_WAITED = lazy_pattern(r"    # The methods of (\w+), each waited for\.\n")  # where they belong
_METHOD = lazy_pattern(
    r'    async def (?P<name>[a-z]\w*)\(self(?P<parameters>[^)]*)\) -> (?P<result>.+):\n(?P<docstring> {8}"""(?s:.*?)"""\n)'
)
_PARAMETER = lazy_pattern(r"\b\w+(?=: )")
_WORDS = {
    "async ": "",
    "await ": "",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "anext": "next",
    "aread": "read",
    "aiter_bytes": "iter_bytes",
    "do not block": "block",
    "does not block": "blocks",
    "pause_later": "pause",
    "work_later": "work",
    "Those that block are made from this text: they are the same without waiting.": "They are made from those that do not wait.",
    "Async": "",
}
_WORD = lazy_pattern(
    "|".join(rf"(?<!\w){word}(?!\w)" if word.isidentifier() and word != "Async" else word for word in _WORDS)
)


_SERVICES = "codegen.outputs.services.runtime"
# What looks at the rules of servers: the modules by which this project itself does.
_RULES = (
    *(f"{_SERVICES}.{name}" for name in ("conditions", "field_paths", "rule_parts", "server_rules", "values")),
    *("codegen.core.patterns", "codegen.core.releases"),
)


def run_time(job: Job, folder: str, classes: str = "", *, tunnels: bool = False) -> Iterator[GeneratedFile]:
    """The modules as files below a folder; with `classes`, which leads to the run time of the classes, those that look at rules too; with
    `tunnels` those that open WebSockets.
    """
    head = f"# {escape.comment(notice(job.origin))}\n"
    docstring = '"""The run time of a generated client."""\n'
    yield GeneratedFile(path=f"{folder}/runtime/__init__.py", text=head + docstring, finished=True)
    for module in (*MODULES, BLOCKING, *(TUNNELS if tunnels else ())):
        yield GeneratedFile(path=f"{folder}/runtime/{module}.py", text=head + text_of(module), finished=True)
    for path in _RULES if classes else ():
        text = carried.text_of(path, classes, _RULES)
        yield GeneratedFile(path=f"{folder}/runtime/{path.rpartition('.')[2]}.py", text=head + text, finished=True)


def text_of(module: str) -> str:
    """The text of a module of the run time."""
    text = _written(_WAITING if module == BLOCKING else module)
    if module == BLOCKING:
        return _WORD.sub(lambda found: _WORDS[found[0]], text)
    return _WAITED.sub(lambda found: _waited(found[1]), text)


def _written(module: str) -> str:
    return (_RUN_TIME / f"{module}.py").read_text(encoding="utf-8")


def _waited(kind: str) -> str:
    """The public methods of a class of `tunnels` that does not block, as methods that do."""
    methods = []
    for found in _METHOD.finditer(_written("tunnels").partition(f"\nclass {kind}(")[2].partition("\nclass ")[0]):
        arguments = ", ".join([f"self._later.{found['name']}", *_PARAMETER.findall(found["parameters"])])
        head = f"    def {found['name']}(self{found['parameters']}) -> {found['result']}:\n"
        does = "" if found["result"] == "None" else "return "
        methods.append(f"{head}{found['docstring']}        {does}self._do({arguments})\n")
    return "\n".join(methods)
