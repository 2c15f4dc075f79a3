"""A cache of what takes long to find out: values, as JSON, in the user's cache folder.

A file is named by the digest of what its value was made from and begins with the digest of its own
content, so that a truncated or altered one is not believed. It holds JSON, which cannot become code.
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

__all__ = ["cached", "recall", "store"]

MIN_LENGTH = 200_000  # characters; what is shorter is read in the time that looking it up takes
MAX_FILES = 32
_READER = "1"  # to be raised when the same text is read as another value


def cached(text: str, read: Callable[[str], Any]) -> Any:
    """What `read` makes of a long text, from the cache where it is there."""
    if len(text) < MIN_LENGTH:
        return read(text)
    key = _READER + text
    try:
        return recall(key)
    except LookupError:
        value = read(text)
        store(key, value)
        return value


def recall(key: str) -> Any:
    """The value that was stored under a key; LookupError where there is none, or not as it was written."""
    folder = _folder()
    if folder is None:
        raise LookupError
    file = _file(folder, key)
    try:
        digest, _, content = file.read_bytes().partition(b"\n")
        if digest.decode("ascii") != sha256(content).hexdigest():
            raise LookupError(file)
        os.utime(file)  # the files that were used last are kept
        with without_collector():
            return json.loads(content, parse_float=ExactFloat)
    except (OSError, ValueError) as problem:
        raise LookupError(file) from problem


def store(key: str, value: Any) -> None:
    """Keep a value under a key, where that can be done."""
    folder = _folder()
    if folder is None:
        return
    with suppress(ValueError, InputError, OSError):  # a NaN, which JSON does not have; a full disk
        content = dumps(value, None).encode()
        write_atomically(_file(folder, key), sha256(content).hexdigest().encode() + b"\n" + content)
        for old in sorted(folder.glob("*.json"), key=_last_used, reverse=True)[MAX_FILES:]:
            old.unlink(missing_ok=True)


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


def _file(folder: Path, key: str) -> Path:
    return folder / f"{sha256(key.encode()).hexdigest()}.json"


def _last_used(file: Path) -> float:
    return file.stat().st_mtime
