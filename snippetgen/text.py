"""A `Text` is what a reader would call a string that may have secrets in it.

Literal characters, `Credential`s that a snippet reads from the environment, files that it reads and
encodes, and parts that it encodes when it runs, in a row.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

__all__ = ["Base64File", "Credential", "Encoded", "Encoding", "Named", "Part", "Text"]

Encoding = Literal["percent", "form", "base64", "header", "octets", "stream"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that a snippet reads from the environment variable `env`; never its value."""

    id: str
    env: str
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Base64File:
    """The Base64 text (RFC 4648 section 4) of the bytes of a file that the snippet reads."""

    path: str


@dataclass(frozen=True, slots=True)
class Named:
    """A variable of the snippet, once `render` has given it a name."""

    name: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text that the snippet encodes when it runs.

    `percent` is RFC 3986 percent-encoding of everything outside the unreserved set; `form` is the
    same with a space that may be `+`, as in queries and forms; `base64` is RFC 4648
    section 4 over the UTF-8 bytes. The others change how characters travel, not which arrive: `header` is
    a header's value that is more than the client's own character set, `octets` the bytes that a
    Base64 text stands for, `stream` a file descriptor that the text can be read from.
    """

    encoding: Encoding
    text: Text


Part = str | Credential | Base64File | Named | Encoded


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, credentials, files and encoded texts in a row."""

    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, *parts: Part) -> Text:
        """A text of these parts, with neighbouring characters joined and empty ones dropped."""
        merged: list[Part] = []
        for part in parts:
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            elif part != "":
                merged.append(part)
        return cls(tuple(merged))

    @classmethod
    def join(cls, texts: Sequence[Text]) -> Text:
        """These texts in a row."""
        return texts[0] if len(texts) == 1 else cls.of(*(part for text in texts for part in text.parts))

    def __add__(self, other: Text) -> Text:
        return Text.of(*self.parts, *other.parts)

    @property
    def known(self) -> str:
        """The characters, without what is only known when a snippet runs."""
        return "".join(part for part in self.parts if isinstance(part, str))

    @property
    def literal(self) -> str | None:
        """The characters, or None where anything else takes part."""
        if not self.parts:
            return ""
        only = self.parts[0]
        return only if len(self.parts) == 1 and isinstance(only, str) else None

    def walk(self) -> Iterator[Part]:
        """Every part, an encoded one before what is inside it."""
        for part in self.parts:
            yield part
            if isinstance(part, Encoded):
                yield from part.text.walk()

    def credentials(self) -> Iterator[Credential]:
        """The credentials inside, in order, repeated where they repeat."""
        return (part for part in self.walk() if isinstance(part, Credential))

    def encodings(self) -> Iterator[Encoding]:
        """The encodings inside, outermost first."""
        return (part.encoding for part in self.walk() if isinstance(part, Encoded))

    def files(self) -> Iterator[str]:
        """The paths of the files inside, in order."""
        return (part.path for part in self.walk() if isinstance(part, Base64File))

    def encoded(self) -> Text:
        """The same text with the characters encoded that need not wait for a credential or a file."""
        return Text.of(*(piece for part in self.parts for piece in _encoded(part)))

    def resolve(self, environment: Mapping[str, str], files: Mapping[str, bytes] | None = None) -> str:
        """The characters that are sent with these environment variables and these files.

        A variable that `environment` lacks is shown by its placeholder, a file that `files` lacks is
        taken as empty.
        """
        return "".join(_resolve(part, environment, files or {}) for part in self.parts)


def _encoded(part: Part) -> Iterator[Part]:
    if not isinstance(part, Encoded) or part.encoding not in {"percent", "form", "base64"}:
        yield part
    elif part.text.literal is not None:
        yield _resolve(part, {}, {})
    elif part.encoding == "base64":
        yield part
    else:  # percent-encoding is done a character at a time
        for inner in part.text.parts:
            piece = Encoded(part.encoding, Text.of(inner))
            yield _resolve(piece, {}, {}) if isinstance(inner, str) else piece


def _resolve(part: Part, environment: Mapping[str, str], files: Mapping[str, bytes]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Credential):
        return environment.get(part.env, part.placeholder)
    if isinstance(part, Base64File):
        return base64.b64encode(files.get(part.path, b"")).decode()
    if isinstance(part, Named):
        raise TypeError(f"{part.name} has a value in a snippet only")
    inner = part.text.resolve(environment, files)
    if part.encoding == "base64":
        return base64.b64encode(inner.encode()).decode()
    if part.encoding in {"header", "octets", "stream"}:
        return inner
    return quote(inner, safe="")
