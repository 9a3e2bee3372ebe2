"""What our own pages add to the texts of a reference: ids of rows, and lines that say what is demanded of a value, how it is served,
or what became of it over releases.

Each of these lines begins with an id that ends in `-limits`, `-resource` or `-history`, so that a page gives back the texts that it was written from.
"""

from __future__ import annotations

import re

_SIGN = '<a id="'
# Each begins where a run of blanks or of breaks does: from anywhere in one it would be looked at again.
_PLACE = r"(?<![ \t])[ \t]++<a id=\"[^\"\n]*\"></a>$"
_LINE = (
    r"(?:(?<![ \t])[ \t]++|(?<!<br/>)(?:<br/>)++)?<a id=\"[^\"\n]*-(?:limits|resource|history)\"></a>[^\n]+?(?=</td>|$)"
)
_ADDED = re.compile(rf"(?m:{_PLACE}|{_LINE})")


def without_additions(text: str, filler: str) -> str:
    """The text with a filler for each character that was added."""
    return _ADDED.sub(lambda found: filler * len(found[0]), text) if _SIGN in text else text
