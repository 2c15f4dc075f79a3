"""A tree is a set of files that belong below one folder: written where they differ, or shown as diffs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path, PurePosixPath

from snippetgen.atomic import write_atomically
from snippetgen.errors import InputError, UsageError

__all__ = ["Change", "Synced", "inside", "present", "sync"]


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not what it should be; `diff` leads from the file to what belongs there."""

    path: str
    diff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What became of each file; with `check`, `changes` holds what would be written."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    changes: tuple[Change, ...]


def sync(files: Mapping[str, str], output: Path, *, check: bool) -> Synced:
    """Make the files below `output` be what they should; with `check`, only say what differs.

    Paths are relative, with `/` between their parts. Files that are right already are not touched.
    """
    targets = {path: _target(output, path) for path in files}
    _check_links(files, targets)
    found = {path: _before(target) for path, target in targets.items()}
    written: list[str] = []
    unchanged: list[str] = []
    changes: list[Change] = []
    for path, text in files.items():
        before = found[path]
        if before == text.encode():
            unchanged.append(path)
        elif check:
            changes.append(Change(path, _diff(path, before, text)))
        else:
            write_atomically(targets[path], text)
            written.append(path)
    return Synced(written=tuple(written), unchanged=tuple(unchanged), changes=tuple(changes))


def _check_links(files: Mapping[str, str], targets: Mapping[str, Path]) -> None:
    """Raise UsageError where a link makes one file of two paths, which each build would write both ways."""
    first: dict[Path, str] = {}
    for path, target in targets.items():
        other = first.setdefault(target.resolve(), path)
        if files[other] != files[path]:
            message = f"{target} and {targets[other]} are one file by a link, and would get different texts"
            raise UsageError(message, fix="remove the link")


def present(output: Path, path: str) -> bytes | None:
    """The content of a file below the output folder, None where there is none."""
    return _before(_target(output, path))


def _target(output: Path, path: str) -> Path:
    """The file of a path; not even a link inside the output folder may lead out of it."""
    return inside(output, output.joinpath(*PurePosixPath(path).parts), "output")


def inside(folder: Path, target: Path, name: str) -> Path:
    """The target, a path below the folder of that name; UsageError where a link leads it out of there."""
    if not target.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{target} leads out of the {name} folder {folder}", fix="remove the link")
    return target


def _before(target: Path) -> bytes | None:
    try:
        if target.exists() and not target.is_file():  # a pipe would be waited for
            raise InputError(f"{target} is no regular file", fix="remove it")
        return target.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise InputError(f"cannot read {target}: {problem.strerror}") from problem


def _diff(path: str, before: bytes | None, text: str) -> str:
    old = [] if before is None else before.decode("utf-8", "replace").splitlines(keepends=True)
    name = "/dev/null" if before is None else f"a/{path}"
    lines = unified_diff(old, text.splitlines(keepends=True), name, f"b/{path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
