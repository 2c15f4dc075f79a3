"""An `Api` is everything an endpoint spec says, resolved: values, never names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from snippetgen.errors import UsageError
from snippetgen.model import Json, Request
from snippetgen.openapi.document import Document, Operation
from snippetgen.request import Authentication
from snippetgen.source import Source

__all__ = [
    "Api",
    "Article",
    "Endpoint",
    "Example",
    "Hint",
    "Output",
    "Sample",
    "Script",
    "nearest",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A documented response of an endpoint: its status, and the JSON that the page shows."""

    status: str
    source: Source
    pointer: str

    @property
    def value(self) -> Json:
        """The body of the response."""
        value: Json = self.source.data
        return value


@dataclass(frozen=True, kw_only=True)
class Example:
    """One named, complete request to an endpoint."""

    id: str
    title: str
    description: str | None
    request: Request
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A remark that a page sets apart; `style` is info, success, warning or danger."""

    style: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One operation of the document, as the spec presents it.

    `response` names the schema that the page promises for a success, None where the document's own
    response schema is precise enough.
    """

    id: str
    title: str
    description: str | None
    operation: Operation
    origin: str
    response: str | None
    authentications: tuple[Authentication, ...]
    hints: tuple[Hint, ...]
    examples: tuple[Example, ...]
    samples: tuple[Sample, ...]
    pointer: str

    def sample(self, *, success: bool) -> Sample | None:
        """The first sample of a success, or of an error."""
        return next((s for s in self.samples if s.status.startswith("2") == success), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A snippet from a template of the project's own, with the call it must be seen to make.

    `files` are its input files, by the name under which it reads them; `requires` the modules that it
    imports and that a proof needs.
    """

    id: str
    language: str
    template: Path
    values: Mapping[str, str]
    authentications: tuple[Authentication, ...]
    endpoint: str | None
    path: Mapping[str, Json]
    files: Mapping[str, Path]
    requires: tuple[str, ...]
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A page that is not an endpoint's: a title and blocks of prose, hints, code, scripts or excerpts."""

    id: str
    title: str
    description: str | None
    blocks: tuple[tuple[str, Any], ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Output:
    """Where the pages of one format go: a path with `{locale}` and `{page}` below the output folder."""

    format: str
    path: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Api:
    """Everything an endpoint spec says, resolved."""

    id: str
    title: str
    source: Source
    document: Document
    locales: tuple[str, ...]
    languages: tuple[str, ...]
    authentications: Mapping[str, Authentication]
    endpoints: tuple[Endpoint, ...]
    articles: tuple[Article, ...]
    outputs: tuple[Output, ...]
    site: str
    regions: tuple[Output, ...] = ()
    slugs: Mapping[str, str] = field(default_factory=dict)
    kept_terms: tuple[str, ...] = ()
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of the spec, which its paths are relative to."""
        return Path(self.source.path).parent

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of that id."""
        for endpoint in self.endpoints:
            if endpoint.id == name:
                return endpoint
        names = [endpoint.id for endpoint in self.endpoints]
        raise UsageError(f"there is no endpoint {name!r} in {self.source.path}", fix=nearest(name, names))

    def scripts(self) -> Iterator[tuple[Article, Script]]:
        """Every script, with the article that it stands in."""
        for article in self.articles:
            yield from ((article, value) for kind, value in article.blocks if kind == "script")


def nearest(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that is not known."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"choose one of: {', '.join(names)}"
