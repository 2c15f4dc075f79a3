"""Recorded content becomes a `Body`: by its media type where the characters allow it, else as plain text.

Whatever kind is chosen, what is sent stays the same: JSON by value, a form by its decoded pairs, a
multipart body part by part, and everything else byte for byte.
"""

from __future__ import annotations

import re

from snippetgen.exact import loads
from snippetgen.importing.address import read_pairs
from snippetgen.model import Body, BodyPart, Json, Text

__all__ = ["base_name", "essence", "local_file", "parameter", "read_content", "text_body"]

_FORM = re.compile(r"(?:[A-Za-z0-9\-._~!$'()*+,;:@/?\[\]&=]|%[0-9A-Fa-f]{2})+")
_JSON = re.compile(r"(?:application|text)/json|[^/]+/[^/]+\+json")
_UNICODE = frozenset({"", "utf-8", "utf8", "us-ascii"})
_DISPOSITION = re.compile(r'form-data((?:;\s*(?:name|filename)=(?:"[^"\r\n]*"|[^\s;"]+))+)', re.IGNORECASE)


def essence(media_type: str | None) -> str:
    """A media type without its parameters, in lower case."""
    return (media_type or "").partition(";")[0].strip().lower()


def parameter(media_type: str | None, name: str) -> str:
    """A parameter of a media type without its quotes, "" where there is none (RFC 9110 section 5.6.6)."""
    found = re.search(rf';\s*{name}\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', media_type or "", re.IGNORECASE)
    return re.sub(r"\\(.)", r"\1", found[1]) if found and found[1] is not None else found[2] if found else ""


def text_body(text: str, media_type: str | None) -> Body:
    """These characters under this media type."""
    return Body(kind="text", media_type=media_type, text=text)


def read_content(text: str, media_type: str | None) -> Body:
    """The body that these characters are under this media type."""
    kind = essence(media_type)
    if kind == "multipart/form-data" and (parts := _read_multipart(text, parameter(media_type, "boundary"))):
        return Body(kind="multipart", parts=parts)
    if parameter(media_type, "charset").lower() in _UNICODE:
        if _JSON.fullmatch(kind) and (value := _read_json(text)):
            return Body(kind="json", media_type=media_type, text=text, value=value[0])
        if kind == "application/x-www-form-urlencoded" and _is_form(text):
            return Body(kind="form", media_type=media_type, pairs=read_pairs(text))
    return text_body(text, media_type)


def _is_form(text: str) -> bool:
    """Whether decoding and encoding the pairs again loses nothing that a server could see."""
    if not _FORM.fullmatch(text) or "=" not in text or "" in text.split("&"):
        return False
    try:
        read_pairs(text)
    except Exception:  # noqa: BLE001  # bytes that are not UTF-8 are sent as they stand
        return False
    return True


def _read_json(text: str) -> tuple[Json] | None:
    """The value in a tuple of one, or None where it is not JSON that can be compared by value."""
    try:
        return (loads(text),)
    except (ValueError, RecursionError):
        return None


def _read_multipart(text: str, boundary: str) -> tuple[BodyPart, ...]:
    """The parts of a recorded body (RFC 7578), or () where it holds anything that a part cannot say."""
    pieces = f"\r\n{text}".split(f"\r\n--{boundary}")
    if not boundary or pieces[0] or pieces[-1].strip() != "--":
        return ()
    parts = [_read_part(piece) for piece in pieces[1:-1]]
    return tuple(part for part in parts if part) if all(parts) else ()


def _read_part(piece: str) -> BodyPart | None:
    head, blank, content = piece.removeprefix("\r\n").partition("\r\n\r\n")
    fields = [line.partition(":") for line in head.split("\r\n")]
    headers = [(name.strip(), value.strip()) for name, colon, value in fields if colon]
    lower = {name.lower(): value for name, value in headers}
    disposition = _DISPOSITION.fullmatch(lower.get("content-disposition", ""))
    if not blank or not disposition or len(headers) < len(fields) or len(lower) < len(headers):
        return None
    found = re.findall(r'(name|filename)=(?:"([^"]*)"|([^\s;"]+))', disposition[1])
    named = {key: quoted or bare for key, quoted, bare in found}
    file_name = named.get("filename")
    unread = bool(file_name) and not content  # browsers record no content for a file: the snippet reads it
    return BodyPart(
        name=_unescape(named.get("name", "")),
        text=None if unread else Text.of(content),
        file=base_name(_unescape(file_name or "")) if unread else None,
        file_name=None if file_name is None else _unescape(file_name),
        media_type=lower.get("content-type"),
        headers=tuple(
            (name, value)
            for name, value in headers
            if name.lower() not in {"content-disposition", "content-type"}
        ),
    )


def _unescape(value: str) -> str:
    """A form-data parameter without the escapes of WHATWG HTML section 4.10.21.8."""
    return re.sub("%(22|0D|0A)", lambda match: chr(int(match[1], 16)), value, flags=re.IGNORECASE)


def base_name(path: str) -> str:
    """The last segment of a path; a backslash separates only where the path is plainly one of Windows."""
    windows = re.match(r"[A-Za-z]:\\|\\\\", path)
    return re.split(r"[/\\]" if windows else "/", path)[-1] or "file"


def local_file(name: str) -> str:
    """The path as a snippet reads it: below the reader's folder, else the bare name."""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    outside = re.match(r"[/\\~]|[A-Za-z]:", name) or ".." in parts
    return base_name(name) if outside else "/".join(parts) or "file"
