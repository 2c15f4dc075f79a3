"""The values that flow through the pipeline; all frozen, none knows a language or a file format.

A `Request` is one HTTP request made of such texts. It is computed once; the same value feeds the
template and is the expectation that the wire is compared with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal
from urllib.parse import quote

from snippetgen.exact import is_data
from snippetgen.finding import Finding, Severity
from snippetgen.text import Base64File, Credential, Encoded, Encoding, Part, Text

__all__ = [
    "Base64File",
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
LONG_TEXT = 30_000  # characters, so that they fit an argument of a command in UTF-8
BodyKind = Literal["json", "form", "multipart", "text", "file", "base64"]


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
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def head_lines(self) -> tuple[str, ...]:
        """The lines of the part's header section (RFC 7578 section 4, WHATWG HTML 4.10.21.8)."""
        name = f'Content-Disposition: form-data; name="{_quote_parameter(self.name)}"'
        if self.file_name is not None:
            name += f'; filename="{_quote_parameter(self.file_name)}"'
        lines = [name, *(f"{key}: {value}" for key, value in self.headers)]
        if self.media_type:
            lines.append(f"Content-Type: {self.media_type}")
        return tuple(lines)

    @property
    def head(self) -> str:
        """The part's header section with its empty line."""
        return "\r\n".join((*self.head_lines, "", ""))

    @property
    def is_plain(self) -> bool:
        """Whether it is a name and a text, short enough for an argument of a command."""
        bare = self.file is None and self.file_name is None and self.media_type is None and not self.headers
        return bare and len((self.text or Text()).literal or "") < LONG_TEXT

    @property
    def is_streamed(self) -> bool:
        """Whether its text is too long for an argument, or cannot be quoted before it is known."""
        if self.text is None or self.is_plain:
            return False
        return self.text.literal is None or len(self.text.literal) >= LONG_TEXT

    @property
    def form_argument(self) -> Text:
        """The part as an argument of curl's `--form`, or of `--form-string` where it is plain."""
        name = Text.of(f"{self.name}=")
        if self.is_plain:
            return name + (self.text or Text())
        if self.file is not None:
            content = Text.of(f"@{_quote_word(self.file)}")
        elif self.is_streamed:
            content = Text.of("<", Encoded("stream", self.text or Text()))
        else:
            content = Text.of('"', *_escaped(self.text or Text()), '"')
        options = [f"filename={_quote_word(self.file_name)}"] if self.file_name is not None else []
        options += [f"type={self.media_type}"] if self.media_type else []
        options += [f"headers={_quote_word(f'{key}: {value}')}" for key, value in self.headers]
        return name + content + Text.of("".join(f";{option}" for option in options))


def _escaped(text: Text) -> Iterator[Part]:
    """The parts with their characters escaped for a quoted word of curl's form syntax."""
    for part in text.parts:
        yield part.replace("\\", "\\\\").replace('"', '\\"') if isinstance(part, str) else part


def _quote_word(text: str) -> str:
    """A word of curl's form syntax, quoted where it has to be (curl(1), --form)."""
    if re.fullmatch(r"[\w./-]+", text, re.ASCII):
        return text
    inner = "".join(str(part) for part in _escaped(Text.of(text)))
    return f'"{inner}"'


def _quote_parameter(value: str) -> str:
    """A form-data parameter as browsers and every common client write it."""
    return value.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


