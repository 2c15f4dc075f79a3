"""An `Operation` is one method on one path template of an OpenAPI document, with all that applies to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from snippetgen.openapi.media import match_media_type, match_status
from snippetgen.openapi.parameter import LOCATIONS, Parameter, read_parameter
from snippetgen.openapi.server import server_url
from snippetgen.openapi.structure import flaw
from snippetgen.source import escape_pointer

if TYPE_CHECKING:
    from snippetgen.openapi.document import Document

__all__ = ["Operation", "RequestBody", "Response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What one status answers; `content` maps a media type to its schema's pointer, or None."""

    status: str
    description: str
    content: Mapping[str, str | None]
    pointer: str
    data: Mapping[str, Any] = field(repr=False)

    def media_type(self, sent: str) -> str | None:
        """The key of `content` that governs this media type, or None."""
        return match_media_type(self.content, sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBody:
    """What an operation takes as its body.

    `content` maps a media type to its schema, `schemas` the same media type to that schema's pointer;
    a media type without a schema has {} and None.
    """

    required: bool
    description: str
    content: Mapping[str, Any]
    schemas: Mapping[str, str | None]
    pointer: str
    data: Mapping[str, Any] = field(repr=False)

    def media_type(self, sent: str) -> str | None:
        """The key of `content` that governs this media type, or None."""
        return match_media_type(self.content, sent)


@dataclass(frozen=True, eq=False, kw_only=True)
class Operation:
    """One operation; `method` is upper case, `path` the template, `pointer` leads to it in the document."""

    method: str
    path: str
    pointer: str
    data: Mapping[str, Any] = field(repr=False)
    item: Mapping[str, Any] = field(repr=False)
    item_pointer: str = field(repr=False)
    document: Document = field(repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def template(self) -> str:
        """The path without the query and the fragment that some documents write into it."""
        return self.path.partition("#")[0].partition("?")[0]

    @property
    def id(self) -> str | None:
        """The operationId."""
        name = self.data.get("operationId")
        return name if isinstance(name, str) else None

    @property
    def title(self) -> str:
        """The summary, else the path item's, else ""."""
        return str(self.data.get("summary") or self.item.get("summary") or "")

    @property
    def description(self) -> str:
        """The description, else the path item's, else ""."""
        return str(self.data.get("description") or self.item.get("description") or "")

    @property
    def deprecated(self) -> bool:
        """Whether the document calls it deprecated."""
        return self.data.get("deprecated") is True

    def check(self) -> None:
        """Read all of it; a DocumentError says what cannot be used."""
        for part, pointer in ((self.data, self.pointer), (self.item, self.item_pointer)):
            wrong = flaw(part, pointer)
            if wrong is not None:
                raise self.document.error(wrong.message, wrong.pointer)
        for name in ("parameters", "servers", "security", "request_body", "_responses"):
            getattr(self, name)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The path item's parameters, with the operation's own over and after them."""
        merged: dict[tuple[str, str], Parameter] = {}
        for owner, pointer in ((self.item, self.item_pointer), (self.data, self.pointer)):
            merged.update((p.key, p) for p in self._read_parameters(owner, pointer))
        return tuple(merged.values())

    def _read_parameters(self, owner: Mapping[str, Any], pointer: str) -> Iterator[Parameter]:
        for index, node in enumerate(owner.get("parameters", ())):
            data, place = self.document.follow(node, f"{pointer}/parameters/{index}")
            self._check_parameter(data, place)
            yield read_parameter(data, place, partial(self._resolve_at, place))

    def _resolve_at(self, pointer: str, node: Any) -> Any:
        """What a node stands for that is part of what stands at a pointer, which an error names."""
        return self.document.follow(node, pointer)[0]

    def _check_parameter(self, data: Any, pointer: str) -> None:
        if not isinstance(data, dict) or not isinstance(data.get("name"), str):
            raise self.document.error(f"a parameter of {self} has no `name`", pointer)
        if not isinstance(data.get("content", {}), dict):
            raise self.document.error("`content` must be an object", pointer)
        for name, entry in data.get("content", {}).items():
            self.document.follow(entry, pointer + escape_pointer("content", name))
        if data.get("in") not in LOCATIONS:
            allowed = ", ".join(LOCATIONS)
            message = f"the parameter {data['name']!r} of {self} is `in` {data.get('in')!r}"
            raise self.document.error(message, pointer, fix=f"use one of {allowed}")

    def parameter(self, name: str, location: str | None = None) -> Parameter | None:
        """The parameter of that name; header names ignore case."""
        for p in self.parameters:
            same = p.name.lower() == name.lower() if p.location == "header" else p.name == name
            if same and location in {None, p.location}:
                return p
        return None

    @cached_property
    def servers(self) -> tuple[str, ...]:
        """The URLs of the nearest level that has servers, with each variable at its default."""
        for owner in (self.data, self.item, self.document.data):
            if owner.get("servers"):
                return tuple(server_url(server) for server in owner["servers"])
        return ()

    @property
    def security(self) -> tuple[tuple[str, ...], ...]:
        """The alternatives, each a set of scheme names that are needed together; () asks for nothing.

        An operation's own list replaces the root's, even when it is empty.
        """
        requirements = self.data.get("security", self.document.data.get("security", ()))
        return tuple(tuple(map(self.document.scheme_name, alternative)) for alternative in requirements)

    @cached_property
    def request_body(self) -> RequestBody | None:
        """What the operation takes as its body, or None when it declares none."""
        if "requestBody" not in self.data:
            return None
        data, pointer = self.document.follow(self.data["requestBody"], f"{self.pointer}/requestBody")
        content = self._content(data, pointer)
        return RequestBody(
            required=data.get("required") is True,
            description=str(data.get("description", "")),
            content={name: entry.get("schema", {}) for name, (entry, _) in content.items()},
            schemas=_schema_pointers(content),
            pointer=pointer,
            data=data,
        )

    def _content(self, data: Any, pointer: str) -> dict[str, tuple[Any, str]]:
        """The Media Type Objects of a body by media type, each with its pointer; references are followed."""
        content = data.get("content", {}) if isinstance(data, dict) else None
        if not isinstance(content, dict):
            raise self.document.error(f"the `content` of {self} must map media types to objects", pointer)
        place = pointer + escape_pointer("content")
        found = {
            name: self.document.follow(entry, place + escape_pointer(name)) for name, entry in content.items()
        }
        for name, (entry, where) in found.items():
            if not isinstance(entry, dict):
                raise self.document.error(f"the content {name!r} of {self} is not an object", where)
        return found

    def responses(self) -> Mapping[str, Response]:
        """The responses by status, in document order."""
        return self._responses

    @cached_property
    def _responses(self) -> dict[str, Response]:
        declared = self.data.get("responses", {})
        if not isinstance(declared, dict):
            raise self.document.error("`responses` must be an object", self.pointer)
        return {
            str(status): self._response(str(status), node)
            for status, node in declared.items()
            if status[:2] != "x-"
        }

    def _response(self, status: str, node: Any) -> Response:
        data, pointer = self.document.follow(node, self.pointer + escape_pointer("responses", status))
        content = self._content(data, pointer)
        self._check_headers(data, pointer)
        return Response(
            status=status,
            description=str(data.get("description", "")),
            content=_schema_pointers(content),
            pointer=pointer,
            data=data,
        )

    def _check_headers(self, response: Mapping[str, Any], pointer: str) -> None:
        """Follow the headers of a response and what they hold; a DocumentError says what leads nowhere."""
        headers = response.get("headers")
        for name, node in headers.items() if isinstance(headers, dict) else ():
            header, place = self.document.follow(node, pointer + escape_pointer("headers", name))
            content = header.get("content") if isinstance(header, dict) else None
            for media_type, entry in content.items() if isinstance(content, dict) else ():
                self.document.follow(entry, place + escape_pointer("content", media_type))

    def response(self, status: str | int) -> Response | None:
        """The response that governs a status: exact, then `2XX`, then `default`; None when nothing does."""
        key = match_status(self._responses, str(status))
        return self._responses[key] if key is not None else None


def _schema_pointers(content: Mapping[str, tuple[Any, str]]) -> dict[str, str | None]:
    return {
        name: f"{place}/schema" if "schema" in entry else None for name, (entry, place) in content.items()
    }
