"""The static contract of an API: requests, samples and documented examples against the OpenAPI document.

Nothing runs here. Findings get the endpoint, the example and the place in the endpoint spec; a finding
about a sample gets its place in the sample's own file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, filterfalse

from snippetgen.api import Api, Endpoint, Example, Sample
from snippetgen.contract import (
    Judged,
    Shown,
    check_document,
    check_request,
    check_response,
    check_structure,
    judge,
    shown_values,
    unusable,
)
from snippetgen.coverage import Coverage, tally
from snippetgen.errors import DocumentError
from snippetgen.exact import without_collector
from snippetgen.model import Credential, Finding
from snippetgen.openapi.document import Document
from snippetgen.openapi.schema import reached
from snippetgen.openapi.webhook import hooks

__all__ = [
    "Checked",
    "check_api",
    "check_bare",
    "check_contract",
    "check_example",
    "check_sample",
    "check_shown",
    "check_whole",
    "examine_api",
    "placeholders",
]

# What says that a request or a sample was looked at, and nothing learned from it.
_UNPROVEN = {
    "contract/unchecked-body": "with a body that is not JSON",
    "contract/unusable-schema": "with a schema that cannot be used",
    "contract/vacuous-schema": "with a schema that accepts everything",
}
# What names the broken part itself, so that the examples behind it need not name it again.
_BREAKS = frozenset({"contract/broken-part", "contract/meta-schema", "contract/unusable-schema"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The findings of a check, and what it covered."""

    findings: tuple[Finding, ...]
    coverage: Coverage


def placeholders(credentials: tuple[Credential, ...]) -> dict[str, str]:
    """An environment that gives every credential a harmless value."""
    return {credential.env: credential.placeholder or "placeholder" for credential in credentials}


# An endpoint spec


def check_api(api: Api) -> Iterator[Finding]:
    """The findings for the document as the endpoints use it, their requests and their samples."""
    yield from examine_api(api).findings


def examine_api(api: Api) -> Checked:
    """The check of a spec; an endpoint without a sample of its success is something not checked."""
    findings = list(check_contract(api))
    outcomes: list[tuple[str, str | None]] = []
    for endpoint in api.endpoints:
        for example in endpoint.examples:
            found = tuple(check_example(api, endpoint, example))
            outcomes.append((f"{endpoint.id}/{example.id}", _reason(found)))
            findings += found
        for sample in endpoint.samples:
            found = tuple(check_sample(endpoint, sample))
            outcomes.append((f"{endpoint.id} {sample.status}", _reason(found)))
            findings += found
        if endpoint.sample(success=True) is None:
            outcomes.append((endpoint.id, "without a success sample"))
    counts = {
        "request": sum(len(endpoint.examples) for endpoint in api.endpoints),
        "sample": sum(len(endpoint.samples) for endpoint in api.endpoints),
        "endpoint": len(api.endpoints),
    }
    return Checked(findings=tuple(findings), coverage=tally(counts, outcomes))


def _reason(findings: Iterable[Finding]) -> str | None:
    return next((_UNPROVEN[f.rule] for f in findings if f.rule in _UNPROVEN), None)


def check_contract(api: Api) -> Iterator[Finding]:
    """The findings for a spec's document: its structure, and the operations that the spec shows."""
    operations = {endpoint.operation.pointer: endpoint.operation for endpoint in api.endpoints}
    findings = check_document(
        api.document,
        operations.values(),
        credentials=[(a.location, a.name) for a in api.authentications.values()],
        branches=all(endpoint.response for endpoint in api.endpoints),
    )
    yield from map(api.document.placed, chain(check_structure(api.document), findings))


def check_example(api: Api, endpoint: Endpoint, example: Example) -> Iterator[Finding]:
    """The findings for one request of a spec."""
    environment = placeholders(example.request.credentials)
    findings = check_request(endpoint.operation, example.request, environment)
    for finding in findings:
        place = finding.place or api.source.place(example.pointer)
        yield replace(finding, endpoint=endpoint.id, example=example.id, place=place)


def check_sample(endpoint: Endpoint, sample: Sample) -> Iterator[Finding]:
    """The findings for one documented response of a spec."""
    findings = check_response(
        endpoint.operation,
        sample.status,
        "application/json",
        sample.value,
        branch=endpoint.response if sample.status.startswith("2") else None,
    )
    for finding in _guarded(findings, f"the {sample.status} sample of {endpoint.operation}"):
        place = finding.place or sample.source.place(finding.pointer or "")
        yield replace(finding, endpoint=endpoint.id, place=place)


def _guarded(findings: Iterable[Finding], subject: str) -> Iterator[Finding]:
    """The findings up to where the document cannot be used, and then one that says why."""
    try:
        yield from findings
    except DocumentError as problem:
        yield unusable(subject, problem)


# An OpenAPI document by itself


@without_collector()
def check_bare(document: Document, *, schemas: bool = False) -> Checked:
    """The check of a document that no spec presents: every operation, and every example that it shows.

    `schemas` asks for the examples inside schemas too.
    """
    judged = [judge(document, shown) for shown in shown_values(document, schemas=schemas)]
    outcomes = [(one.shown.pointer, one.unchecked) for one in judged]
    kinds = Counter(one.shown.kind for one in judged if one.shown.absent is None)
    counts = {"operation": len(document.operations())}
    sent = len([*hooks(document)])
    counts |= {"webhook": sent} if sent else {}
    counts |= {f"{kind} example": kinds[kind] for kind in dict.fromkeys(kinds)}
    findings = [*_examine(document)]
    found = (finding for one in judged for finding in one.findings)
    findings += filterfalse(_repeats(document, findings), found)
    return Checked(findings=tuple(map(document.placed, findings)), coverage=tally(counts, outcomes))


def check_whole(document: Document) -> Iterator[Finding]:
    """The findings for a document itself, without its examples."""
    yield from map(document.placed, _examine(document))


def _examine(document: Document) -> Iterator[Finding]:
    yield from check_structure(document)
    yield from check_document(document, document.operations())


def check_shown(document: Document, shown: Shown) -> Judged:
    """An example of a document with its findings, each with its place."""
    judged = judge(document, shown)
    return replace(judged, findings=tuple(map(document.placed, judged.findings)))


def _repeats(document: Document, findings: Sequence[Finding]) -> Callable[[Finding], bool]:
    """Whether a finding about an example says again what these findings about its document say."""
    said = {(finding.rule, finding.pointer) for finding in findings}
    broken = {finding.pointer or "" for finding in findings if finding.rule in _BREAKS}

    @cache
    def is_told(pointer: str) -> bool:
        """Whether what is broken at a pointer, or in what it refers to, is told where it stands."""
        units = reached(document, [pointer]) if document.has(pointer) else [pointer]
        inside = (any(place == unit or place.startswith(f"{unit}/") for unit in units) for place in broken)
        return "/jsonSchemaDialect" in broken or any(inside)

    def again(finding: Finding) -> bool:
        known = (finding.rule, finding.pointer) in said
        return known or (finding.rule in _BREAKS and is_told(finding.pointer or ""))

    return again
