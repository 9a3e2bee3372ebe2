# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false
"""Regular expressions of schemas, matched by RE2 as servers do, so that no value takes more than
linear time.
"""

import importlib
from functools import cache
from typing import Any


@cache
def compile_pattern(pattern: str) -> Any:
    """Compile a pattern for searching.

    Raises ValueError if RE2 does not take it, and ImportError without google-re2.
    """
    try:
        re2: Any = importlib.import_module("re2")
    except ImportError:
        raise ImportError(
            f"the pattern {pattern!r} needs google-re2: pip install google-re2",
            name="re2",
        ) from None
    options = re2.Options()
    options.log_errors = False
    # Nobody reads the groups, which take memory by the square of their number.
    options.never_capture = True
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(error.args[0].decode(errors="replace")) from None
    except UnicodeEncodeError:
        raise ValueError("the pattern has half of a surrogate pair") from None


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a part of a text.

    Half of a surrogate pair is no character, as for servers.
    """
    try:
        return compile_pattern(pattern).search(text) is not None
    except UnicodeEncodeError:
        return matches(
            pattern, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
