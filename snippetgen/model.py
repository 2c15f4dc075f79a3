"""The values that flow through the pipeline; all frozen, none knows a language or a file format.

A `Text` is what a reader would call a string that may have secrets in it: literal characters,
`Credential`s that a snippet reads from the environment, and `Encoded` parts that a snippet computes.
A `Request` is one HTTP request made of such texts. It is computed once; the same value feeds the
template and is the expectation that the wire is compared with.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

from snippetgen.errors import Place

__all__ = [
    "Body",
    "BodyKind",
    "BodyPart",
    "Credential",
    "Encoded",
    "Encoding",
    "Finding",
    "Json",
    "Pair",
    "Request",
    "Severity",
    "Text",
]

Json = None | bool | int | float | str | list[Any] | dict[str, Any]
Severity = Literal["error", "warning", "note"]
Encoding = Literal["percent", "base64"]
BodyKind = Literal["json", "form", "multipart", "text", "file", "base64"]


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret that a snippet reads from the environment variable `env`; never its value."""

    id: str
    env: str
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text that the snippet encodes when it runs.

    `percent` is RFC 3986 percent-encoding of everything outside the unreserved set; `base64` is
    RFC 4648 section 4 over the UTF-8 bytes.
    """

    encoding: Encoding
    text: Text


@dataclass(frozen=True, slots=True)
class Text:
    """Characters, credentials and encoded texts in a row."""

    parts: tuple[str | Credential | Encoded, ...] = ()

    @classmethod
    def of(cls, *parts: str | Credential | Encoded) -> Text:
        """A text of these parts, with neighbouring characters joined and empty ones dropped."""
        merged: list[str | Credential | Encoded] = []
        for part in parts:
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            elif part != "":
                merged.append(part)
        return cls(tuple(merged))

    def __add__(self, other: Text) -> Text:
        return Text.of(*self.parts, *other.parts)

    @property
    def literal(self) -> str | None:
        """The characters, or None where a credential or an encoding takes part."""
        if not self.parts:
            return ""
        only = self.parts[0]
        return only if len(self.parts) == 1 and isinstance(only, str) else None

    def credentials(self) -> Iterator[Credential]:
        """The credentials inside, in order, repeated where they repeat."""
        for part in self.parts:
            if isinstance(part, Credential):
                yield part
            elif isinstance(part, Encoded):
                yield from part.text.credentials()

    def encodings(self) -> Iterator[Encoding]:
        """The encodings inside, outermost first."""
        for part in self.parts:
            if isinstance(part, Encoded):
                yield part.encoding
                yield from part.text.encodings()

    def resolve(self, environment: Mapping[str, str]) -> str:
        """The characters that are sent when the environment variables have these values.

        A variable that `environment` lacks is shown by its placeholder.
        """
        return "".join(_resolve(part, environment) for part in self.parts)


def _resolve(part: str | Credential | Encoded, environment: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Credential):
        return environment.get(part.env, part.placeholder)
    inner = part.text.resolve(environment)
    if part.encoding == "percent":
        return quote(inner, safe="")
    return base64.b64encode(inner.encode()).decode()


@dataclass(frozen=True, slots=True)
class Pair:
    """A name with a value: a header, a query pair, a form field. A value of None is a bare name."""

    name: str
    value: Text | None

    @property
    def line(self) -> Text:
        """A header as one line, without its line break."""
        return Text.of(f"{self.name}: ") + (self.value or Text())

    @property
    def assignment(self) -> Text:
        """The encoded name, `=` and the decoded value, as curl's `--url-query` takes them."""
        return Text.of(f"{quote(self.name, safe='')}=") + (self.value or Text())


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPart:
    """One part of a multipart body: either `text` or the bytes of `file`."""

    name: str
    text: Text | None = None
    file: str | None = None
    file_name: str | None = None
    media_type: str | None = None

    @property
    def head(self) -> str:
        """The part's header section with its empty line (RFC 7578 section 4, WHATWG HTML 4.10.21.8)."""
        name = f'Content-Disposition: form-data; name="{_quote_parameter(self.name)}"'
        if self.file_name is not None:
            name += f'; filename="{_quote_parameter(self.file_name)}"'
        media_type = f"\r\nContent-Type: {self.media_type}" if self.media_type else ""
        return f"{name}{media_type}\r\n\r\n"


