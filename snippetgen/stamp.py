"""A `Stamp` says what a build read and what it left, so that one to which nothing happened since is known.

Everything is compared by content and never by date: the program with its templates, catalogs, schemas and
libraries; each file that was read, or looked for and not there; each page that was left. A stamp lies in
the user's cache and holds nothing that the build did not print; one that does not fit is not believed.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from snippetgen import cache as kept
from snippetgen.errors import SnippetgenError
from snippetgen.source import data_folder
from snippetgen.tree import present

if TYPE_CHECKING:
    from snippetgen.dependency import Dependencies

__all__ = ["Stamp", "find_stamp", "leave_stamp"]

_TICK = 20_000_000  # nanoseconds; file systems date a change by a clock that ticks no slower


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a build depended on, what it left, and the `notes` that it printed.

    `program` is a digest (SHA-256), `read` holds one by path, None for a file that was not there, `left` one
    by path below the output folder; `matched` the paths below that folder by pattern.
    """

    program: str
    read: Mapping[str, str | None]
    matched: Mapping[str, list[str]]
    left: Mapping[str, str]
    notes: list[str]


def find_stamp(arguments: Any, output: Path) -> Stamp | None:
    """The stamp of the last build with these arguments, None where anything was changed since."""
    try:
        stamp = Stamp(**kept.recall(_key(arguments, output)))
        return stamp if _holds(stamp, output) else None
    except (LookupError, TypeError, AttributeError, ValueError, OSError, SnippetgenError):
        return None  # then all is done anew, and what is wrong is said there


def leave_stamp(
    arguments: Any,
    output: Path,
    dependencies: Dependencies,
    files: Mapping[str, str],
    notes: list[str],
    *,
    began: int,
) -> None:
    """Remember a build that left these files, by path below the output folder.

    `began` is when it did, in nanoseconds since the epoch: where a file was changed after that, nobody knows
    which content was read, and nothing is remembered.
    """
    with suppress(OSError):  # what cannot be read again is not remembered
        matched = {pattern: _matches(output, pattern) for pattern in dependencies.patterns}
        others = {output / name for names in matched.values() for name in names if name not in files}
        read = (*dependencies.files, *sorted(others))
        if any(_changed_since(began, path) for path in read):
            return
        stamp = Stamp(
            program=_program(),
            read={str(path): _digest(path) for path in read},
            matched=matched,
            left={name: sha256(text.encode()).hexdigest() for name, text in files.items()},
            notes=notes,
        )
        kept.store(_key(arguments, output), asdict(stamp))


def _key(arguments: Any, output: Path) -> str:
    return json.dumps(["build", str(Path.cwd()), str(output), arguments])


def _holds(stamp: Stamp, output: Path) -> bool:
    return (
        stamp.program == _program()
        and all(_digest(Path(path)) == digest for path, digest in stamp.read.items())
        and all(_matches(output, pattern) == names for pattern, names in stamp.matched.items())
        and all(_is_left(output, name, digest) for name, digest in stamp.left.items())
    )


def _is_left(output: Path, name: str, digest: str) -> bool:
    return sha256(present(output, name) or b"").hexdigest() == digest


def _matches(output: Path, pattern: str) -> list[str]:
    return sorted(path.relative_to(output).as_posix() for path in output.glob(pattern) if path.is_file())


def _digest(path: Path) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _changed_since(moment: int, path: Path) -> bool:
    """Whether a file, or the link to it, was written or put in its place then, whatever its date."""
    if not path.exists():
        return False
    states = (path.stat(), path.lstat())
    return any(max(state.st_mtime_ns, state.st_ctime_ns) > moment - _TICK for state in states)


@cache
def _program() -> str:
    """A digest of everything that a build runs and takes from its own package, and of its libraries."""
    digest = sha256(sys.version.encode())
    for line in (*_libraries(), *_files()):
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _libraries() -> Iterator[str]:
    """What the package needs, each with its version; a checkout that was not installed cannot say."""
    try:
        needs = requires("snippetgen") or ()
    except PackageNotFoundError:
        return
    for name in (re.split(r"[^\w.-]", need)[0] for need in needs if "extra ==" not in need):
        with suppress(PackageNotFoundError):  # what another platform needs
            yield f"{name} {version(name)}"


def _files() -> Iterator[str]:
    for folder in (Path(__file__).parent, *map(data_folder, ("locales", "schemas", "templates"))):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{path} {_digest(path)}"
