"""What must arrive of a script, whose SDK may add what it likes: target, credentials and a body."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Sequence

from snippetgen.api import Endpoint
from snippetgen.model import Finding
from snippetgen.proof.asked import Asked
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.header import compare_header
from snippetgen.proof.mask import Mask, Show
from snippetgen.proof.reading import read_pairs
from snippetgen.proof.trial import Trial
from snippetgen.proof.wire import compare_target
from snippetgen.wording import plural

__all__ = ["check_arrival"]

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*")


def check_arrival(
    trial: Trial, exchanges: Sequence[Exchange], files: dict[str, bytes], target: Endpoint
) -> Iterator[Finding]:
    """Every way in which what arrived is not the script's one call."""
    if len(exchanges) != 1:
        rule = "wire/extra-request" if exchanges else "wire/no-request"
        yield Finding(rule=rule, message=f"{plural(len(exchanges), 'request')} arrived, expected one")
    for exchange in exchanges[:1]:
        if exchange.problem:
            yield Finding(rule="wire/malformed", message=f"not an HTTP/1.1 request: {exchange.problem}")
            return
        show = Show(Mask.of(trial.secrets, trial.request))
        asked = Asked(trial.request, trial.secrets, files, show)
        yield from compare_target(asked, exchange)
        yield from _compare_credentials(asked, exchange)
        yield from _compare_body(exchange, files, target, show)


def _compare_credentials(asked: Asked, exchange: Exchange) -> Iterator[Finding]:
    query = exchange.target.partition("?")[2].encode("latin-1")
    came = read_pairs(query)
    for pair in asked.pairs(asked.request.query):
        if pair not in came:
            name, names = asked.show(pair[0]), ", ".join(asked.show(name) for name, _ in came) or "nothing"
            message = f"the query lacks {name} with its credential; it has {names}"
            yield Finding(rule="wire/query", message=message)
    for header in asked.request.headers:
        yield from compare_header(header.name.lower(), [asked.resolve(header.value)], exchange, asked.show)


def _compare_body(
    exchange: Exchange, files: dict[str, bytes], target: Endpoint, show: Show
) -> Iterator[Finding]:
    if not files:
        return
    shown = show(exchange.body[:60])
    bodies = (example.request.body for example in target.examples)
    if not exchange.body:
        yield Finding(rule="wire/body", message="the body is empty, although the script reads a file")
    elif any(body and body.kind == "base64" for body in bodies):
        try:
            data = base64.b64decode(exchange.body, validate=True)
        except binascii.Error as problem:
            yield Finding(rule="wire/body", message=f"the body is not Base64 ({problem}): {shown}")
            return
        if any(content.startswith(_IMAGES) for content in files.values()) and not data.startswith(_IMAGES):
            yield Finding(rule="wire/body", message=f"the body is not the Base64 of an image: {shown}")
