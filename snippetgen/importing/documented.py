"""A documented value: the first example that its own schema accepts, else one that is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from snippetgen.contract.style import read_wire
from snippetgen.contract.value import check_value, is_valid
from snippetgen.model import Finding, Json
from snippetgen.openapi.document import Document, Parameter
from snippetgen.sampling import Sampler

__all__ = ["Values", "example_values"]


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
        """The value of a parameter; Unsatisfied where none was found."""
        if parameter.pointer not in self.known:
            owner = (parameter.data.get("content") or {}).get(parameter.media_type, parameter.data)
            shown = [
                reading
                for value in example_values(self.document, owner)
                for reading in self.readings(parameter, value)
            ]
            sendable = [value for value in shown if value is not None and value not in ("", [], {})]
            schema, pointer = (
                parameter.schema,
                None if parameter.schema in ({}, True) else parameter.schema_pointer,
            )
            self.known[parameter.pointer] = self.value(
                schema, pointer, sendable, parameter.pointer, hint=parameter.name
            )
        return self.known[parameter.pointer]

    def readings(self, parameter: Parameter, value: Json) -> tuple[Json, ...]:
        """The values that an example stands for: itself, and what it says when it is read as it is sent."""
        if not isinstance(value, str):
            return (value,)
        return (value, *read_wire(parameter, value, self.document.resolve))

    def value(
        self, schema: Any, pointer: str | None, shown: Sequence[Json], at: str, *, hint: str = ""
    ) -> Json:
        """The first value shown that is valid against the schema at `pointer`, else one that is made."""
        for value in shown:
            if pointer is None or is_valid(self.document, pointer, value, direction="request"):
                return value
        if shown:
            message = "no documented example satisfies its own schema; another value was made"
            fix = "correct the example, see `snippetgen check`"
            self.findings.append(
                Finding(
                    rule="import/unusable-example", severity="warning", message=message, pointer=at, fix=fix
                )
            )
        return self.sampler.sample(schema, self.judge(pointer), hint=hint)

    def judge(self, pointer: str | None) -> Callable[[Json], Mapping[str, str]]:
        """What says where a value is wrong, and how."""

        def wrong(value: Json) -> Mapping[str, str]:
            if pointer is None or is_valid(self.document, pointer, value, direction="request"):
                return {}
            findings = check_value(self.document, pointer, value, direction="request", rule="")
            errors = {f.pointer or "": f.message for f in findings if f.severity == "error"}
            return errors or {"": "it is not valid"}

        return wrong
