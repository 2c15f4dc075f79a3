"""A documented value: the first example that its own schema accepts, else one that is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from snippetgen.contract.style import read_wire
from snippetgen.contract.value import check_value, is_valid
from snippetgen.errors import SpecError
from snippetgen.exact import dumps
from snippetgen.model import Finding, Json
from snippetgen.openapi.document import Document, Parameter
from snippetgen.openapi.validator import engines, validator
from snippetgen.request import build_request
from snippetgen.sampling import Check, Sampler

__all__ = ["SECTIONS", "Values", "example_values"]

_Refuse = Callable[[Json], str | None]  # why a value cannot be sent, None where it can

# The part of an example in which a spec states the parameters of each location.
SECTIONS = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}


def example_values(document: Document, owner: Mapping[str, Any]) -> Iterator[Json]:
    """The `example`, then every value of `examples`; what stands in other files is left out."""
    if "example" in owner:
        yield owner["example"]
    examples = owner.get("examples")
    for node in examples.values() if isinstance(examples, dict) else ():
        example = document.resolve(node)
        if isinstance(example, dict):
            yield from (example[key] for key in ("value", "dataValue", "serializedValue") if key in example)


class Values:
    """Chooses values for the parameters and bodies of a document; each place is looked at once."""

    def __init__(self, document: Document, *, optional: bool) -> None:
        self.document = document
        self.sampler = Sampler(document, "request", optional=optional)
        self.findings: list[Finding] = []
        self.known: dict[str, Json] = {}

    def parameter(self, parameter: Parameter) -> Json:
        """The value of a parameter as a spec states it; Unsatisfied where none was found."""
        if parameter.pointer not in self.known:
            owner = (parameter.data.get("content") or {}).get(parameter.media_type, parameter.data)
            shown = [
                reading
                for value in example_values(self.document, owner if isinstance(owner, dict) else {})
                for reading in self.readings(parameter, value)
            ]
            sendable = [value for value in shown if value is not None and value not in ("", [], {})]
            schema, pointer = (
                parameter.schema,
                None if parameter.schema in ({}, True) else parameter.schema_pointer,
            )
            value = self.value(
                schema,
                pointer,
                sendable,
                parameter.pointer,
                hint=parameter.name,
                refuse=lambda found: _refusal(parameter, found),
            )
            self.known[parameter.pointer] = _stated(parameter, value)
        return self.known[parameter.pointer]

    def readings(self, parameter: Parameter, value: Json) -> tuple[Json, ...]:
        """The values that an example stands for: itself, and what it says when it is read as it is sent."""
        if not isinstance(value, str):
            return (value,)
        return (value, *read_wire(parameter, value, self.document.resolve))

    def value(
        self,
        schema: Any,
        pointer: str | None,
        shown: Sequence[Json],
        at: str,
        *,
        hint: str = "",
        refuse: _Refuse = lambda _: None,
    ) -> Json:
        """The first value shown that is right, else one that is made.

        It is right where the schema at `pointer` accepts it and `refuse` has no reason against it.
        """
        found = self.documented(pointer, shown, at, refuse)
        return found[0] if found else self.made(schema, self.judge(pointer, refuse), at, hint)

    def made(self, schema: Any, judge: Check, at: str, hint: str) -> Json:
        """A value that is made for a schema; an optional property that it has to do without is a finding."""
        value = self.sampler.sample(schema, judge, hint=hint)
        for place, reason in self.sampler.left.items():
            message = f"the value made for it does without the optional {place}: {reason}"
            fix = "add an example, or mend the schema by an overlay"
            facts: dict[str, Any] = {"severity": "warning", "message": message, "pointer": at, "fix": fix}
            self.findings.append(Finding(rule="import/unsatisfied-schema", **facts))
        return value

    def check(self, pointer: str | None) -> None:
        """Refuse a schema that cannot be used, with a DocumentError that says where and why."""
        if pointer is not None:
            with engines(self.document, pointer):
                validator(self.document, pointer, direction="request")

    def documented(
        self, pointer: str | None, shown: Sequence[Json], at: str, refuse: _Refuse = lambda _: None
    ) -> tuple[Json] | None:
        """The first value shown that is right, in a tuple of one; None, and a finding, where none is."""
        valid = [value for value in shown if self.is_valid(pointer, value)]
        right = next(((value,) for value in valid if refuse(value) is None), None)
        if shown and right is None:
            lack = f"can be sent: {refuse(valid[0])}" if valid else "satisfies its own schema"
            message = f"no documented example {lack}; another value was made"
            fix = "correct the example, see `snippetgen check`"
            facts: dict[str, Any] = {"severity": "warning", "message": message, "pointer": at, "fix": fix}
            self.findings.append(Finding(rule="import/unusable-example", **facts))
        return right

    def is_valid(self, pointer: str | None, value: Json) -> bool:
        """Whether the schema at a pointer accepts a value in a request; no schema accepts everything."""
        return pointer is None or is_valid(self.document, pointer, value, direction="request")

    def judge(self, pointer: str | None, refuse: _Refuse) -> Check:
        """What says where a value is wrong, and how."""

        def wrong(value: Json) -> Mapping[str, str]:
            if pointer is None or self.is_valid(pointer, value):
                reason = refuse(value)
                return {"": reason} if reason else {}
            findings = check_value(self.document, pointer, value, direction="request", rule="")
            errors = {f.pointer or "": f.message for f in findings if f.severity == "error"}
            return errors or {"": "it is not valid"}

        return wrong


def _stated(parameter: Parameter, value: Json) -> Json:
    """The value as a spec states it: a `content` parameter and a cookie as their text."""
    if parameter.media_type:
        return value if isinstance(value, str) else dumps(value, indent=None)
    if parameter.location == "cookie" and isinstance(value, dict | list):
        items = value if isinstance(value, list) else [part for pair in value.items() for part in pair]
        return ",".join(item if isinstance(item, str) else dumps(item) for item in items)
    return value


def _refusal(parameter: Parameter, value: Json) -> str | None:
    """Why no request can carry the value in the parameter's place, None where one can."""
    section = SECTIONS.get(parameter.location)
    if section is None:
        return f"a spec cannot state a parameter in {parameter.location!r}"
    path = f"/{{{parameter.name}}}" if parameter.location == "path" else "/"
    example = {section: {parameter.name: _stated(parameter, value)}}
    try:
        build_request(example, method="GET", origin="", path=path, parameters=[parameter])
    except SpecError as problem:
        return problem.message
    return None
