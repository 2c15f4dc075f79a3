"""A comparison of what arrived on the wire with the one `Request` that was asked for.

Equality is DESIGN.md's: one request; method; path segments and query pairs after percent-decoding, a bare
`a` and `a=` being different; every declared header once; media type; body by kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from snippetgen.model import Finding, Request
from snippetgen.proof.asked import Asked
from snippetgen.proof.body import compare_body
from snippetgen.proof.difference import compare_pairs
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.header import compare_headers
from snippetgen.proof.mask import Mask, Show
from snippetgen.proof.reading import read_pairs, read_segments
from snippetgen.wording import plural

__all__ = ["compare", "compare_target"]


def compare(
    expected: Request,
    environment: Mapping[str, str],
    files: Mapping[str, bytes],
    exchanges: Sequence[Exchange],
) -> Iterator[Finding]:
    """Every way in which what arrived is not the request.

    `environment` holds the credentials' values, which no message shows; `files` the bytes of each input file.
    """
    show = Show(Mask.of(environment, expected))
    asked = Asked(expected.settle(environment, files), environment, files, show)
    if not exchanges:
        yield Finding(rule="wire/no-request", message="no request arrived")
        return
    if len(exchanges) > 1:
        seen = ", ".join(f"{e.method or '?'} {show(e.target)}" for e in exchanges[:4])
        message = f"{plural(len(exchanges), 'request')} arrived, expected one: {seen}"
        yield Finding(rule="wire/extra-request", message=message)
    for exchange in exchanges:
        if exchange.problem:
            yield Finding(rule="wire/malformed", message=f"not an HTTP/1.1 request: {show(exchange.problem)}")
    sound = next((exchange for exchange in exchanges if not exchange.problem), None)
    if sound:
        yield from compare_target(asked, sound)
        yield from _compare_query(asked, sound)
        yield from compare_headers(asked, sound)
        yield from compare_body(asked, sound)


def compare_target(asked: Asked, got: Exchange) -> Iterator[Finding]:
    """Every way in which method and path are not those that were asked for."""
    expected, show = asked.request, asked.show
    if got.method != expected.method:
        yield Finding(rule="wire/method", message=f"the method is {got.method}, expected {expected.method}")
    target = got.target.encode("latin-1")
    path = target.partition(b"?")[0]
    if not path.startswith(b"/") or re.search(rb"[^\x21-\x7e]|#|%(?![0-9A-Fa-f]{2})", target):
        message = f"the request target {show(target)} is not a path and a query (RFC 9112 section 3.2.1)"
        yield Finding(rule="wire/malformed", message=message)
    wanted = _path(asked.resolve(expected.base)).encode()
    if read_segments(path) != read_segments(wanted):
        yield Finding(rule="wire/path", message=f"the path is {show(path)}, expected {show(wanted)}")


def _compare_query(asked: Asked, got: Exchange) -> Iterator[Finding]:
    _, mark, query = got.target.encode("latin-1").partition(b"?")
    if mark or asked.request.query:
        expected = asked.pairs(asked.request.query)
        yield from compare_pairs("wire/query", "the query", expected, read_pairs(query), asked.show)


def _path(url: str) -> str:
    """The path of a URL without a query; a URL without a scheme is a path already."""
    rest = url.partition("://")[2] if "://" in url else url
    return "/" + rest.partition("/")[2] if "://" in url else rest or "/"