@dataclass(frozen=True, kw_only=True)
class Body:
    """The content of a request; `kind` says which of the other fields apply.

    json, text: `text` holds the exact characters; json: `value` is the same, parsed. form: `pairs`.
    multipart: `parts`. file: the bytes of `file`. base64: the Base64 text of the bytes of `file`.
    `template` takes the place of `text` where credentials or files are part of the characters.
    `media_type` is the whole Content-Type value: None for multipart, where the client adds a boundary,
    and for a body that is sent without a media type.
    """

    kind: BodyKind
    media_type: str | None = None
    text: str = ""
    value: Json = None
    template: Text | None = None
    pairs: tuple[Pair, ...] = ()
    parts: tuple[BodyPart, ...] = ()
    file: str | None = None

    @cached_property
    def content(self) -> Text:
        """The characters of a json, text or base64 body."""
        if self.template is not None:
            return self.template
        return Text.of(Base64File(self.file)) if self.kind == "base64" and self.file else Text.of(self.text)

    @cached_property
    def is_data(self) -> bool:
        """Whether `value` can be written as a data literal and still be sent as it is."""
        plain = self.kind == "json" and self.template is None
        return plain and isinstance(self.value, dict | list) and is_data(self.value)

    @cached_property
    def terms(self) -> tuple[Text, ...]:
        """A form body as texts to be joined in order, one for each pair."""
        marks = ("", *("&" for _ in self.pairs[1:]))
        return tuple(_query_term(mark, pair) for mark, pair in zip(marks, self.pairs, strict=False))

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the body, a form as its terms."""
        return (*(part.text for part in self.parts if part.text is not None), *self.terms, self.content)

    @cached_property
    def is_known(self) -> bool:
        """Whether its characters are known before the snippet runs: they hold no credential and no file."""
        return not any(isinstance(p, Credential | Base64File) for text in self.texts for p in text.walk())

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths that are read, in order."""
        named = (self.file, *(part.file for part in self.parts), *self.content.files())
        return tuple(dict.fromkeys(file for file in named if file is not None))


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

    def settle(self, environment: Mapping[str, str], files: Mapping[str, bytes]) -> Request:
        """The same request with the characters of its body as these credentials and files make them."""
        body = self.body
        if body is None or body.template is None:
            return self
        text = body.template.resolve(environment, files)
        return replace(self, body=replace(body, text=text, template=None))

    @property
    def authority(self) -> str:
        """Host and port, as the Host header has them (RFC 9110 section 7.2)."""
        return self.origin.partition("://")[2].partition("/")[0]

    @cached_property
    def target(self) -> Text:
        """The request target in origin form (RFC 9112 section 3.2.1)."""
        _, slash, base = self.origin.partition("://")[2].partition("/")
        path = Text.of(slash, base) + self.path
        return Text.join((path if path.parts else Text.of("/"), *self.url_terms[1:]))

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
        return Text.join(self.url_terms)

    @cached_property
    def has_dot_segments(self) -> bool:
        """Whether some client would resolve `.` and `..` in the path, as RFC 3986 section 5.2.4 does.

        Some take `%2E` for a dot as well (WHATWG URL), curl since version 8.
        """
        segments = re.sub("%2e", ".", self.path.known, flags=re.IGNORECASE).split("/")
        return not {".", ".."}.isdisjoint(segments)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Every text of the request, the URL and a form as their terms."""
        values = (pair.value for pair in self.headers if pair.value is not None)
        return (*self.url_terms, *values, *(self.body.texts if self.body else ()))

    @cached_property
    def credentials(self) -> tuple[Credential, ...]:
        """The credentials that the request needs, each once, in order of first use."""
        return tuple(dict.fromkeys(c for text in self.texts for c in text.credentials()))

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The files that are read, each once."""
        return self.body.files if self.body else ()

    def header(self, name: str) -> Text | None:
        """The value of the first header of that name (case-insensitive, RFC 9110 section 5.1)."""
        return next((p.value for p in self.headers if p.name.lower() == name.lower()), None)


def _query_term(mark: str, pair: Pair) -> Text:
    name = quote(pair.name, safe="")
    if pair.value is None:
        return Text.of(f"{mark}{name}")
    literal = pair.value.literal
    if literal is None or (literal.isprintable() and quote(literal, safe="") != literal):
        return Text.of(f"{mark}{name}=", Encoded("form", pair.value))
    return Text.of(f"{mark}{name}={quote(literal, safe='')}")
