"""Writing a file so that a reader sees the old content or the new, never a part."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from snippetgen.errors import InputError, Place

__all__ = ["write_atomically"]


def write_atomically(path: str | Path, content: str | bytes) -> None:
    """Replace a file, or create it and its folders.

    Text is UTF-8 with its line ends as they are. A symbolic link stays one; an existing file keeps its mode.
    A place that cannot be written raises InputError.
    """
    try:
        _replace(Path(os.path.realpath(path)), content.encode() if isinstance(content, str) else content)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise InputError(f"cannot write the file: {reason}", place=Place(str(path))) from problem


def _replace(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
        with suppress(FileNotFoundError):
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
