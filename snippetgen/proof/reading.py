"""How the parts of a message are read: pairs, path segments, media types, headers that clients add."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

__all__ = ["Decoded", "is_automatic", "read_media_type", "read_pairs", "read_parameters", "read_segments"]

AUTOMATIC = frozenset(
    {
        *(
            "user-agent",
            "accept",
            "accept-encoding",
            "accept-language",
            "connection",
            "host",
            "content-length",
        ),
        *("transfer-encoding", "upgrade", "http2-settings", "priority"),
    }
)

Decoded = tuple[bytes, bytes | None]


def read_segments(path: bytes) -> list[bytes]:
    """The percent-decoded segments of a path."""
    return [unquote_to_bytes(segment) for segment in path.split(b"/")]


def read_pairs(text: bytes) -> list[Decoded]:
    """The pairs of a query or a form (WHATWG URL section 5.1), a bare name apart from an empty value."""
    split = (term.partition(b"=") for term in text.split(b"&") if term)
    return [(_plus(name), _plus(value) if mark else None) for name, mark, value in split]


def _plus(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def read_media_type(value: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The essence and the parameters without a multipart boundary; a charset's name ignores case."""
    essence, parameters = read_parameters(value)
    essence = essence.lower()
    exempt = {"boundary"} if essence.startswith("multipart/") else set()
    kept = ((k, v.lower() if k == "charset" else v) for k, v in parameters if k not in exempt)
    return essence, frozenset(kept)


def read_parameters(value: str) -> tuple[str, list[tuple[str, str]]]:
    """A field value before its parameters, and these (RFC 9110 section 5.6.6) without their quotes."""
    head, _, rest = value.partition(";")
    found = re.findall(r'([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))', rest)
    return head.strip(), [(name.lower(), quoted or plain.strip()) for name, quoted, plain in found]


def is_automatic(name: str) -> bool:
    """Whether clients add this header by themselves."""
    return name.lower() in AUTOMATIC or name.lower().startswith("sec-fetch-")
