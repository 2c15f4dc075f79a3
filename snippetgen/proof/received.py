"""What arrived as a request of its own, so that the contract can be asked about it."""

from __future__ import annotations

import json

from snippetgen.model import Body, Pair, Request
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.reading import is_automatic, read_pairs
from snippetgen.text import Text

__all__ = ["received"]


def received(expected: Request, exchange: Exchange) -> Request:
    """What arrived as a request of its own, so that the contract can be asked about it.

    Headers that clients add by themselves are left out; the body keeps the kind that was asked for where it
    can be read as that kind, and is text otherwise.
    """
    path, _, query = exchange.target.partition("?")
    declared = {pair.name.lower() for pair in expected.headers}
    base = _origin_path(expected.origin)
    kept = [(k, v) for k, v in exchange.headers if k.lower() in declared or not is_automatic(k)]
    return Request(
        method=exchange.method,
        origin=expected.origin,
        path=Text.of(path.removeprefix(base)),
        query=tuple(_pair(*pair) for pair in read_pairs(query.encode("latin-1"))),
        headers=tuple(Pair(k, Text.of(v)) for k, v in kept if k.lower() != "content-type"),
        body=_received_body(expected.body, exchange),
    )


def _origin_path(origin: str) -> str:
    return "/" + rest if (rest := origin.partition("://")[2].partition("/")[2].rstrip("/")) else ""


def _pair(name: bytes, value: bytes | None) -> Pair:
    text = None if value is None else Text.of(value.decode("utf-8", "backslashreplace"))
    return Pair(name.decode("utf-8", "backslashreplace"), text)


def _received_body(expected: Body | None, exchange: Exchange) -> Body | None:
    media_type = next(iter(exchange.values("content-type")), None)
    if not exchange.body and media_type is None:
        return None
    text = exchange.body.decode("utf-8", "backslashreplace")
    if expected and expected.kind == "json":
        try:
            return Body(kind="json", media_type=media_type, text=text, value=json.loads(text))
        except (ValueError, RecursionError):
            return Body(kind="text", media_type=media_type, text=text)
    if expected and expected.kind == "form":
        pairs = tuple(_pair(*pair) for pair in read_pairs(exchange.body))
        return Body(kind="form", media_type=media_type, pairs=pairs)
    if expected and expected.kind in {"multipart", "file", "base64"}:
        return expected
    return Body(kind="text", media_type=media_type, text=text)
