"""An endpoint spec is read here, together with its OpenAPI document, into an `Api`.

The file format is `schemas/endpoint-spec.schema.json`. Everything an endpoint spec names (operations,
servers, credentials, samples) is resolved here, so that later stages meet values, never names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetgen.api import Api, Article, Endpoint, Example, Hint, Output, Sample, Script, nearest
from snippetgen.errors import InputError, SpecError
from snippetgen.exact import dumps
from snippetgen.model import Credential
from snippetgen.openapi.document import Document, Operation, load_document
from snippetgen.openapi.remote import NOWHERE, Remote
from snippetgen.request import Authentication, build_request
from snippetgen.shape import check_shape
from snippetgen.source import Source, escape_pointer, load

__all__ = ["load_api", "read_authentication"]


@dataclass(frozen=True, slots=True)
class _Reader:
    """What the parts of a spec need while they are read: the file, and what names stand for."""

    source: Source
    document: Document
    servers: Mapping[str, str]
    authentications: Mapping[str, Authentication]

    def fail(self, message: str, *pointer: str | int, fix: str | None = None) -> SpecError:
        return SpecError(message, fix=fix, place=self.source.place(escape_pointer(*pointer)))

    def file(self, name: str, *pointer: str | int) -> Path:
        """A path of the spec, which must stay inside the spec's folder."""
        folder = Path(self.source.path).parent
        path = folder / name
        if "\0" in name:
            raise self.fail("a path cannot hold NUL", *pointer)
        if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            raise self.fail(f"the path {name!r} leaves the folder of the spec", *pointer)
        return path


def load_api(path: str | Path, remote: Remote = NOWHERE) -> Api:
    """Read an endpoint spec; every way in which it can be wrong raises SpecError or DocumentError.

    `remote` says what its OpenAPI document may fetch.
    """
    source = load(path, SpecError)
    check_shape(source, "endpoint-spec.schema.json", SpecError)
    data = source.data
    bare = _Reader(source, None, {}, {})  # type: ignore[arg-type]  # paths are resolved before the document is read
    overlays = [bare.file(o, "overlays", i) for i, o in enumerate(data.get("overlays", ()))]
    document = load_document(bare.file(data["openapi"], "openapi"), overlays, remote)
    authentications = {
        name: read_authentication(name, value) for name, value in data.get("credentials", {}).items()
    }
    reader = _Reader(source, document, data.get("servers", {}), authentications)
    api = Api(
        id=Path(path).name.split(".")[0],
        title=data.get("title") or document.data.get("info", {}).get("title", "API"),
        source=source,
        document=document,
        locales=tuple(data.get("locales", ("en",))),
        languages=tuple(data.get("languages", ())),
        authentications=authentications,
        endpoints=tuple(_endpoint(reader, item, i) for i, item in enumerate(data["endpoints"])),
        articles=tuple(_article(reader, item, i) for i, item in enumerate(data.get("articles", ()))),
        outputs=tuple(Output(item["format"], item["path"]) for item in data.get("pages", ())),
        site=data.get("site", "").rstrip("/"),
        regions=tuple(Output(item["format"], item["path"]) for item in data.get("regions", ())),
        slugs=data.get("slugs", {}),
        kept_terms=tuple(data.get("glossary", {}).get("keep", ())),
        terms=data.get("glossary", {}).get("translate", {}),
    )
    _check_unique(reader, api)
    _check_scripts(reader, api)
    return api


def _check_unique(reader: _Reader, api: Api) -> None:
    seen: dict[str, str] = {}
    pages = [(page.id, page.pointer) for page in api.endpoints] + [(p.id, p.pointer) for p in api.articles]
    for name, pointer in pages:
        if name in seen:
            raise SpecError(f"the id {name!r} is used twice", place=reader.source.place(pointer))
        seen[name] = pointer
    for endpoint in api.endpoints:
        ids = [example.id for example in endpoint.examples]
        again = next((e for e in endpoint.examples if ids.count(e.id) > 1), None)
        if again:
            raise SpecError(
                f"the example {again.id!r} stands twice", place=reader.source.place(again.pointer)
            )


def _check_scripts(reader: _Reader, api: Api) -> None:
    names = [endpoint.id for endpoint in api.endpoints]
    for _, script in api.scripts():
        if script.endpoint is not None and script.endpoint not in names:
            place = reader.source.place(f"{script.pointer}/endpoint")
            message = f"there is no endpoint {script.endpoint!r}"
            raise SpecError(message, fix=nearest(script.endpoint, names), place=place)


def read_authentication(name: str, data: Mapping[str, Any]) -> Authentication:
    """The way of sending secrets that `credentials` of a spec states under a name."""
    placeholder = data.get("placeholder", "")
    if data.get("scheme") == "basic":
        users = tuple(
            Credential(f"{name}_{part}", data[f"{part}_env"], placeholder)
            for part in ("username", "password")
            if f"{part}_env" in data
        )
        return Authentication(
            id=name, scheme="basic", location="header", name="Authorization", credentials=users
        )
    credential = (Credential(name, data["env"], placeholder),)
    if data.get("scheme") == "bearer":
        return Authentication(
            id=name, scheme="bearer", location="header", name="Authorization", credentials=credential
        )
    return Authentication(
        id=name, scheme="key", location=data["in"], name=data["name"], credentials=credential
    )


