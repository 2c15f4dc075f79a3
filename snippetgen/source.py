"""A `Source` is a YAML or JSON file that was read, with the line and column of everything in it.

Both formats are read as JSON values whose numbers keep their spelling; in both, a repeated key is an
error. Positions are computed only when a message needs one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetgen import exact, yamlcore
from snippetgen.cache import cached
from snippetgen.errors import InputError, Place
from snippetgen.exact import RepeatedKeyError, TextError
from snippetgen.position import find_position, repeated_key

__all__ = [
    "Source",
    "data_folder",
    "escape_pointer",
    "load",
    "read_text",
    "resolve_pointer",
    "source_of",
    "split_pointer",
]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its path as the user named it, its text, and the value it holds."""

    path: str
    text: str
    data: Any

    def place(self, pointer: str | Sequence[str] = "") -> Place:
        """Where the value at an RFC 6901 pointer stands, or its nearest ancestor that exists."""
        tokens = split_pointer(pointer) if isinstance(pointer, str) else tuple(pointer)
        return Place(self.path, *(find_position(self.text, tokens) or ()))


def split_pointer(pointer: str) -> tuple[str, ...]:
    """The reference tokens of an RFC 6901 pointer."""
    tokens = pointer.split("/")[1:]
    if "~" not in pointer:  # as in almost all, of which there are many
        return tuple(tokens)
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in tokens)


def escape_pointer(*tokens: str | int) -> str:
    """The RFC 6901 pointer made of these reference tokens."""
    return "".join(["/" + str(t).replace("~", "~0").replace("/", "~1") for t in tokens])


def resolve_pointer(value: Any, pointer: str) -> Any:
    """The value at an RFC 6901 pointer; KeyError where there is none."""
    for token in split_pointer(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise KeyError(pointer)
    return value


def read_text(path: str | Path, error: type[InputError] = InputError, *, mark: bool = False) -> str:
    """The text of a UTF-8 file; `error` says what kind of input it was meant to be.

    A byte order mark at its beginning is a part of the text only with `mark`.
    """
    try:
        if not Path(path).is_dir() and Path(path).exists() and not Path(path).is_file():
            raise error("this is no regular file", fix="save its content to one", place=Place(str(path)))
        return _decode(str(path), Path(path).read_bytes(), error, mark=mark)
    except OSError as problem:
        raise error(f"cannot read the file: {problem.strerror}", place=Place(str(path))) from problem


def _decode(name: str, content: bytes, error: type[InputError], *, mark: bool = False) -> str:
    try:
        return content.decode("utf-8" if mark else "utf-8-sig")
    except UnicodeDecodeError as problem:
        message = f"the file is not UTF-8: byte {problem.start} is 0x{problem.object[problem.start]:02x}"
        raise error(message, fix="save it as UTF-8", place=Place(name)) from problem


def load(path: str | Path, error: type[InputError] = InputError) -> Source:
    """Read a YAML or JSON file; every way in which it can be unreadable raises `error`."""
    return _source(str(path), read_text(path, error), error)


def source_of(name: str, content: bytes, error: type[InputError] = InputError) -> Source:
    """The YAML or JSON file of that name whose content is given."""
    return _source(name, _decode(name, content, error), error)


def _source(name: str, text: str, error: type[InputError]) -> Source:
    try:
        return Source(name, text, _read(text, name))
    except TextError as problem:
        raise error(str(problem), place=Place(name, problem.line, problem.column)) from problem


def _read(text: str, name: str) -> Any:
    if text.lstrip()[:1] not in {"{", "["}:
        return cached(text, yamlcore.loads)
    try:
        return exact.loads(text)
    except RepeatedKeyError as problem:
        key, first, again = repeated_key(text)
        raise TextError(f"the key {key!r} stands on line {first[0]} already", *again) from problem
    except TextError:
        if not name.endswith((".yaml", ".yml")):
            raise
        return yamlcore.loads(text)  # a flow mapping of YAML begins like JSON


def data_folder(name: str) -> Path:
    """The folder `templates`, `locales` or `schemas`: inside an installed wheel, or of a checkout."""
    package = Path(__file__).parent
    installed = package / "data" / name
    return installed if installed.is_dir() else package.parent / name
