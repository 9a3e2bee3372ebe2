"""Bytes of an edited text, with the line ends and the byte order mark of the file before."""

from __future__ import annotations

from codecs import BOM_UTF8
from difflib import SequenceMatcher


def encode_like(before: bytes, old: str, new: str) -> bytes:
    """Encode a new text like the old bytes, of which `old` is the text with LF alone.

    Lines that stay keep their ends. New lines get the end that most old ones have.
    """
    mark = BOM_UTF8 if before.startswith(BOM_UTF8) else b""
    raw = before.removeprefix(mark)
    if b"\r" not in raw:
        return mark + new.encode()
    if raw.count(b"\r\n") * 2 >= raw.count(b"\n"):
        usual = "\r\n"
    else:
        usual = "\n"
    old_lines = raw.decode().splitlines(keepends=True)
    old_texts = old.splitlines(keepends=True)
    if len(old_lines) != len(old_texts):
        return mark + new.replace("\n", usual).encode()
    new_texts = new.splitlines(keepends=True)
    lines: list[str] = []
    matcher = SequenceMatcher(None, old_texts, new_texts, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            lines.extend(old_lines[old_start:old_end])
        else:
            lines.extend(text.replace("\n", usual) for text in new_texts[new_start:new_end])
    return mark + "".join(lines).encode()
