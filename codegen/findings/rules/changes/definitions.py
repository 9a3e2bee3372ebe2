"""What can change of a definition."""

from __future__ import annotations

from codegen.findings.levels import Level
from codegen.findings.rules.rule import ChangeRule

DEFINITIONS = (
    ChangeRule(
        id="group-version-added",
        request=Level.INFO,
        response=Level.INFO,
        says="{subject} is new, with {new}",
        why="A new group version breaks nobody. It is reported once, with its kinds, and not for each of its types and operations.",
        example="`garden.example.io/v2` is new, with Plot and Shed",
        repair="Nothing is broken. Look whether it replaces a version that you use; that one is served for some releases more.",
    ),
    ChangeRule(
        id="group-version-removed",
        request=Level.ERR,
        response=Level.ERR,
        says="{subject} is gone, with {old}",
        sends="Requests to it are answered with 404.",
        reads="Nothing is returned in this version.",
        why="Neither a type nor an operation of the group version is left. It is reported once, with its kinds, and not for each of its "
        "types and operations; `ids` in the JSON has them all.",
        example="`garden.example.io/v1beta1` is gone, with Plot and Shed",
        repair="Move manifests and clients to a version that is still served, before you move to the release. Objects that are stored stay.",
    ),
    ChangeRule(
        id="definition-added",
        request=Level.INFO,
        response=Level.INFO,
        says="{subject} is new",
        here="{subject} is on the page, and not in the original",
        why="A new type breaks nobody. It is reported so that you can generate it, translate its page and decide whether to support it.",
        example="a page of a new kind",
        repair="Nothing is broken. Run `codegen generate`, and translate the new texts.",
    ),
    ChangeRule(
        id="definition-removed",
        request=Level.ERR,
        response=Level.ERR,
        says="{subject} is gone",
        here="{subject} is missing from the page",
        sends="Code that uses the type has to change.",
        reads="Code that uses the type has to change.",
        why="The source no longer documents the type. Code that was generated for it, and requests that carry it, have nothing to rely on.",
        example="an alpha version that was retired",
        repair="Move to the type that replaces it, or stay on the old release. If the type moved to another page, add that page to the sources.",
    ),
    ChangeRule(
        id="definition-renamed",
        request=Level.WARN,
        response=Level.WARN,
        says="{old} is now {new}, with the same fields",
        here="{old} is called {new} on the page",
        sends="Generated names change; what is sent and read does not.",
        reads="Generated names change; what is sent and read does not.",
        why="A removed and an added type have the same fields, so they are reported as one change of name.",
        example="`v1alpha2.Plot` became `v1alpha3.Plot`",
        repair="Rename the imports and references in your code. Objects that are stored or sent stay as they are.",
    ),
    ChangeRule(
        id="definition-type-changed",
        request=Level.ERR,
        response=Level.ERR,
        says="{subject} was {old} and is {new}",
        sends="Values that were valid may not be.",
        reads="Values that were valid may not be.",
        why="The type itself is different: an alias of a scalar now names another scalar, or became an object with fields.",
        example="`Quantity` was a string and is a number",
        repair="Look at every place that reads or writes the type, and convert the values. Then regenerate.",
    ),
    ChangeRule(
        id="definition-kinds-changed",
        request=Level.INFO,
        response=Level.INFO,
        says="{subject} was the schema of {old} and is that of {new}",
        why="One schema can serve several groups, versions and kinds; the list of them changed, the fields did not.",
        example="`DeleteOptions` serves one more group",
        repair="Nothing, unless you look schemas up by group, version and kind: then update the table.",
    ),
    ChangeRule(
        id="definition-map-type-changed",
        request=Level.WARN,
        response=None,
        says="the map type of {subject} was {old} and is {new}",
        sends="Server-side apply starts or stops owning the object as a whole.",
        why="`x-kubernetes-map-type` tells the server whether several appliers may each own some of the keys.",
        example="`x-kubernetes-map-type: atomic` was added",
        repair="Check which clients apply parts of the object. With `atomic`, let one of them own all of it.",
    ),
)
