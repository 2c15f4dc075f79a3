"""Multipart bodies compared part by part: name, file name, media type, bytes (RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from snippetgen.model import Body, BodyPart, Finding
from snippetgen.proof.asked import Asked
from snippetgen.proof.difference import compare_bytes
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.mask import Show
from snippetgen.proof.reading import read_media_type, read_parameters

__all__ = ["compare_multipart"]

_ESCAPED = re.compile("%(22|0D|0A)", re.IGNORECASE)  # WHATWG HTML section 4.10.21.8


@dataclass(frozen=True, slots=True)
class _Part:
    """One part as it arrived."""

    headers: Mapping[str, str]
    content: bytes

    def parameter(self, name: str) -> set[str] | None:
        """What a parameter of Content-Disposition may mean: clients escape by RFC 2616 or as browsers do."""
        parameters = dict(read_parameters(self.headers.get("content-disposition", ""))[1])
        if f"{name}*" in parameters:
            return {unquote_to_bytes(parameters[f"{name}*"].rpartition("'")[2]).decode("utf-8", "replace")}
        if name not in parameters:
            return None
        raw = parameters[name]
        plain = {raw, re.sub(r"\\(.)", r"\1", raw)}
        return plain | {_ESCAPED.sub(lambda m: chr(int(m[1], 16)), form) for form in plain}


def _split_multipart(content_type: str, body: bytes) -> list[_Part]:
    """The parts of a body (RFC 2046 section 5.1.1); ValueError says what is malformed."""
    boundary = dict(read_parameters(content_type)[1]).get("boundary", "")
    if not re.fullmatch(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]", boundary):
        raise ValueError(f"the boundary {boundary!r} is not allowed (RFC 2046 section 5.1.1)")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 2:
        raise ValueError("the boundary does not occur in the body")
    if pieces[-1].strip(b" \t\r\n") != b"--":
        raise ValueError("the closing boundary is missing, or something follows it")
    return [_read_part(piece) for piece in pieces[1:-1]]


def _read_part(piece: bytes) -> _Part:
    padding, line_end, rest = piece.partition(b"\r\n")
    if padding.strip(b" \t") or not line_end:
        raise ValueError("the boundary occurs inside a part")
    head, blank, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if not blank:
        raise ValueError("a part has no empty line after its headers")
    fields = [line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line]
    return _Part({name.strip().lower(): value.strip() for name, _, value in fields}, content)


def compare_multipart(body: Body, asked: Asked, got: Exchange) -> Iterator[Finding]:
    """Every part that is missing, different, or in addition."""
    show = asked.show
    try:
        parts = _split_multipart("".join(got.values("content-type")[:1]), got.body)
    except ValueError as problem:
        yield Finding(rule="wire/body", message=f"the multipart body is malformed: {show(str(problem))}")
        return
    if len(parts) != len(body.parts):
        names = ", ".join(" or ".join(map(show, sorted(p.parameter("name") or {"?"})[:1])) for p in parts)
        message = f"the multipart body has {len(parts)} parts ({names}), expected {len(body.parts)}"
        yield Finding(rule="wire/body", message=message)
    for index, (expected, part) in enumerate(zip(body.parts, parts, strict=False), start=1):
        yield from _compare_part(f"part {index}", expected, part, asked)


def _compare_part(where: str, expected: BodyPart, part: _Part, asked: Asked) -> Iterator[Finding]:
    show = asked.show
    if not part.headers.get("content-disposition", "").lower().startswith("form-data"):
        yield Finding(
            rule="wire/body", message=f"{where} has no Content-Disposition form-data (RFC 7578 section 4.2)"
        )
    for name, wanted in (("name", expected.name), ("filename", expected.file_name)):
        came = part.parameter(name)
        allowed: set[str | None] = {None} if came is None else {*came}
        if wanted not in allowed:
            yield Finding(rule="wire/body", message=f"the {name} of {where} {_came(came, wanted, show)}")
    sent = part.headers.get("content-type")
    if not _same_part_type(expected.media_type, sent):
        came = None if sent is None else {sent}
        yield Finding(
            rule="wire/body", message=f"the media type of {where} {_came(came, expected.media_type, show)}"
        )
    text = asked.resolve(expected.text).encode()
    content = text if expected.file is None else asked.files[expected.file]
    yield from compare_bytes(f"the content of {where}", content, part.content, show)


def _came(came: set[str] | None, wanted: str | None, show: Show) -> str:
    shown = "is missing" if came is None else f"is {show(min(came))}"
    return f"{shown}, expected {'none' if wanted is None else show(wanted)}"


def _same_part_type(expected: str | None, got: str | None) -> bool:
    """Whether the media types are equal; a part without one is UTF-8 text (RFC 7578 section 4.4)."""
    if expected is None:
        plain = ("text/plain", "text/plain; charset=utf-8", "text/plain; charset=us-ascii")
        return got is None or read_media_type(got) in map(read_media_type, plain)
    return got is not None and read_media_type(expected) == read_media_type(got)
