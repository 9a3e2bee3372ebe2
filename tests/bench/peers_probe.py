"""What one peer does with the same tasks; prints JSON.

Run with the peer's Python where a module `subject` has its classes Deployment, DeploymentSpec and DeploymentStrategy, `read(data)` and
`write(made)`; standard library alone.
"""

from __future__ import annotations

import ast
import copy
import importlib
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

VALID: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "nginx"}]},
        },
    },
}
# Five faults in one object, each with the word by which a message names its place.
FAULTS = {
    "replicas": ("spec", "replicas", "two"),
    "paused": ("spec", "paused", "no"),
    "revisionHistoryLimit": ("spec", "revisionHistoryLimit", []),
    "progressDeadlineSeconds": ("spec", "progressDeadlineSeconds", {}),
    "labels": ("metadata", "labels", ["a"]),
}


def changed(*steps: Any, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(VALID)
    place: Any = data
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    return data


def refused(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:  # noqa: BLE001  each library has errors of its own
        return str(error) or type(error).__name__
    return ""


def texts(cls: type) -> str:
    """Where the fields of a class have a text of their own in its source, as an editor finds it."""
    [node] = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(node, ast.ClassDef)
    fields = {
        each.target.id: (each, after)
        for each, after in zip(node.body, [*node.body[1:], None], strict=True)
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and "ClassVar" not in ast.unparse(each.annotation)
        and not each.target.id.startswith("_")
    }
    found = {"docstring": 0, "Field(description)": 0, "list in the class docstring": 0}
    for name, (each, after) in fields.items():
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            found["docstring"] += 1
        elif any(
            isinstance(part, ast.keyword) and part.arg == "description" and ast.unparse(part.value) != "None"
            for part in ast.walk(each)
        ):
            found["Field(description)"] += 1
        elif re.search(rf"^\s*(?:\*\s+\*\*{name}\*\*|{name} \()", ast.get_docstring(node) or "", re.MULTILINE):
            found["list in the class docstring"] += 1
    best = max(found, key=lambda where: found[where])
    return f"{best} {found[best]}/{len(fields)}" if found[best] else f"none 0/{len(fields)}"


def facts(subject: Any) -> dict[str, Any]:
    write = subject.write

    def read(data: dict[str, Any]) -> Any:
        return subject.read(copy.deepcopy(data))

    unknown = changed("spec", "replikas", value=3)
    said = refused(lambda: read(unknown))
    kept = not said and "replikas" in write(read(unknown))["spec"]
    wrong = copy.deepcopy(VALID)
    for section, field, value in FAULTS.values():
        wrong[section][field] = value
    message = refused(lambda: read(wrong))
    without = changed("spec", value={"replicas": 1})
    rest = copy.deepcopy(VALID)
    rest["spec"]["template"]["spec"]["containers"][0]["resources"] = {"limits": {"cpu": 1}}
    return {
        "reads a valid object": not refused(lambda: read(VALID)),
        "writes it back": write(read(VALID)) == VALID,
        "misspelt constructed": bool(refused(lambda: subject.DeploymentStrategy(tipe="Recreate"))),
        "misspelt read": bool(said),
        "enum constructed": bool(refused(lambda: subject.DeploymentStrategy(type="Rollin"))),
        "enum read": bool(refused(lambda: read(changed("spec", "strategy", value={"type": "Rollin"})))),
        "required constructed": bool(refused(lambda: subject.DeploymentSpec(replicas=1))),
        "required read": bool(refused(lambda: read(without))),
        "unknown": "error" if said else "kept" if kept else "lost",
        "number as quantity": not refused(lambda: read(rest)),
        "errors at once": sum(name.lower() in message.replace("_", "").lower() for name in FAULTS),
        "hover": texts(subject.DeploymentSpec),
        "loaded": size_of_loaded(),
    }


def size_of_loaded() -> int:
    """The bytes of all packages outside of Python itself that are loaded by now, without bytecode."""
    own = Path(json.__file__).parents[1]
    tops = set()
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file is None or name in ("__main__", "subject") or "." in name:
            continue
        path = Path(file)
        if own in path.parents and "site-packages" not in path.parts:
            continue
        tops.add(path.parent if path.name == "__init__.py" else path)
    tops |= {
        Path(place) for name, module in list(sys.modules.items()) if "." not in name for place in _namespace(module)
    }
    files = {
        file
        for top in tops
        for file in ([top] if top.is_file() else top.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }
    return sum(file.stat().st_size for file in files)


def _namespace(module: Any) -> list[str]:
    return list(module.__path__) if getattr(module, "__file__", "") is None and hasattr(module, "__path__") else []


def main() -> None:
    subject = importlib.import_module("subject")
    print(json.dumps(facts(subject)))


if __name__ == "__main__":
    main()
