"""Files with private keys, which others must not be able to read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from codegen.findings.diagnostics import Span, failure

_OTHERS = 0o077  # all that is not the owner's
_NOT_OF_GROUP = 0o027  # of a file of root's, which the group of a service may read


def refuse_exposed(path: Path) -> None:
    """Raises `CodegenError` where others than the owner may read or change a file; of root's files a group may read them.

    Where there are no such rights (Windows) nothing is refused. Raises OSError where there is no file.
    """
    if os.name == "nt":
        return
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & (_NOT_OF_GROUP if found.st_uid == 0 else _OTHERS):
        raise failure(
            "private-key-exposed",
            f"the file holds a private key, and others may read or change it (mode {mode:04o})",
            Span(path=str(path)),
            "take the rights of others away: `chmod 600` with the name of the file",
        )
