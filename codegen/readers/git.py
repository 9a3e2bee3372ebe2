"""Files of a Git revision, read by the `git` command without changing the repository.

Only commands that run nothing are used: `rev-parse`, `rev-list`, `ls-tree` and `cat-file`. Hooks,
filters and attributes of the repository have no effect, and nothing is fetched.
"""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from typing import IO, cast

from msgspec import Struct

from codegen.core import opening
from codegen.core.diagnostics import CodegenError, Span, count_noun, failure

_OPTIONS = ("--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false")
# Git of 2.43 and before does not know GIT_NO_LAZY_FETCH: without a protocol, it fetches nothing either.
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
_LINK, _SUBMODULE = "120000", "160000"  # modes of a tree
_TIMEOUT = 120  # seconds of one command
_MAX_FILES = 50_000
_MAX_LINKS = 1000
_MAX_TOTAL = 256 * 1024 * 1024  # bytes of all files of one source
_CHUNK = 1024 * 1024  # bytes of a listing that are read at once


class RevisionPath(Struct, frozen=True, kw_only=True):
    """A path in a revision, as in `HEAD~1:schemas/api.json`.

    Like in Git, it begins at the top of the repository, or at the current folder with `./`.
    """

    revision: str
    path: str

    @property
    def display_path(self) -> str:
        """The path as it was written."""
        return f"{self.revision}:{self.path}"


