"""Texts, types and annotations of a list page during reading."""

from __future__ import annotations

import re
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from codegen.core.diagnostics import Correction, Fact, Report, Span
from codegen.core.locales import Locale
from codegen.core.source import Source
from codegen.model import ListType, Prose
from codegen.model.kubernetes import PRIMITIVES
from codegen.readers.list.english_comments import English, Owner
from codegen.readers.list.grammar import TYPE_WORD, compile_grammar, extract_keys
from codegen.readers.page_tree import Annotations, Texts, TypeName
from codegen.readers.shared.comments import FILLER
from codegen.readers.shared.descriptions import clean
from codegen.readers.shared.page import PageText
from codegen.readers.shared.tokens import NAME, read_link, split_wrappers

STRATEGIES = ("merge", "retainKeys", "replace")
_TICKED = re.compile(r"`[^`]*`")
_UNKNOWN_MARK = re.compile(r"[ \t\u00a0\u3000\x1f]*+[,，、;；][^\n]*+")
_LATIN = re.compile(r"[A-Za-z]+", re.ASCII)


class Token(Struct, kw_only=True):
    """A bullet of a block, with its extent, match, name and category.

    The first bullet below a category has the texts of its heading in `heading`.
    """

    start: int
    end: int
    match: re.Match[str] | None
    form: str
    name: str
    category: str = ""
    heading: Texts = Texts()


def is_mistyped(match: re.Match[str], english: re.Match[str]) -> bool:
    """Return whether a bullet's type is unreadable, or differs from its English only in case."""
    word = match["word"]
    if not word or word in PRIMITIVES:
        return False
    return TYPE_WORD.fullmatch(word) is None or (english["word"] or "").lower() == word.lower()


