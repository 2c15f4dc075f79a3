"""A cache of texts that take long to read: the value of each, as JSON, in the user's cache folder.

A file is named by the digest of the text that it was read from and begins with the digest of its own
content, so that a truncated or altered one is read again. It holds JSON, which cannot become code.
The folder is `$XDG_CACHE_HOME/snippetgen` (XDG Base Directory Specification), and where it cannot be
used nothing is cached.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from snippetgen.atomic import write_atomically
from snippetgen.errors import InputError
from snippetgen.exact import ExactFloat, dumps, without_collector

__all__ = ["cached"]

MIN_LENGTH = 200_000  # characters; what is shorter is read in the time that looking it up takes
MAX_FILES = 32
_READER = b"1"  # to be raised when the same text is read as another value


def cached(text: str, read: Callable[[str], Any]) -> Any:
    """What `read` makes of a text, from the cache where it is there."""
    folder = _folder() if len(text) >= MIN_LENGTH else None
    if folder is None:
        return read(text)
    file = folder / f"{sha256(_READER + text.encode()).hexdigest()}.json"
    try:
        return _recall(file)
    except (OSError, ValueError):
        value = read(text)
        _store(file, value)
        return value


def _folder() -> Path | None:
    """The folder of this user alone, or None."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        folder = (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "snippetgen"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = folder.stat()
    except (OSError, RuntimeError):
        return None
    own = not hasattr(os, "getuid") or (owner.st_uid == os.getuid() and not owner.st_mode & 0o022)
    return folder if own else None


def _recall(file: Path) -> Any:
    """The value in a file; OSError where there is none, ValueError where it is not what was written."""
    digest, _, content = file.read_bytes().partition(b"\n")
    if digest.decode("ascii") != sha256(content).hexdigest():
        raise ValueError(file)
    os.utime(file)  # the files that were used last are kept
    with without_collector():
        return json.loads(content, parse_float=ExactFloat)


def _store(file: Path, value: Any) -> None:
    with suppress(ValueError, InputError, OSError):  # a NaN, which JSON does not have; a full disk
        content = dumps(value, None).encode()
        write_atomically(file, sha256(content).hexdigest().encode() + b"\n" + content)
        for old in sorted(file.parent.glob("*.json"), key=_last_used, reverse=True)[MAX_FILES:]:
            old.unlink(missing_ok=True)


def _last_used(file: Path) -> float:
    return file.stat().st_mtime