def _endpoint(reader: _Reader, data: Mapping[str, Any], index: int) -> Endpoint:
    at = ("endpoints", index)
    try:
        operation = reader.document.operation(data["operation"])
    except InputError as problem:
        raise reader.fail(problem.message, *at, "operation", fix=problem.fix) from problem
    origin = _origin(reader, data, operation, at)
    chosen = _chosen(reader, data.get("credentials"), at)
    return Endpoint(
        id=data["id"],
        title=data.get("title") or operation.title or data["id"],
        description=data.get("description"),
        operation=operation,
        origin=origin,
        response=_response(reader, data.get("response"), at),
        authentications=chosen,
        hints=tuple(Hint(**hint) for hint in data.get("hints", ())),
        examples=tuple(
            _example(reader, item, operation, origin, chosen, (*at, "examples", i))
            for i, item in enumerate(data["examples"])
        ),
        samples=tuple(
            _sample(reader, status, name, (*at, "samples", status))
            for status, name in data.get("samples", {}).items()
        ),
        pointer=escape_pointer(*at),
    )


def _origin(reader: _Reader, data: Mapping[str, Any], operation: Operation, at: tuple[str | int, ...]) -> str:
    name = data.get("server")
    if name is None:
        if not operation.servers:
            raise reader.fail("the document names no server", *at, fix="add `server:` and `servers:`")
        return operation.servers[0]
    if name not in reader.servers:
        raise reader.fail(f"there is no server {name!r}", *at, "server", fix=nearest(name, reader.servers))
    return reader.servers[name]


def _chosen(reader: _Reader, names: Any, at: tuple[str | int, ...]) -> tuple[Authentication, ...]:
    known = reader.authentications
    for name in names or ():
        if name not in known:
            raise reader.fail(
                f"there is no credential {name!r}", *at, "credentials", fix=nearest(name, known)
            )
    return tuple(known[name] for name in (known if names is None else names))


def _response(reader: _Reader, name: str | None, at: tuple[str | int, ...]) -> str | None:
    schemas = reader.document.data.get("components", {}).get("schemas", {})
    if name is not None and name not in schemas:
        raise reader.fail(f"the document has no schema {name!r}", *at, "response", fix=nearest(name, schemas))
    return name


def _example(
    reader: _Reader,
    data: Mapping[str, Any],
    operation: Operation,
    origin: str,
    authentications: tuple[Authentication, ...],
    at: tuple[str | int, ...],
) -> Example:
    try:
        request = build_request(
            data,
            method=operation.method,
            origin=origin,
            path=operation.path,
            parameters=operation.parameters,
            authentications=authentications,
        )
    except SpecError as problem:
        raise reader.fail(problem.message, *at, fix=problem.fix) from problem
    for file in request.files:
        _check_file(reader, file, *at, "body")
    return Example(
        id=data["id"],
        title=data.get("title") or data["id"],
        description=data.get("description"),
        request=request,
        pointer=escape_pointer(*at),
    )


def _check_file(reader: _Reader, name: str, *at: str | int) -> None:
    """Refuse an input file that does not lie below the folder in which a reader runs the snippet."""
    if re.match(r"[/\\]|[A-Za-z]:|~", name) or ".." in Path(name).parts:
        raise reader.fail(f"the file {name!r} is not below the reader's folder", *at, fix="use its name")


def _sample(reader: _Reader, status: str, name: str, at: tuple[str | int, ...]) -> Sample:
    source = load(reader.file(name, *at), SpecError)
    try:
        dumps(source.data)
    except ValueError as problem:
        message = f"the sample {name} holds a number that is infinite or not a number, which JSON cannot"
        raise reader.fail(message, *at, fix="write a string, or leave it out") from problem
    return Sample(status=status, source=source, pointer=escape_pointer(*at))


def _article(reader: _Reader, data: Mapping[str, Any], index: int) -> Article:
    at = ("articles", index)
    return Article(
        id=data["id"],
        title=data["title"],
        description=data.get("description"),
        blocks=tuple(_block(reader, item, (*at, "blocks", i)) for i, item in enumerate(data["blocks"])),
        pointer=escape_pointer(*at),
    )


def _block(reader: _Reader, data: Mapping[str, Any], at: tuple[str | int, ...]) -> tuple[str, Any]:
    ((kind, value),) = data.items()
    if kind == "hint":
        return kind, Hint(**value)
    if kind == "openapi":
        return kind, reader.document.operation(value)
    if kind == "script":
        return kind, _script(reader, value, (*at, "script"))
    return kind, value


def _script(reader: _Reader, data: Mapping[str, Any], at: tuple[str | int, ...]) -> Script:
    files = {name: reader.file(path, *at, "files", name) for name, path in data.get("files", {}).items()}
    for name, path in files.items():
        _check_file(reader, name, *at, "files", name)
        if not path.is_file():
            raise reader.fail(f"there is no file {path}", *at, "files", name)
    return Script(
        id=data["id"],
        language=data["language"],
        template=reader.file(data["template"], *at, "template"),
        values=data.get("values", {}),
        authentications=_chosen(reader, data.get("credentials"), at),
        endpoint=data.get("endpoint"),
        path=data.get("path", {}),
        files=files,
        requires=tuple(data.get("requires", ())),
        pointer=escape_pointer(*at),
    )