def _quote_parameter(value: str) -> str:
    """A form-data parameter as browsers and every common client write it."""
    return value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The content of a request; `kind` says which of the other fields apply.

    json, text: `text` holds the exact characters; json: `value` is the same, parsed. form: `pairs`.
    multipart: `parts`. file: the bytes of `file`. base64: the Base64 text of the bytes of `file`.
    `media_type` is the whole Content-Type value, None where the client must compute it (multipart).
    """

    kind: BodyKind
    media_type: str | None = None
    text: str = ""
    value: Json = None
    pairs: tuple[Pair, ...] = ()
    parts: tuple[BodyPart, ...] = ()
    file: str | None = None

    @property
    def is_data(self) -> bool:
        """Whether `value` survives a round trip through any language's own JSON types.

        Integers within ±2^53, decimals that a binary64 writes back unchanged, no `__proto__` key and
        no key that looks like an integer, which JavaScript and PHP would reorder or turn into a list.
        """
        return self.kind == "json" and isinstance(self.value, dict | list) and _is_data(self.value)

    @property
    def terms(self) -> tuple[Text, ...]:
        """A form body as texts to be joined in order, one for each pair."""
        marks = ("", *("&" for _ in self.pairs[1:]))
        return tuple(_query_term(mark, pair) for mark, pair in zip(marks, self.pairs, strict=False))

    @property
    def files(self) -> tuple[str, ...]:
        """The paths that are read, in order."""
        return tuple(f for f in (self.file, *(part.file for part in self.parts)) if f is not None)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One HTTP request (RFC 9110), as an example asks for it.

    `path` is percent-encoded already, except inside credentials; `query` holds decoded names and
    values; the Content-Type of a body stands in `body.media_type`, every other header in `headers`.
    """

    method: str
    origin: str
    path: Text
    query: tuple[Pair, ...] = ()
    headers: tuple[Pair, ...] = ()
    body: Body | None = None

    def at(self, origin: str) -> Request:
        """The same request to another origin, for instance the recorder's."""
        return replace(self, origin=origin)

    @cached_property
    def base(self) -> Text:
        """The URL without its query."""
        return Text.of(self.origin) + self.path

    @cached_property
    def url_terms(self) -> tuple[Text, ...]:
        """The URL, one term for its base and one for each query pair, to be joined in order."""
        marks = ("?", *("&" for _ in self.query[1:]))
        return (self.base, *(_query_term(mark, pair) for mark, pair in zip(marks, self.query, strict=False)))

    @cached_property
    def url(self) -> Text:
        """The whole URL."""
        return sum(self.url_terms, Text())

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the request, the URL and a form as their terms."""
        parts = [part.text for part in self.body.parts] if self.body else []
        values = (*self.url_terms, *(pair.value for pair in self.headers), *parts)
        terms = self.body.terms if self.body else ()
        return (*(value for value in values if value is not None), *terms)

    @cached_property
    def credentials(self) -> tuple[Credential, ...]:
        """The credentials that the request needs, each once, in order of first use."""
        return tuple(dict.fromkeys(c for text in self.texts for c in text.credentials()))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that are read, each once."""
        return tuple(dict.fromkeys(self.body.files)) if self.body else ()

    def header(self, name: str) -> Text | None:
        """The value of the first header of that name (case-insensitive, RFC 9110 section 5.1)."""
        return next((p.value for p in self.headers if p.name.lower() == name.lower()), None)


def _is_data(value: Json) -> bool:
    if isinstance(value, dict):
        odd = any(key == "__proto__" or key.lstrip("-").isdigit() for key in value)
        return not odd and all(map(_is_data, value.values()))
    if isinstance(value, list):
        return all(map(_is_data, value))
    if isinstance(value, float):
        return abs(value) < 1e15
    return not isinstance(value, int) or abs(value) <= 2**53


def _query_term(mark: str, pair: Pair) -> Text:
    name = quote(pair.name, safe="")
    if pair.value is None:
        return Text.of(f"{mark}{name}")
    literal = pair.value.literal
    if literal is None or (literal.isprintable() and quote(literal, safe="") != literal):
        return Text.of(f"{mark}{name}=", Encoded("percent", pair.value))
    return Text.of(f"{mark}{name}={quote(literal, safe='')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, the one type that every checker yields.

    `rule` is `family/name` and has a page in docs/rules/; `pointer` is an RFC 6901 JSON Pointer
    into the value that was checked.
    """

    rule: str
    message: str
    severity: Severity = "error"
    fix: str | None = None
    place: Place | None = None
    endpoint: str | None = None
    example: str | None = None
    language: str | None = None
    client: str | None = None
    locale: str | None = None
    pointer: str | None = None

    @property
    def fingerprint(self) -> str:
        """An identity that stays when unrelated lines move: everything but line and column."""
        file = self.place.file if self.place else ""
        snippet = (self.endpoint, self.example, self.language, self.client, self.locale)
        facts = (self.rule, file, *snippet, self.pointer, self.message)
        return hashlib.sha256("\0".join(fact or "" for fact in facts).encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        """The finding as one JSON object; keys that do not apply are absent."""
        place = self.place or Place(file="")
        facts = {
            "rule": self.rule,
            "severity": self.severity,
            "file": place.file or None,
            "line": place.line,
            "column": place.column,
            "endpoint": self.endpoint,
            "example": self.example,
            "language": self.language,
            "client": self.client,
            "locale": self.locale,
            "pointer": self.pointer,
            "message": self.message,
            "fix": self.fix,
            "fingerprint": self.fingerprint,
        }
        return {key: value for key, value in facts.items() if value is not None}
