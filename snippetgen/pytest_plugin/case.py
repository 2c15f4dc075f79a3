"""A `Case` is one check of one example, with a name that reads well and can be asked for with `-k`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from snippetgen.api import Api, Endpoint, Example
from snippetgen.check import check_contract, check_example, check_sample, check_shown, check_whole
from snippetgen.contract import Shown, shown_values
from snippetgen.exact import dumps
from snippetgen.model import Finding, Json, Request
from snippetgen.openapi.document import Document, document_of
from snippetgen.report import findings_text
from snippetgen.source import load, resolve_pointer
from snippetgen.spec import load_api

__all__ = ["BrokenContractError", "Case", "Outcome", "read_cases"]

_LINES = 12  # of an excerpt
# The checks of a request, with the places in it that they are about.
_CHECKS = {
    "path": ("/method", "/path"),
    "parameters": ("/query", "/header", "/cookie"),
    "security": ("/security",),
    "body": ("/body",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The findings of a case; `payload` is the value that was checked, whose pointers begin with `at`."""

    findings: tuple[Finding, ...] = ()
    payload: Json = None
    at: str = ""
    unchecked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A name such as `create-item/small[body]`, and what runs the check."""

    name: str
    run: Callable[[], Outcome]


class BrokenContractError(AssertionError):
    """What is wrong with an example, as pytest shows it."""

    def __init__(self, outcome: Outcome, findings: Sequence[Finding]) -> None:
        super().__init__("\n\n".join(_described(finding, outcome) for finding in findings))


def _described(finding: Finding, outcome: Outcome) -> str:
    text = findings_text([finding])
    pointer = (finding.pointer or "").removeprefix(outcome.at)
    if outcome.payload is not None:
        text += f"\n    payload: {_excerpt(_nearest(outcome.payload, pointer))}"
    if finding.schema is not None:
        text += f"\n    schema: {_excerpt(finding.schema)}"
    return text


def _nearest(payload: Json, pointer: str) -> Json:
    """The object or list in which the value at a pointer stands, or should stand."""
    while pointer:
        pointer = pointer.rpartition("/")[0]
        try:
            value: Json = resolve_pointer(payload, pointer)
        except KeyError:
            continue
        return value
    return payload


def _excerpt(value: Any) -> str:
    lines = dumps(value).splitlines()
    more = [f"… {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
    return "\n      ".join([*lines[:_LINES], *more])


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of an endpoint spec or an OpenAPI document; no two have the same name."""
    source = load(path)
    is_spec = isinstance(source.data, dict) and "snippetgen" in source.data
    cases = _spec_cases(load_api(path)) if is_spec else _document_cases(document_of(source))
    taken: dict[str, int] = {}
    unique = []
    for case in cases:
        taken[case.name] = taken.get(case.name, 0) + 1
        again = f"-{taken[case.name]}" if taken[case.name] > 1 else ""
        unique.append(Case(name=case.name + again, run=case.run))
    return tuple(unique)


def _spec_cases(api: Api) -> Iterator[Case]:
    yield Case(name="document[contract]", run=partial(_check_whole, partial(check_contract, api)))
    for endpoint in api.endpoints:
        for example in endpoint.examples:
            findings = cache(partial(_request_findings, api, endpoint, example))
            for check in _CHECKS:
                name = f"{endpoint.id}/{example.id}[{check}]"
                yield Case(name=name, run=partial(_check_request, findings, example.request, check))
        for sample in endpoint.samples:
            run = partial(_check_response, endpoint, sample)
            yield Case(name=f"{endpoint.id}/{sample.status}[response]", run=run)
        if endpoint.sample(success=True) is None:
            missing = partial(Outcome, unchecked="there is no sample of a success")
            yield Case(name=f"{endpoint.id}/sample[response]", run=missing)


def _request_findings(api: Api, endpoint: Endpoint, example: Example) -> tuple[Finding, ...]:
    return tuple(check_example(api, endpoint, example))


def _check_request(findings: Callable[[], tuple[Finding, ...]], request: Request, check: str) -> Outcome:
    about = tuple(f for f in findings() if f.pointer and f.pointer.startswith(_CHECKS[check]))
    if check == "body" and request.body is not None and request.body.kind == "json":
        return Outcome(findings=about, payload=request.body.value, at="/body")
    return Outcome(findings=about)


def _check_response(endpoint: Endpoint, sample: Any) -> Outcome:
    return Outcome(findings=tuple(check_sample(endpoint, sample)), payload=sample.value)


def _document_cases(document: Document) -> Iterator[Case]:
    yield Case(name="document[contract]", run=partial(_check_whole, partial(check_whole, document)))
    for shown in shown_values(document):
        yield Case(name=f"{shown.subject}[{shown.kind}]", run=partial(_check_shown, document, shown))


def _check_whole(findings: Callable[[], Iterator[Finding]]) -> Outcome:
    return Outcome(findings=tuple(findings()))


def _check_shown(document: Document, shown: Shown) -> Outcome:
    judged = check_shown(document, shown)
    return Outcome(
        findings=judged.findings, payload=shown.value, at=shown.pointer, unchecked=judged.unchecked
    )
