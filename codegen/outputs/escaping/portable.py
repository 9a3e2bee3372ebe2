r"""Plain text as Markdown with the same meaning in every dialect.

The dialects share a backslash before ``\ ` * _ { } [ ] # + - . ! ( )``, entities, and code in
backticks on one line. All other structure is escaped with these. Code in backticks, list items and
web links stay. Addresses become links. Emphasis, tags, headings, fences, tables, footnotes,
mathematics, directives, attributes, macros and expressions of MDX become plain text.
"""

from __future__ import annotations

import re

from codegen.core.escaping.controls import on_one_line, visible
from codegen.outputs.escaping.link_targets import is_web_address

# Single marks inside a line, escaped by a backslash everywhere or only by an entity.
_SIGN = (
    r"(?P<mark>[`*{}\[\]]|\\(?=[ \t!-/:-@\[-`{-~]|\Z)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|!(?=\[)|\+(?=\+)|(?<=\+)\+)"
    r"|(?P<entity>[<$~^]|&(?=[#\w])|=(?==)|:(?=[\w+-]{1,40}:))"
)
_IN_NAME = re.compile(_SIGN, re.ASCII)
# Code and links come first. Both have a limited length, so that an unclosed one costs little.
_LABEL = r"(?:[A-Za-z0-9 .,/'\"-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])){1,200}"  # without underscores of emphasis
_LINK = rf"\[{_LABEL}\]\((?P<target>https?://[\w.:-]{{1,200}}(?:[/?#][\w./?#=,+%;@-]{{0,1000}})?)\)"
# An address without the punctuation behind it. Some dialects only link it with brackets.
_BARE = (
    r"\bhttps?://[\w-]++(?:\.[\w-]+)*+(?::\d{1,5})?+(?:[/?#](?:[\w/#=+%@-]|[.,?;](?=[\w/#=+%@-]))*+)?+"
    r"(?![~&*$({<\]]|[:!]\w)"
)
_TICKS = r"(?<!`)(?P<ticks>`{1,8})(?!`)"
_SAME_TICKS = r"(?<!`)(?P=ticks)(?!`)"
_IN_TEXT = re.compile(
    rf"(?P<code>{_TICKS}(?:(?!\{{\{{)[^`\n]|(?!(?P=ticks)(?!`))`{{1,8}}+(?!`|\Z)){{1,400}}?{_SAME_TICKS})|(?P<link>{_LINK})|(?P<bare>{_BARE})|{_SIGN}",
    re.ASCII,
)
# A line of spaces, signs of quotes and items, and text.
_LINE = re.compile(
    r"(?P<blanks>[ \t]*)(?P<signs>(?:>[ \t]*|[-*+][ \t]+(?=\S)|\d{1,9}[.)][ \t]+(?=\S))*)(?P<rest>.*)",
    re.DOTALL,
)
_RULE = re.compile(
    r"[ \t>]*+(?:(?:-[ \t]*)+|(?:\*[ \t]*)+|(?:\+[ \t]*)+|(?:_[ \t]*){3,}|(?=[^|-]*[|-])[|: \t-]++)"
)
# The beginning of a block: a heading, an underline, a directive, an admonition, a definition, a
# comment, code of MDX.
_START = re.compile(
    rf"(?P<mark>[#-]|\+(?=\+\+)|!(?=!!)|\((?=[^)\n]*\)=))|(?P<entity>[=:%]|(?!{_LINK})\[|\?(?=\?\?)|/(?=///)|[ei](?=(?:xport|mport)\b))",
    re.ASCII,
)
# An item without words.
_NUMBER_ALONE = re.compile(r"(?P<number>\d{1,9})(?P<mark>[.)])(?P<blanks>[ \t]*)")
_DEEP = 4  # columns of indentation that make code in most dialects


def block(text: str) -> str:
    """Escape a description as a block, without indentation."""
    return "\n".join(map(_escape_line, visible(text).split("\n")))


def line(text: str) -> str:
    """Escape a phrase inside a line, except its code spans."""
    return _escape_marks(on_one_line(text))


def name(text: str) -> str:
    """Escape a name inside a line, without code or links."""
    return _IN_NAME.sub(_escape_character, on_one_line(text))


def _escape_line(text: str) -> str:
    """Escape one line of a block."""
    if _RULE.fullmatch(text):
        return _escape_indentation(_escape_first_sign(text))
    match = _LINE.fullmatch(text)
    if match is None:
        return text
    content = match["rest"]
    if alone := _NUMBER_ALONE.fullmatch(content):
        return (
            _escape_indentation(match["blanks"])
            + match["signs"]
            + alone.expand(r"\g<number>\\\g<mark>\g<blanks>")
        )
    start = _START.match(content)
    if start is None:
        return _escape_indentation(match["blanks"]) + match["signs"] + _escape_marks(content)
    if start["mark"]:
        first = f"\\{content[0]}"
    else:
        first = _format_entity(content[0])
    return (
        _escape_indentation(match["blanks"]) + match["signs"] + first + _escape_marks(content[1:])
    )


def _escape_first_sign(text: str) -> str:
    """Escape the first sign of a line of signs, which would be a rule, an underline or the head of
    a table.
    """
    blanks = len(text) - len(text.lstrip(" \t>"))
    if text[blanks] in "|:":
        first = _format_entity(text[blanks])
    else:
        first = f"\\{text[blanks]}"
    return text[:blanks] + first + _escape_marks(text[blanks + 1 :])


def _escape_indentation(blanks: str) -> str:
    """Escape deep indentation, which would make code of the line."""
    width = len(blanks[: len(blanks) - len(blanks.lstrip(" \t"))].expandtabs(_DEEP))
    if width < _DEEP:
        return blanks
    return _format_entity(blanks[0]) + blanks[1:]


def _escape_marks(text: str) -> str:
    return _IN_TEXT.sub(_escape_found, text)


def _escape_found(match: re.Match[str]) -> str:
    if match["link"] and not is_web_address(match["target"]):
        return _IN_NAME.sub(_escape_character, match[0])
    if match["bare"]:
        return f"[{name(match[0])}]({match[0]})"
    if match["code"] or match["link"]:
        return match[0]
    return _escape_character(match)


def _escape_character(match: re.Match[str]) -> str:
    if match["mark"]:
        return f"\\{match[0]}"
    return _format_entity(match[0])


def _format_entity(sign: str) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(sign) or f"&#{ord(sign)};"
