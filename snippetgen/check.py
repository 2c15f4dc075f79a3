"""The static contract of an API: every generated request and every sample against the document.

Nothing runs here. Findings get the endpoint, the example and the place in the endpoint spec; a finding
about a sample gets its place in the sample's own file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from snippetgen.contract import check_document, check_request, check_response, check_structure
from snippetgen.errors import DocumentError, Place
from snippetgen.model import Credential, Finding
from snippetgen.openapi.document import Document
from snippetgen.spec import Api, Endpoint, Sample

__all__ = ["Coverage", "check_api", "check_bare", "coverage", "placeholders"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was checked, counted: endpoints, requests and samples; and endpoints that have no sample."""

    endpoints: int
    requests: int
    samples: int
    without_sample: tuple[str, ...]


def coverage(api: Api) -> Coverage:
    """What `check_api` looks at."""
    return Coverage(
        endpoints=len(api.endpoints),
        requests=sum(len(endpoint.examples) for endpoint in api.endpoints),
        samples=sum(len(endpoint.samples) for endpoint in api.endpoints),
        without_sample=tuple(e.id for e in api.endpoints if e.sample(success=True) is None),
    )


def placeholders(credentials: tuple[Credential, ...]) -> dict[str, str]:
    """An environment that gives every credential a harmless value."""
    return {credential.env: credential.placeholder or "placeholder" for credential in credentials}


def check_api(api: Api) -> Iterator[Finding]:
    """The findings for the document as the endpoints use it, their requests and their samples."""
    yield from _check_document(api)
    for endpoint in api.endpoints:
        yield from _check_requests(api, endpoint)
        for sample in endpoint.samples:
            yield from _check_sample(endpoint, sample)


def check_bare(document: Document) -> Iterator[Finding]:
    """The findings for a document that no endpoint spec presents: every operation."""
    yield from _placed(document, check_structure(document))
    yield from _placed(document, check_document(document, document.operations()))


def _check_document(api: Api) -> Iterator[Finding]:
    operations = {endpoint.operation.pointer: endpoint.operation for endpoint in api.endpoints}
    findings = check_document(
        api.document,
        operations.values(),
        credentials=[(a.location, a.name) for a in api.authentications.values()],
        branches=all(endpoint.response for endpoint in api.endpoints),
    )
    yield from _placed(api.document, findings)


def _placed(document: Document, findings: Iterator[Finding]) -> Iterator[Finding]:
    """The findings with their place in the document's file; overlays have no place in it."""
    place = cache(document.place)
    for finding in findings:
        yield replace(finding, place=finding.place or place(finding.pointer or ""))


def _check_requests(api: Api, endpoint: Endpoint) -> Iterator[Finding]:
    for example in endpoint.examples:
        environment = placeholders(example.request.credentials)
        for finding in check_request(endpoint.operation, example.request, environment):
            place = api.source.place(example.pointer)
            yield replace(finding, endpoint=endpoint.id, example=example.id, place=place)


def _check_sample(endpoint: Endpoint, sample: Sample) -> Iterator[Finding]:
    branch = endpoint.response if sample.status.startswith("2") else None
    try:
        for finding in check_response(
            endpoint.operation, sample.status, "application/json", sample.value, branch=branch
        ):
            yield replace(finding, endpoint=endpoint.id, place=sample.source.place(finding.pointer or ""))
    except DocumentError as problem:
        problem.place = problem.place or Place(str(Path(sample.source.path)))
        raise
