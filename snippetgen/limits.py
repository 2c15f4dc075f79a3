"""What a client cannot send, as its manifest states it: a refusal, never something else on the wire."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from snippetgen.field import faults
from snippetgen.model import Body, Pair, Request

__all__ = ["Limits", "read_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The requests that a client cannot express, each field one kind of them.

    `methods` are all that it can send, None for any; `refused_methods` those it refuses;
    `uppercases` those it writes in capitals, `*` for any. `bodiless_methods` are sent without a body,
    whatever it is given. `refused_headers` are its own business, in lower case; of `clashing_headers` it
    changes one where it is given all; `body_headers` belong to
    a body and need one, unless `bare_body_headers` says that they can do without. `header_charset` is the
    Python name of the widest character set of a header's value. `declares_bodies` says that it invents a
    media type for a body that has none, and `declaring_methods` are those for which it does that without a
    body too. `argument_charset` is the Python name of the character set of a command's arguments, and
    `argument_bytes` how long one of them may be; a body goes another way where `pipes` says so. `known_texts`
    says that its characters must be known when the snippet is written, `files` that it can hold the bytes of
    files. `code_bytes` is how long a snippet may be. `resolved_dots` are the spellings of a dot in the path's
    segments `.` and `..` that it resolves before it sends them (RFC 3986 section 5.2.4).

    The rest are patterns that must match as a whole: a `method_pattern`, a `header_pattern` with name, colon
    and value, a `part_pattern` of a multipart name, a `file_pattern` of its file name, an `input_pattern` of
    the path of a file that is read, a `text_pattern` of a body of characters. `part_headers` says whether a
    part may have headers of its own, `repeats_query` whether a name can stand twice in the query,
    `bare_query` whether one without a value.
    """

    methods: frozenset[str] | None = None
    refused_methods: frozenset[str] = frozenset()
    uppercases: frozenset[str] = frozenset()
    bodiless_methods: frozenset[str] = frozenset()
    refused_headers: frozenset[str] = frozenset()
    body_headers: frozenset[str] = frozenset()
    clashing_headers: frozenset[str] = frozenset()
    bare_body_headers: bool = False
    header_charset: str = "utf-8"
    declares_bodies: bool = False
    declaring_methods: frozenset[str] = frozenset()
    argument_charset: str | None = None
    argument_bytes: int | None = None
    pipes: bool = False
    known_texts: bool = False
    files: bool = True
    code_bytes: int | None = None
    resolved_dots: frozenset[str] = frozenset()
    method_pattern: str | None = None
    header_pattern: str | None = None
    part_pattern: str | None = None
    file_pattern: str | None = None
    input_pattern: str | None = None
    text_pattern: str | None = None
    part_headers: bool = True
    repeats_query: bool = True
    bare_query: bool = True

    def refusal(self, request: Request) -> str | None:
        """Why the request cannot be expressed, or None where it can."""
        return next(chain(faults(request), self._refusals(request)), None)

    def _refusals(self, request: Request) -> Iterator[str]:
        yield from self._method(request.method, has_body=request.body is not None)
        if request.has_dot_segments and self._resolves(path := request.path.known):
            yield f"would send another path than {path}"
        if request.body:
            yield from self._body(request.body)
        for pair in request.headers:
            yield from self._header(pair, has_body=request.body is not None)
        if self.clashing_headers and self.clashing_headers <= {pair.name.lower() for pair in request.headers}:
            yield f"cannot send the headers {' and '.join(sorted(self.clashing_headers))} together"
        if not self.repeats_query and len({pair.name for pair in request.query}) < len(request.query):
            yield "cannot send a query that repeats a name"
        if not self.bare_query and any(pair.value is None for pair in request.query):
            yield "cannot send a name without a value in the query"
        if self.argument_charset or self.argument_bytes:
            yield from self._arguments(request)

    def _resolves(self, path: str) -> bool:
        """Whether a segment of the path is one that the client resolves."""
        dot = "|".join(map(re.escape, self.resolved_dots))
        return bool(dot) and re.search(rf"/({dot}){{1,2}}(/|$)", path, re.IGNORECASE) is not None

    def _method(self, method: str, *, has_body: bool) -> Iterator[str]:
        if method in self.refused_methods or (self.methods is not None and method not in self.methods):
            yield f"cannot send the method {method}"
        if not _matches(self.method_pattern, method):
            yield f"cannot send the method {method}"
        if method != method.upper() and {"*", method.upper()} & self.uppercases:
            yield f"would write the method {method} as {method.upper()}"
        if has_body and method in self.bodiless_methods:
            yield f"cannot send a body with {method}"
        if not has_body and method in self.declaring_methods:
            yield f"would invent a Content-Type for {method} without a body"

    def _body(self, body: Body) -> Iterator[str]:
        if self.declares_bodies and body.kind != "multipart" and not body.media_type:
            yield "would invent a Content-Type for the body"
        if self.known_texts and not body.is_known:
            yield "cannot send characters in a body that are known only when it is sent"
        for name in body.files:
            if not self.files:
                yield f"cannot hold the bytes of the file {name}"
            if not _matches(self.input_pattern, name):
                yield f"cannot read a file named {name!r}"
        yield from self._parts(body)
        if not _matches(self.text_pattern, body.content.known):
            yield "cannot send a body of these characters"

    def _parts(self, body: Body) -> Iterator[str]:
        for part in body.parts:
            if not _matches(self.part_pattern, part.name):
                yield f"cannot send a part named {part.name!r}"
            if not _matches(self.file_pattern, part.file_name or ""):
                yield f"cannot send a file named {part.file_name!r}"
            if part.headers and not self.part_headers:
                yield f"cannot send the header {part.headers[0][0]} of a part"

    def _arguments(self, request: Request) -> Iterator[str]:
        body = request.body
        lines = [request.url.known, *(pair.line.known for pair in request.headers)]
        parts = [part.form_argument.known for part in body.parts] if body else []
        content = [text.known for text in (body.content, *body.terms)] if body else []
        shown = [*lines, *parts] if self.pipes else [*lines, *parts, *content]
        odd = _first_outside(self.argument_charset or "utf-8", "".join(shown))
        if odd:
            yield f"cannot send {odd!r} in an argument"
        for text in lines if self.pipes else shown:
            if self.argument_bytes and len(text.encode()) > self.argument_bytes:
                yield f"cannot hold more than {self.argument_bytes} bytes in an argument"

    def _header(self, pair: Pair, *, has_body: bool) -> Iterator[str]:
        name = pair.name.lower()
        if name in self.refused_headers:
            yield f"sets the header {pair.name} itself"
        if name in self.body_headers and not has_body and not self.bare_body_headers:
            yield f"cannot send the header {pair.name} without a body"
        literal = pair.value.known if pair.value else ""
        if not _matches(self.header_pattern, f"{pair.name}:{literal}"):
            yield f"cannot send the header {pair.name} with this value"
        odd = _first_outside(self.header_charset, literal)
        if odd:
            yield f"cannot send {odd!r} in the header {pair.name}"


def _first_outside(charset: str, text: str) -> str | None:
    """The first character that a character set lacks."""
    try:
        text.encode(charset)
    except UnicodeEncodeError as problem:
        return text[problem.start]
    return None


def _matches(pattern: str | None, text: str) -> bool:
    return pattern is None or re.fullmatch(pattern, text, re.DOTALL) is not None


def read_limits(data: Mapping[str, Any]) -> Limits:
    """The limits of a client's `limits` table."""
    facts: dict[str, Any] = {k: frozenset(v) if isinstance(v, list) else v for k, v in data.items()}
    for key in ("refused_headers", "clashing_headers", "body_headers"):
        facts[key] = frozenset(name.lower() for name in facts.get(key, ()))
    return Limits(**facts)
