"""What a client cannot send, as its manifest states it: a refusal, never something else on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.errors import TemplateError
from snippetgen.model import Pair, Request

__all__ = ["Limits", "read_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The requests that a client cannot express, each field one kind of them.

    `methods` are all that it can send, None for any; `refused_methods` those it refuses;
    `uppercases` those it writes in capitals, `*` for any. `bodiless_methods` are sent without a body,
    whatever it is given. `refused_headers` are its own business, in lower case; `body_headers` belong to
    a body and need one. `header_charset` is the Python name of the widest character set of a header's
    value. `declares_bodies` says that it invents a media type for a body that has none, `argument_bytes`
    how long one argument of a command may be, `part_names` which characters a multipart name cannot hold.
    """

    methods: frozenset[str] | None = None
    refused_methods: frozenset[str] = frozenset()
    uppercases: frozenset[str] = frozenset()
    bodiless_methods: frozenset[str] = frozenset()
    refused_headers: frozenset[str] = frozenset()
    body_headers: frozenset[str] = frozenset()
    header_charset: str = "utf-8"
    declares_bodies: bool = False
    argument_bytes: int | None = None
    part_names: str = ""

    def refusal(self, request: Request) -> str | None:
        """Why the request cannot be expressed, or None where it can."""
        return next(self._refusals(request), None)

    def _refusals(self, request: Request) -> Iterator[str]:
        method, body = request.method, request.body
        if method in self.refused_methods or (self.methods is not None and method not in self.methods):
            yield f"cannot send the method {method}"
        if method != method.upper() and {"*", method.upper()} & self.uppercases:
            yield f"would write the method {method} as {method.upper()}"
        if body and method in self.bodiless_methods:
            yield f"cannot send a body with {method}"
        if body and self.declares_bodies and body.kind != "multipart" and not body.media_type:
            yield "would invent a Content-Type for the body"
        for pair in request.headers:
            yield from self._header(pair, has_body=body is not None)
        if body and any(set(self.part_names) & set(part.name) for part in body.parts):
            yield f"cannot send a part whose name holds one of {self.part_names}"
        if self.argument_bytes and body and len(body.text.encode()) > self.argument_bytes:
            yield f"cannot hold a body of more than {self.argument_bytes} bytes in an argument"

    def _header(self, pair: Pair, *, has_body: bool) -> Iterator[str]:
        name = pair.name.lower()
        if name in self.refused_headers:
            yield f"sets the header {pair.name} itself"
        if name in self.body_headers and not has_body:
            yield f"cannot send the header {pair.name} without a body"
        literal = "".join(part for part in (pair.value.parts if pair.value else ()) if isinstance(part, str))
        try:
            literal.encode(self.header_charset)
        except UnicodeEncodeError as problem:
            yield f"cannot send {literal[problem.start]!r} in the header {pair.name}"


def read_limits(data: Mapping[str, Any]) -> Limits:
    """The limits of a client's `limits` table."""
    unknown = sorted(set(data) - set(Limits.__slots__))
    if unknown:
        raise TemplateError(f"there is no limit {unknown[0]!r}", fix=f"known: {', '.join(Limits.__slots__)}")
    facts: dict[str, Any] = {k: frozenset(v) if isinstance(v, list) else v for k, v in data.items()}
    for key in ("refused_headers", "body_headers"):
        facts[key] = frozenset(name.lower() for name in facts.get(key, ()))
    return Limits(**facts)
