"""Bodies compared by kind: JSON by value, a form as pairs, multipart by part, anything else by byte."""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator, Mapping

from snippetgen.errors import UnsupportedError
from snippetgen.model import Body, Finding
from snippetgen.proof.asked import Asked
from snippetgen.proof.difference import compare_bytes, compare_json, compare_pairs
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.multipart import compare_multipart
from snippetgen.proof.reading import read_pairs, read_parameters

__all__ = ["compare_body"]


def compare_body(asked: Asked, got: Exchange) -> Iterator[Finding]:
    """Every way in which the body is not the one that was asked for."""
    body, show = asked.request.body, asked.show
    if body is None:
        yield from compare_bytes("the body", b"", got.body, show)
    elif body.kind == "json":
        yield from compare_json(body.text, got.body, show)
    elif body.kind == "form":
        yield from compare_pairs("wire/body", "the form", asked.pairs(body.pairs), read_pairs(got.body), show)
    elif body.kind == "multipart":
        yield from compare_multipart(body, asked, got)
    else:
        yield from compare_bytes("the body", _content(body, asked.files), got.body, show)


def _content(body: Body, files: Mapping[str, bytes]) -> bytes:
    """The bytes of a text, file or Base64 body."""
    if body.file is None:
        charset = dict(read_parameters(body.media_type or "")[1]).get("charset", "utf-8")
        try:
            return body.text.encode(codecs.lookup(charset).name)
        except (LookupError, UnicodeEncodeError) as problem:
            raise UnsupportedError(f"the text cannot be sent as {charset!r}: {problem}") from problem
    data = files[body.file]
    return base64.b64encode(data) if body.kind == "base64" else data