class Repository(Struct, frozen=True, kw_only=True):
    """The Git repository of a folder. `prefix` is the path of the folder in it, ending in a slash."""

    folder: Path
    prefix: str

    @classmethod
    def find(cls, folder: Path, display_path: str) -> Repository:
        """Find the repository of a folder. Raises `CodegenError` if there is none, or no Git."""
        done = _run(folder, ("rev-parse", "--show-prefix"), display_path)
        if done.returncode:
            raise failure(
                "git-unavailable",
                f"this folder is in no Git repository: {_last_line(done.stderr)}",
                Span(path=display_path),
                "run the command inside the repository, or name two files on disk",
                arguments=(_last_line(done.stderr),),
            )
        return cls(folder=folder, prefix=os.fsdecode(done.stdout).removesuffix("\n"))

    def resolve(self, revision: str) -> str:
        """Return the commit of a revision. Raises `CodegenError` for an unknown one."""
        arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        done = _run(self.folder, (*arguments, f"{revision}^{{commit}}"), revision)
        if done.returncode:
            raise failure(
                "revision-unknown",
                f"the repository has no revision {revision!r}",
                Span(path=revision),
                self._hint_for_unknown_revision(),
                arguments=(revision,),
            )
        return done.stdout.decode("ascii", errors="replace").strip()

    def _hint_for_unknown_revision(self) -> str:
        done = _run(self.folder, ("rev-parse", "--is-shallow-repository"), "")
        if done.stdout.strip() == b"true":
            return "this clone is shallow: `git fetch --unshallow` fetches the other revisions"
        done = _run(self.folder, ("rev-list", "--all", "--max-count=1"), "")
        if not done.stdout.strip():
            return "the repository has no commits yet: commit the sources first"
        return "`git log --oneline --all` lists the revisions"

    def full_path(self, path: str) -> str:
        """Return a path from the top of the repository, which starts with `..` for one outside."""
        is_relative = path in (".", "..") or path.startswith(("./", "../"))
        return posixpath.normpath(posixpath.join(self.prefix if is_relative else "", path))

    def has(self, commit: str, path: str) -> bool:
        """Return whether a commit has a file, link or folder at a path below the top."""
        return bool(self._list_entries(commit, path))

    def refuse_path_in_submodule(self, commit: str, path: str, span: Span) -> None:
        """Raise `CodegenError` if a folder above a path is a submodule."""
        for parent in PurePosixPath(path).parents:
            above = str(parent)
            if above != ".":
                entries = self._list_entries(commit, above)
                _refuse_submodules([entry for entry in entries if entry.path == above], span)

    def write_files(self, commit: str, path: str, folder: Path, span: Span) -> Path:
        """Write a file of a commit, or the files of a folder, below a temporary folder.

        Symbolic links are written as such, with the files of the commit that they lead to. Files
        with a path that Git would not check out are left out. Returns where the path is now. Raises
        `CodegenError` if there is nothing, too much, or a part that the repository does not have.
        """
        entries = self._list_linked_entries(commit, path, span)
        if not entries:
            self.refuse_path_in_submodule(commit, path, span)
            raise failure(
                "revision-path-missing",
                f"the revision has no file {path!r}",
                span,
                "paths begin at the top of the repository, or at the current folder with `./`",
                arguments=(path,),
            )
        # Files come first: a link that was written could lead a file to another folder.
        ordered = sorted(entries, key=lambda entry: entry.is_link)
        contents = self._read_blobs([entry.blob for entry in ordered])
        for entry, content in zip(ordered, contents, strict=True):
            _write_entry(entry, content, folder)
        written = folder / path
        if not opening.is_within(written, folder):
            raise failure(
                "link-leads-out",
                f"{path!r} is a symbolic link that leads out of the repository, and is not read",
                span,
                "replace the link with the file that it leads to",
                arguments=(path,),
            )
        return written

    def _list_linked_entries(self, commit: str, path: str, span: Span) -> list[_TreeEntry]:
        """List the files and links at a path, and those to which the links lead."""
        entries: dict[str, _TreeEntry] = {}
        listed: list[str] = []
        pending = [path]
        while pending:
            current = pending.pop()
            if any(_is_below(current, folder) for folder in listed):
                continue
            listed.append(current)
            below = self._list_entries(commit, current)
            new = [entry for entry in below if entry.path not in entries]
            entries.update((entry.path, entry) for entry in new)
            _refuse_submodules(new, span)
            _refuse_large_trees(entries.values(), path, span)
            pending += self._read_link_targets([entry for entry in new if entry.is_link])
        return list(entries.values())

    def _list_entries(self, commit: str, path: str) -> list[_TreeEntry]:
        """List the files, links and submodules of a commit at a path below the top."""
        if path.startswith("..") or posixpath.isabs(path):
            return []
        arguments = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit]
        if path != ".":
            arguments += ["--", path]
        entries: list[_TreeEntry] = []
        with _open_output(self.folder, arguments, path) as output:
            for line in _split_listing(output):
                entry = _parse_tree_entry(line)
                if entry is not None:
                    entries.append(entry)
                # Trees that name each other many times have more files than Git could list.
                if len(entries) > _MAX_FILES:
                    break
        return entries

    def _read_link_targets(self, links: Sequence[_TreeEntry]) -> Iterator[str]:
        """Yield the paths to which links lead, from the top of the repository."""
        contents = self._read_blobs([link.blob for link in links])
        for link, content in zip(links, contents, strict=True):
            target = os.fsdecode(content)
            if "\0" not in target:
                yield posixpath.normpath(posixpath.join(posixpath.dirname(link.path), target))

    def _read_blobs(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Yield the contents of blobs, in their order."""
        request = "".join(f"{blob}\n" for blob in blobs).encode()
        # One at a time: a small repository may have many large files that compress well.
        with _open_output(self.folder, ("cat-file", "--batch"), "", request) as output:
            for _ in blobs:
                yield self._read_blob(output)

    def _read_blob(self, output: IO[bytes]) -> bytes:
        """Read the next blob from the output of `git cat-file --batch`."""
        header = output.readline()
        match header.split():
            case [_, _, size]:
                content = output.read(int(size))
                is_complete = output.read(1) == b"\n"
            case _:  # missing, as in a partial clone
                content, is_complete = b"", False
        if not is_complete:
            raise _lacks_object(self.folder, _last_line(header))
        return content


class _TreeEntry(Struct, frozen=True, kw_only=True):
    """A file, link or submodule of a commit, with its mode, blob and size in bytes."""

    path: str
    mode: str
    blob: str
    size: int

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == _LINK


def _split_listing(output: IO[bytes]) -> Iterator[bytes]:
    """Yield the parts of a listing, which NUL separates."""
    rest = b""
    while chunk := output.read(_CHUNK):
        *parts, rest = (rest + chunk).split(b"\0")
        yield from parts


def _parse_tree_entry(entry: bytes) -> _TreeEntry | None:
    """Parse `MODE TYPE BLOB SIZE<tab>PATH`. Returns None for a path that leads elsewhere."""
    attributes, _, name = entry.partition(b"\t")
    path = os.fsdecode(name)
    match attributes.decode("ascii", errors="replace").split():
        case [mode, _, blob, size] if _stays_below(path):
            bytes_of_file = int(size) if size.isdigit() else 0
            return _TreeEntry(path=path, mode=mode, blob=blob, size=bytes_of_file)
    return None


def _refuse_submodules(entries: Iterable[_TreeEntry], span: Span) -> None:
    """Raise `CodegenError` for a submodule, whose files are in another repository."""
    for entry in entries:
        if entry.mode == _SUBMODULE:
            raise failure(
                "submodule-unreadable",
                f"{entry.path!r} is a submodule, and its files are in another repository",
                span,
                "name a path without it, or compare its files inside the submodule",
                arguments=(entry.path,),
            )


def _refuse_large_trees(entries: Collection[_TreeEntry], path: str, span: Span) -> None:
    """Raise `CodegenError` for more files, links or bytes than any source has."""
    total = sum(entry.size for entry in entries)
    links = sum(entry.is_link for entry in entries)
    if len(entries) > _MAX_FILES or links > _MAX_LINKS or total > _MAX_TOTAL:
        size = f"{count_noun(len(entries), 'file')} with {total:,} bytes"
        if links:
            size += f", {links:,} of them symbolic links"
        raise failure(
            "revision-too-large",
            f"the revision has too much at {path!r}: {size}",
            span,
            "name a smaller folder",
            arguments=(path,),
        )


def _write_entry(entry: _TreeEntry, content: bytes, folder: Path) -> None:
    """Write a file or link below a folder, unless a link there leads elsewhere."""
    target = folder / entry.path
    if target.is_symlink() or not opening.is_within(target.parent, folder):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if entry.is_link and not target.exists():
        try:
            target.symlink_to(os.fsdecode(content))
        except (OSError, ValueError):
            target.write_bytes(content)  # as Git does where links are impossible
    elif not entry.is_link:
        target.write_bytes(content)


def _is_below(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")


def _stays_below(path: str) -> bool:
    """Return whether a path leads below the folder it is joined to, on every system.

    Trees can have entries named `..`, which Git refuses only when it checks them out.
    """
    parsed = PurePath(path)
    return ".." not in parsed.parts and not parsed.anchor


def split_revision(text: str) -> RevisionPath | None:
    """Split `REV:PATH`, or return None for a path on disk, which wins."""
    revision, colon, path = text.partition(":")
    is_drive = os.name == "nt" and len(revision) == 1
    if not colon or not revision or is_drive or opening.exists(Path(text)):
        return None
    return RevisionPath(revision=revision, path=path.rstrip("/") or ".")


@contextmanager
def open_revision(source: RevisionPath) -> Iterator[Path]:
    """Provide a path in a revision on disk, as long as the context lasts.

    Raises `CodegenError` for an unknown revision or path, and without a repository or Git.
    """
    repository = Repository.find(Path.cwd(), source.display_path)
    commit = repository.resolve(source.revision)
    with TemporaryDirectory(prefix="codegen-") as name:
        path = repository.full_path(source.path)
        span = Span(path=source.display_path)
        yield repository.write_files(commit, path, Path(name).resolve(), span)


def _run(
    folder: Path, arguments: Sequence[str], display_path: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a command of Git. Raises `CodegenError` if Git cannot be run."""
    try:
        return subprocess.run(  # noqa: S603 - a fixed command, and no shell
            ["git", *_OPTIONS, *arguments],  # noqa: S607 - the one that users run, too
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT},
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise _unavailable(str(error), display_path or str(folder)) from None


@contextmanager
def _open_output(
    folder: Path, arguments: Sequence[str], display_path: str, request: bytes = b""
) -> Iterator[IO[bytes]]:
    """Provide the output of a command of Git while it runs, and stop the command at the end.

    Raises `CodegenError` if Git cannot be run, or takes too long.
    """
    with TemporaryFile() as stdin:
        stdin.write(request)
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - a fixed command, and no shell
                ["git", *_OPTIONS, *arguments],  # noqa: S607 - the one that users run, too
                cwd=folder,
                env={**os.environ, **_ENVIRONMENT},
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, ValueError) as error:
            raise _unavailable(str(error), display_path or str(folder)) from None
        timer = Timer(_TIMEOUT, process.kill)
        timer.start()
        has_failed = False
        with process:
            output = cast("IO[bytes]", process.stdout)
            try:
                yield output
                is_read = not output.read(1)
                has_failed = is_read and process.wait() != 0
            finally:
                is_late = not timer.is_alive()
                timer.cancel()
                process.kill()
        if is_late:
            raise _unavailable(f"it took more than {_TIMEOUT} seconds", display_path or str(folder))
        if has_failed:
            raise _lacks_object(folder, "Git could not read all of it")


def _lacks_object(folder: Path, reason: str) -> CodegenError:
    return failure(
        "revision-unknown",
        f"the repository lacks an object of this revision: {reason}",
        Span(path=str(folder)),
        "`git fetch` with `--refetch` completes a partial clone",
        arguments=(reason,),
    )


def _unavailable(reason: str, display_path: str) -> CodegenError:
    return failure(
        "git-unavailable",
        f"git could not be run: {reason}",
        Span(path=display_path),
        "install Git, or name two files on disk",
        arguments=(reason,),
    )


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", errors="replace").strip().splitlines()
    if lines:
        return lines[-1]
    return "git failed"
