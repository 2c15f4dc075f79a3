"""What the fields of an HTTP message can hold (RFC 9110 section 5): a value never becomes another field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from snippetgen.model import BodyPart, Request, Text

__all__ = ["faults", "is_cookie", "is_token", "is_value"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_MEDIA_TYPE = re.compile(r"[\t\x20-\x7e]+")


def is_token(text: str) -> bool:
    """Whether it can be a method or a field's name (section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Whether it can be a field's value: no CR, LF, NUL or another control character (section 5.5)."""
    return _VALUE.fullmatch(text) is not None


def is_cookie(name: str, value: str) -> bool:
    """Whether these are one cookie of the Cookie field, and no other one (RFC 6265 section 5.4)."""
    lawful = is_value(name + value) and not {"=", ";"} & {*name} and ";" not in value
    return lawful and (name != "" or value == "") and value == value.strip(" \t")


def faults(request: Request) -> Iterator[str]:
    """What of a request no HTTP message can carry, each as the end of a sentence about a client."""
    for pair in request.headers:
        yield from _field(pair.name, pair.value or Text())
    for part in request.body.parts if request.body else ():
        yield from _part(part)
    media_type = request.body.media_type if request.body else None
    if media_type and not _MEDIA_TYPE.fullmatch(media_type):
        yield f"cannot send the media type {media_type!r}"


def _field(name: str, value: Text) -> Iterator[str]:
    if not is_token(name):
        yield f"cannot send a header named {name!r}"
    if not all(is_value(part) for part in value.parts if isinstance(part, str)):
        yield f"cannot send a control character in the header {name}"


def _part(part: BodyPart) -> Iterator[str]:
    """A part's own fields; a backslash before the closing quote of a name is an escape to some servers."""
    for name, value in part.headers:
        yield from _field(name, Text.of(value))
    if part.media_type and not _MEDIA_TYPE.fullmatch(part.media_type):
        yield f"cannot send the media type {part.media_type!r} of a part"
    for name in (part.name, part.file_name or ""):
        if name.endswith("\\"):
            yield f"cannot send a part named {name!r}, which servers read differently"
