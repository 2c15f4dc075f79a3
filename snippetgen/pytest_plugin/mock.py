"""A `Mock` answers a project's httpx requests with the documented samples, and checks what was sent.

A request that the contract does not allow fails at the call; where the code under test swallows that,
the test fails when it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import respx

from snippetgen.api import Endpoint
from snippetgen.contract import check_request, shown_values
from snippetgen.contract.style import match_path
from snippetgen.importing.address import read_address
from snippetgen.importing.content import read_content
from snippetgen.importing.recorded import complete, plain
from snippetgen.model import Json, Request
from snippetgen.openapi.document import Document, Operation, document_of
from snippetgen.openapi.media import is_json, match_status
from snippetgen.openapi.server import is_server_url
from snippetgen.report import findings_text
from snippetgen.source import load
from snippetgen.spec import load_api

__all__ = ["Mock", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """An operation at an origin, with its documented answers: status to media type and body."""

    name: str
    operation: Operation
    origin: str
    answers: Mapping[str, tuple[str, Json]]

    def matches(self, request: httpx.Request) -> bool:
        """Whether a request is one to this operation."""
        origin, url = urlsplit(self.origin), request.url
        base = origin.path.rstrip("/")
        path = url.raw_path.decode("ascii").partition("?")[0]
        template = self.operation.template
        return (
            (request.method, url.host, url.scheme) == (self.operation.method, origin.hostname, origin.scheme)
            and path.startswith(base)
            and match_path(template, path.removeprefix(base)) is not None
        )


class Mock:
    """Answers httpx from the samples of one spec or document.

    `requests` are those that came, in order; `problems` what was wrong with them.
    """

    def __init__(self, served: Sequence[_Served]) -> None:
        # A concrete path is matched before a templated one (OAS Paths Object).
        self._served = sorted(served, key=lambda one: one.operation.path.count("{"))
        self._statuses: dict[str, str] = {}
        self.requests: list[Request] = []
        self.problems: list[str] = []

    def answer(self, name: str, status: int | str) -> None:
        """From now on answer that endpoint (operationId, `METHOD /path`) with this documented status."""
        known = next((one for one in self._served if name in {one.name, str(one.operation)}), None)
        if known is None:
            names = ", ".join(sorted(one.name for one in self._served))
            raise AssertionError(f"there is no endpoint {name!r}; choose one of: {names}")
        if match_status(known.answers, str(status)) is None:
            shown = ", ".join(known.answers) or "none"
            raise AssertionError(f"{known.name} has no sample of the status {status}; it has {shown}")
        self._statuses[known.name] = str(status)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The documented answer; AssertionError where the request breaks the contract."""
        served = next((one for one in self._served if one.matches(request)), None)
        if served is None:
            raise self._problem(f"the document has no operation for {request.method} {request.url}")
        sent = _read(request)
        self.requests.append(sent)
        findings = check_request(served.operation, sent, {})
        wrong = [finding for finding in findings if finding.severity == "error"]
        if wrong:
            raise self._problem(f"{request.method} {request.url}\n{findings_text(wrong)}")
        return self._response(served)

    def _problem(self, message: str) -> AssertionError:
        self.problems.append(message)
        return AssertionError(message)

    def _response(self, served: _Served) -> httpx.Response:
        status = self._statuses.get(served.name) or next(
            (key for key in served.answers if key.startswith("2")), "default"
        )
        key = match_status(served.answers, status)
        if key is None:
            raise self._problem(f"{served.name} has no sample of a success")
        number = int(status) if status.isdigit() else 200 if status == "default" else int(status[0]) * 100
        media_type, value = served.answers[key]
        if not media_type:
            return httpx.Response(number)
        if is_json(media_type):
            return httpx.Response(number, json=value, headers={"Content-Type": media_type})
        return httpx.Response(number, text=str(value), headers={"Content-Type": media_type})


def _read(request: httpx.Request) -> Request:
    """What httpx sends, as a request that the contract can be asked about."""
    content = request.read().decode("utf-8", "backslashreplace")
    body = read_content(content, request.headers.get("Content-Type")) if content else None
    names = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
    return complete(
        method=request.method,
        address=read_address(str(request.url)),
        headers=plain(names),
        body=body,
    )[0]


@contextmanager
def serve(path: Path) -> Iterator[Mock]:
    """A mock for the spec or document at that path, in the place of every httpx transport."""
    mock = Mock(_read_served(path))
    with respx.mock(assert_all_called=False) as router:
        router.route().mock(side_effect=mock)
        yield mock


@cache
def _read_served(path: Path) -> tuple[_Served, ...]:
    source = load(path)
    if isinstance(source.data, dict) and "snippetgen" in source.data:
        return tuple(_of_endpoint(endpoint) for endpoint in load_api(path).endpoints)
    document = document_of(source)
    answers = _documented(document)
    return tuple(
        _Served(
            name=operation.id or str(operation),
            operation=operation,
            origin=origin,
            answers=answers.get(operation.pointer, {}),
        )
        for operation in document.operations()
        for origin in operation.servers
        if is_server_url(origin)
    )


def _of_endpoint(endpoint: Endpoint) -> _Served:
    """The samples of an endpoint, and where it has none of a status, the document's own example."""
    documented = _documented(endpoint.operation.document).get(endpoint.operation.pointer, {})
    samples = {sample.status: ("application/json", sample.value) for sample in endpoint.samples}
    return _Served(
        name=endpoint.id,
        operation=endpoint.operation,
        origin=endpoint.origin,
        answers={**samples, **{k: v for k, v in documented.items() if k not in samples}},
    )


@cache
def _documented(document: Document) -> dict[str, dict[str, tuple[str, Any]]]:
    """The first example of each response, by operation and status; a response without content is empty."""
    examples: dict[str, tuple[str, Any]] = {}
    for shown in shown_values(document):
        if shown.kind == "response" and shown.absent is None and shown.media_type:
            owner = (shown.schema or shown.pointer).partition("/content/")[0]
            examples.setdefault(owner, (shown.media_type, shown.value))
    found: dict[str, dict[str, tuple[str, Any]]] = {}
    for operation in document.operations():
        for status, response in operation.responses().items():
            empty = ("", None) if not response.content else None
            answer = examples.get(response.pointer, empty)
            if answer is not None:
                found.setdefault(operation.pointer, {})[status] = answer
    return found
