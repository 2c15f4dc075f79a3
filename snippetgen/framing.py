"""A `Frame` is what a message must say of its body before the body comes: its length, and its boundary."""

from __future__ import annotations

from dataclasses import dataclass

from snippetgen.model import Body
from snippetgen.text import Text

__all__ = ["Frame", "frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The number of bytes of a body that is known in full, in digits (RFC 9112 section 6.2).

    `lines` are those of a multipart body, each of which ends with CRLF (RFC 2046 section 5.1); `boundary`
    stands in none of its parts.
    """

    length: str
    boundary: str = ""
    lines: tuple[str, ...] = ()


def frame(body: Body) -> Frame:
    """The frame of a body without files and credentials."""
    if body.kind != "multipart":
        text = Text.join(body.terms) if body.kind == "form" else body.content
        return Frame(str(len((text.encoded().literal or "").encode())))
    parts = [(*part.head_lines, "", (part.text or Text()).literal or "") for part in body.parts]
    boundary = "boundary"
    while any(boundary in line for part in parts for line in part):
        boundary += "y"
    lines = [line for part in parts for line in (f"--{boundary}", *part)]
    whole = (*lines, f"--{boundary}--")
    length = sum(len(line.encode()) + len("\r\n") for line in whole)
    return Frame(str(length), boundary, whole)