class ListPage(PageText):
    """A list page during reading. `english` has the English texts and bullets of its comments."""

    def __init__(self, source: Source, locale: Locale, report: Report) -> None:
        super().__init__(source, locale, report)
        self.grammar = compile_grammar(locale)
        self.english = English()
        self.machine_made = False

    def english_text(self, owner: Owner, depth: int) -> Prose | None:
        """Return the English text of a token, or None."""
        parts = self.english.parts.get(owner)
        if parts is None:
            return None
        comment = "\n\n".join(parts)
        offsets = list(parts.values())
        return self.comment_prose(offsets[0], offsets[-1], clean(comment, depth))

    def texts(self, owner: Owner, start: int, end: int, depth: int) -> Texts:
        """Return a description in the languages of the page.

        Its own text is indented by `depth` levels.
        """
        page_text = self.prose(
            start, end, partial(clean, depth=depth, machine_made=self.machine_made)
        )
        return Texts(own=page_text, english=self.english_text(owner, depth))

    def read_type(self, owner: Owner, match: re.Match[str]) -> TypeName:
        """Return the type of a bullet, or of its English bullet if it is mistyped."""
        english = self.english.named.get(owner)
        return self.read_type_name(
            english.match if english and is_mistyped(match, english.match) else match
        )

    def read_type_name(self, match: re.Match[str]) -> TypeName:
        """Return the type in a match of `grammar.TYPE`, reporting unreadable ones."""
        word = match["word"]
        if (
            word
            and word not in PRIMITIVES
            and not (TYPE_WORD.fullmatch(word) and not word[0].islower())
        ):
            word = self.repair_type_word(word, match.start("word"))
        wrappers = split_wrappers(match["wrap"])
        if word == "byte" and wrappers[-1:] == ("[]",):
            return TypeName(name=word, wrappers=wrappers[:-1])
        if word is not None or match["flat"]:
            return TypeName(
                name=word or match["flat"] or "", wrappers=wrappers, linked=word is None
            )
        return read_link(match, wrappers)

    def repair_type_word(self, word: str, at: int | Span) -> str:
        """Return the name that a misspelt type means, or an empty string, and report it."""
        if not TYPE_WORD.fullmatch(word):
            self.error(
                "type-unreadable",
                f"{word!r} is not a type",
                at,
                "expected a primitive (string, int32, int64, double, boolean, []byte) or the name of a definition",
                arguments=(word,),
            )
            return ""  # not reported again as an undocumented type
        meant = word[0].upper() + word[1:]
        self.warn(
            "type-misspelt",
            f"{word!r} is not a primitive type, and names of definitions begin with a capital letter",
            at,
            f"write {meant}, which is used",
            Correction(written=word, correct=meant),
            arguments=(word,),
        )
        return meant

    def find_required_mark(self, token: Token, match: re.Match[str]) -> tuple[int, bool]:
        """Return the start of the description, and whether the bullet is marked as required.

        A hand-made page may have the mark on the next line.
        """
        mark = self.grammar.required.match(self.text, match.end(), token.end)
        end = mark.end() if mark is not None else match.end()
        if "\n" in self.text[token.start : end]:
            self.warn(
                "bullet-wrapped",
                f"the bullet of {token.name!r} is split over two lines",
                token.start,
                "write name, type and mark on one line: otherwise tools that read line by line lose the mark",
                arguments=(token.name,),
            )
        return self._skip_unknown_mark(token, end), mark is not None

    def _skip_unknown_mark(self, token: Token, end: int) -> int:
        """Skip the rest of a line that continues with a comma, and report it."""
        mark = _UNKNOWN_MARK.match(self.text, end, token.end)
        if mark is None or self.is_flattened:
            return end
        words, labels = mark[0].replace(FILLER, " ").strip(), self.locale.labels
        self.warn(
            "mark-unknown",
            f"the words after the type of {token.name!r} are not a mark of the layout and are left out: {words[:60]!r}",
            end,
            f"write `{labels['comma']}{labels['required']}` if it is required; a description begins on a line of its own",
            arguments=(token.name, words),
        )
        return mark.end()

    def split_annotations(
        self, prose: Prose | None, span: Span | None
    ) -> tuple[Annotations, Prose | None]:
        """Split a text into its annotations and the rest.

        Without a span nothing is reported, as for the English of a comment.
        """
        if prose is None or not prose.text.startswith("*"):
            return Annotations(), prose
        notes, at = Annotations(), 0
        while match := self.grammar.annotation.match(prose.text, at):
            at, remainder = match.end(), match["rest"] or ""
            if match["patch"]:
                strategies, merge_key = self._read_patch(remainder, span)
                notes = replace(notes, patch_strategy=strategies, patch_merge_key=merge_key)
            elif match["map"]:
                keys = extract_keys(remainder, self.grammar.map_keys)
                self._check_keys(Fact.LIST_MAP_KEYS, keys, bool(keys), remainder, span)
                notes = replace(notes, list_type=ListType.MAP, list_map_keys=keys)
            else:
                notes = replace(notes, list_type=ListType.SET if match["set"] else ListType.ATOMIC)
        text = prose.text[at:].lstrip()
        return notes, replace(prose, text=text) if text else None

    def _read_patch(self, remainder: str, span: Span | None) -> tuple[tuple[str, ...], str]:
        keys = extract_keys(remainder, ())
        strategies = [
            word for word in _LATIN.findall(_TICKED.sub("", remainder)) if word in STRATEGIES
        ]
        if keys and keys[0] not in STRATEGIES:
            merge_key = keys[0]
        else:
            merge_key = ""
        if merge_key or "merge" in strategies:  # pages name it last, OpenAPI documents first
            strategies = ["merge", *(word for word in strategies if word != "merge")]
        self._check_keys(
            Fact.PATCH_MERGE_KEY,
            (merge_key,) if merge_key else (),
            bool(strategies),
            remainder,
            span,
        )
        return tuple(strategies), merge_key

    def _check_keys(
        self, fact: Fact, keys: tuple[str, ...], readable: bool, remainder: str, span: Span | None
    ) -> None:
        if span is None:
            return
        if not readable:
            self.warn(
                "annotation-unreadable",
                f"no key can be read from {remainder.strip()[:60]!r}",
                span,
                "write the key in backticks, as in the English page",
                facts=((fact, ""),),
                arguments=(remainder.strip(),),
            )
        elif odd := [key for key in keys if not NAME.fullmatch(key)]:
            self.warn(
                "key-translated",
                f"{odd[0]!r} is not a field name",
                span,
                "keys are names of fields and are never translated",
                facts=((fact, ""),),
                arguments=(odd[0],),
            )
