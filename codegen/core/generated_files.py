"""Sets of generated files, which are compared with the disk or written as a whole.

Outputs yield `GeneratedFile`s and open no files. `ownership` decides which files on disk may be
overwritten or removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field

from codegen.core import limits, manifest, opening
from codegen.core.budget import Budget
from codegen.core.diagnostics import CodegenError, Finding, Level, Span, failure
from codegen.core.ownership import (
    DO_NOT_EDIT,
    GENERATED,
    FileState,
    FoundFile,
    Inputs,
    Ownership,
    fold_case,
)
from codegen.core.writing import STAGING, writing

_RENAME_OR_DIVIDE = (
    "give each language a folder: `{locale}` in `to`; or rename one of the two in the source"
)
_RENAME = "rename one of the two in the source, or give the outputs different folders in `to`"


def notice(origin: str) -> str:
    """Return the notice of a generated file, for people, linters and linguist."""
    return f"{GENERATED} from {origin}. {DO_NOT_EDIT}."


class GeneratedFile(Struct, frozen=True, kw_only=True):
    """A file of an output.

    `path` is relative to the folder of the output, with `/`, and `text` ends in a newline. `locale`
    is set if an output has a folder for each language. `exact` is the source page that the file
    should equal. `finish` is a slow last step for the text, such as a formatter, which may refuse
    the text.
    """

    path: str
    text: str
    locale: str = ""
    exact: str = ""
    finish: Callable[[str], str] | None = None


def within_limit(files: Iterable[GeneratedFile], output: str) -> Iterator[GeneratedFile]:
    """Yield the files of one output up to the size limit.

    Raises `CodegenError` once they have too many characters.
    """
    characters = Budget(limits.OUTPUT_CHARACTERS)
    for file in files:
        span = Span(path=file.path)
        if not characters.spend(len(file.text), span):
            raise failure(
                "output-too-large",
                f"the files of {output} would have more than {limits.OUTPUT_CHARACTERS:,} "
                "characters",
                span,
                "write fewer kinds: `select`; kinds share their definitions in `openapi`, and in "
                "each target of Python",
                arguments=(output,),
            )
        yield file


def _check_size(path: str, text: str) -> None:
    """Check that the next run can read a file, which compares it."""
    if len(text.encode("utf-8", "surrogatepass")) > opening.MAX_BYTES:
        raise failure(
            "output-too-large",
            f"the file would be larger than {opening.MAX_BYTES >> 20} MiB",
            Span(path=path),
            "write fewer kinds: `select`; or shorten the longest descriptions in the source",
            arguments=(path,),
        )


class FileDiff(NamedTuple):
    """The path of a file, and its unified diff to the generated text."""

    path: str
    lines: str


class WrittenPaths(NamedTuple):
    """The paths that a run has written, and those that it has removed."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Comparison(Struct, frozen=True, kw_only=True):
    """The differences between a folder and its generated files, as sorted paths below the root.

    `stale` and `edited` files have a unified diff. `obstacles` are findings about files that
    codegen did not write, and links: nothing is written until they have moved. `kept` are findings
    about listed files that are not removed. Files in `other_line_ends` differ in nothing else, and
    are left as they are.
    """

    missing: tuple[str, ...] = ()
    stale: tuple[FileDiff, ...] = ()  # its source has changed
    edited: tuple[FileDiff, ...] = ()  # it has changed since the last run
    orphaned: tuple[str, ...] = ()
    obstacles: tuple[Finding, ...] = ()
    kept: tuple[Finding, ...] = ()
    other_line_ends: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether there are no differences but line ends."""
        return not (
            self.missing
            or self.stale
            or self.edited
            or self.orphaned
            or self.obstacles
            or self.kept
        )


class _Inspection(Struct, frozen=True, kw_only=True):
    """The state of all files on disk, with the files to remove and those that are kept.

    `copy` is the copy of the model.
    """

    texts: dict[str, str]
    files: dict[str, FoundFile]
    orphaned: tuple[str, ...]
    kept: tuple[Finding, ...]
    copy: FoundFile | None = None

    def select(self, *states: FileState) -> tuple[str, ...]:
        """Return the paths in these states."""
        return tuple(path for path, file in self.files.items() if file.state in states)

    def obstacles(self) -> tuple[Finding, ...]:
        """Return a finding for each file that must not be overwritten.

        One in the way of several is named once.
        """
        findings: dict[tuple[FileState, str], Finding] = {}
        inspected = dict(self.files)
        if self.copy is not None:
            inspected[self.copy.path] = self.copy
        for path, file in inspected.items():
            if file.state in _OBSTACLES:
                findings.setdefault((file.state, file.path), _describe_obstacle(path, file))
        return tuple(findings.values())


_TO_WRITE = (FileState.MISSING, FileState.STALE, FileState.EDITED)
_OBSTACLES = (FileState.LINKED, FileState.INPUT, FileState.FOREIGN)


def _describe_obstacle(path: str, file: FoundFile) -> Finding:
    if file.state is FileState.LINKED:
        return Finding(
            rule="file-linked",
            level=Level.ERR,
            message="this is a symbolic link, and codegen writes through none",
            span=Span(path=file.path),
            id=file.path,
            hint="replace the link with what it leads to, or change `to` in codegen.yaml",
        )
    if file.state is FileState.INPUT:
        message = "codegen reads this file, and an output has the same path"
    elif file.path == path:
        message = "codegen did not write this file, and an output has the same path"
    else:
        message = f"codegen did not write this file, and it is in the way of {path}"
    blocked = () if file.path == path else (path,)
    return Finding(
        rule="file-not-generated",
        level=Level.ERR,
        message=message,
        span=Span(path=file.path),
        id=file.path,
        hint="move or rename the file, or change `to` in codegen.yaml; if an earlier release of "
        "codegen wrote it, remove it",
        arguments=blocked,
    )


def _describe_kept(path: str) -> Finding:
    return Finding(
        rule="file-kept",
        level=Level.WARN,
        message="no output has this file any more; it is kept, since its text is not the one that "
        "codegen wrote",
        span=Span(path=path),
        id=path,
        hint="remove it, or keep it as a file of your own",
    )


def _check_path(folder: str, file_path: str) -> None:
    """Check that the path of a generated file stays below its folder."""
    path = PurePosixPath(file_path)
    is_outside = path.is_absolute() or ".." in path.parts
    has_separators = any(character in file_path for character in "\\\0\n\r")
    if is_outside or has_separators:
        raise failure(
            "path-outside-output",
            f"{file_path!r} is not below {folder!r}",
            Span(path=folder),
            "correct the name in the source, which leads outside of the folder",
            arguments=(
                file_path,
                folder,
            ),
        )


class FileSet(Struct, kw_only=True):
    """The files of one run below one root, for a configuration with the file name `config` and
    these inputs.

    `model_copy` is the text of a copy of what the sources state. It is written beside the lists,
    and is not compared as a file.
    """

    root: Path
    files: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    config: str = "codegen.yaml"
    inputs: Inputs = Inputs()
    writers: dict[str, str] = field(default_factory=dict)  # path -> the output, for messages
    spelt: dict[str, str] = field(default_factory=dict)  # path with case folded -> path
    diagnostics: tuple[Finding, ...] = ()  # warnings about their sources
    model_copy: str = ""
    # Language and id of texts shown as drafts.
    drafts: set[tuple[str, str]] = field(default_factory=set)

    def add(self, folder: str, files: Iterable[GeneratedFile], writer: str = "an output") -> None:
        """Add files of one output to a folder. Messages call the output `writer`.

        Raises `CodegenError` for a path outside the folder or of another file.
        """
        self.folders.add(folder)
        for file in files:
            _check_path(folder, file.path)
            target = str(PurePosixPath(folder) / file.path)
            self._check_same_text(target, file.text, writer)
            self._check_case(target)
            _check_size(target, file.text)
            self.files[target] = file.text
            if len(self.files) > limits.GENERATED_FILES:
                raise failure(
                    "output-too-large",
                    f"the outputs would have more than {limits.GENERATED_FILES:,} files",
                    Span(path=folder),
                    "write fewer kinds: `select`; or divide the outputs among several folders with "
                    "a codegen.yaml each",
                )

    def _check_same_text(self, target: str, text: str, writer: str) -> None:
        """Check that all outputs that write a file agree on its text."""
        first = self.writers.setdefault(target, writer)
        if self.files.get(target, text) != text:
            writers = " and ".join(dict.fromkeys((first, writer)))
            raise failure(
                "path-taken",
                f"{writers} would write this file with different texts",
                Span(path=target),
                _RENAME if first != writer else _RENAME_OR_DIVIDE,
                arguments=(writers,),
            )

    def _check_case(self, target: str) -> None:
        """Check that no other file has this path on a system that ignores case."""
        same_path = self.spelt.setdefault(fold_case(target), target)
        if same_path != target:
            raise failure(
                "path-taken",
                f"{same_path} is the same file on systems that ignore case or Unicode "
                "normalization",
                Span(path=target),
                _RENAME,
                arguments=(same_path,),
            )

    def texts(self) -> dict[str, str]:
        """Return the texts by path, in order, followed by the lists."""
        lists = manifest.render_lists(self.root, self.files, self.folders, self.config)
        return dict(sorted(self.files.items())) | lists

    @property
    def copy_path(self) -> str:
        """The path of the copy of the model."""
        return manifest.copy_name(self.config)

    def compare(self, display: Callable[[str], str] = str) -> Comparison:
        """Compare with the disk, in both directions. Writes nothing.

        `display` converts the paths in the headers of differences.
        """
        inspection = self._inspect()
        reported = {*inspection.select(*_TO_WRITE, *_OBSTACLES), *inspection.orphaned}
        stale = [
            path
            for path in inspection.select(FileState.STALE)
            if not self._has_explanation(path, reported)
        ]
        return Comparison(
            missing=inspection.select(FileState.MISSING),
            stale=tuple(_diff_file(path, inspection, display) for path in stale),
            edited=tuple(
                _diff_file(path, inspection, display)
                for path in inspection.select(FileState.EDITED)
            ),
            orphaned=inspection.orphaned,
            obstacles=inspection.obstacles(),
            kept=inspection.kept,
            other_line_ends=inspection.select(FileState.OTHER_LINE_ENDS),
        )

    def _has_explanation(self, path: str, reported: set[str]) -> bool:
        """Return whether a list is out of date because of files that are reported themselves."""
        if path in self.files:
            return False
        folder = path.removesuffix(manifest.list_name(self.config))
        return any(reported_path.startswith(folder) for reported_path in reported - {path})

    def write(
        self,
        more_files: Mapping[str, bytes] = MappingProxyType({}),
        check: Callable[[], None] | None = None,
    ) -> WrittenPaths:
        """Write changed files and remove orphans.

        `more_files` are the contents of further files that are written with them, by path. `check`
        may refuse to write, when no other process writes any more.
        Raises `CodegenError` before the first change if a file is in the way that codegen did not
        write.
        """
        inspection = self._inspect()
        self.diagnostics = (*self.diagnostics, *inspection.kept)
        has_changes = bool(more_files or self._find_changes(inspection))
        if not has_changes and not os.path.lexists(self.root / STAGING):
            return WrittenPaths()
        with writing(self.root) as writer:
            if check is not None:
                check()
            inspection = self._inspect()  # again, since another process may have written
            changes = {**self._find_changes(inspection), **more_files}
            new = list(inspection.select(FileState.MISSING))
            if inspection.copy is not None and inspection.copy.state is FileState.MISSING:
                new.append(self.copy_path)
            writer.write(changes, new=new)
            writer.remove_empty_folders(inspection.orphaned, kept=self.inputs.folders)
        return WrittenPaths(inspection.select(*_TO_WRITE), inspection.orphaned)

    def _find_changes(self, inspection: _Inspection) -> dict[str, str | bytes | None]:
        """Return the files to remove, the lists and the texts to write, in this order.

        So after a killed run the lists have every file that is left, and a name may change its case
        on systems that ignore it.
        """
        if obstacles := inspection.obstacles():
            raise CodegenError(*obstacles)
        changes: dict[str, str | bytes | None] = dict.fromkeys(inspection.orphaned)
        paths = inspection.select(*_TO_WRITE)
        changes.update({path: inspection.texts[path] for path in paths if path not in self.files})
        changes.update({path: inspection.texts[path] for path in paths if path in self.files})
        if inspection.copy is not None and inspection.copy.state in _TO_WRITE:
            changes[self.copy_path] = self.model_copy
        return changes

    def _inspect(self) -> _Inspection:
        texts = self.texts()
        record = manifest.read_lists(self.root, self.config, self.folders)
        ownership = Ownership(self.root, record, self.inputs)
        files = {path: ownership.inspect(path, text) for path, text in texts.items()}
        copy = None
        if self.model_copy:
            copy = ownership.inspect(self.copy_path, self.model_copy)
        orphaned: list[str] = []
        kept: list[Finding] = []
        for orphan in ownership.find_orphans(texts):
            if orphan.is_removable:
                orphaned.append(orphan.path)
            else:
                kept.append(_describe_kept(orphan.path))
        orphaned.sort(key=lambda path: path in record.lists)  # lists after their files
        return _Inspection(
            texts=texts,
            files=files,
            orphaned=tuple(orphaned),
            kept=tuple(kept),
            copy=copy,
        )


def _diff_file(path: str, inspection: _Inspection, display: Callable[[str], str]) -> FileDiff:
    """Return the differences of a file without those of line ends."""
    on_disk = inspection.files[path].text.replace("\r\n", "\n")
    return FileDiff(path, _format_diff(display(path), on_disk, inspection.texts[path]))


def _format_diff(path: str, old: str, new: str) -> str:
    from difflib import unified_diff  # only a file that is out of date needs it

    difference = ""
    for line in unified_diff(
        old.splitlines(keepends=True),
        new.splitlines(keepends=True),
        f"{path} (on disk)",
        f"{path} (generated)",
    ):
        difference += line
        if not line.endswith("\n"):
            difference += "\n\\ No newline at end of file\n"
    return difference
