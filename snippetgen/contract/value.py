"""What a schema of the document says about one value, as findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from snippetgen.errors import DocumentError
from snippetgen.model import Finding
from snippetgen.openapi.direction import Direction
from snippetgen.openapi.document import Document
from snippetgen.openapi.validator import engines, validator
from snippetgen.source import escape_pointer

__all__ = ["check_value", "is_vacuous", "is_valid", "unusable"]

_MARKS: dict[Direction, tuple[str, str]] = {
    "request": ("readOnly", "contract/read-only-property"),
    "response": ("writeOnly", "contract/write-only-property"),
}
_OVERLAY = "change the value, or mend the document by an overlay if the API differs"


def check_value(
    document: Document, schema: str, value: Any, *, direction: Direction, rule: str, at: str = ""
) -> Iterator[Finding]:
    """Everything that is wrong with a value, all of it and not the first; `at` is where the value stands."""
    from snippetgen.openapi.dialect import leaves

    with engines(document, schema):
        checker = validator(document, schema, direction=direction)
        findings = [_finding(leaf, rule, at) for e in checker.iter_errors(value) for leaf in leaves(e)]
        findings += _check_properties(checker, value, direction, at)
    yield from findings


def is_valid(document: Document, schema: str, value: Any, *, direction: Direction) -> bool:
    """Whether nothing is wrong with a value."""
    with engines(document, schema):
        return bool(validator(document, schema, direction=direction).is_valid(value))


def unusable(subject: str, problem: DocumentError) -> Finding:
    """The finding that something was not checked, since the document cannot be used there."""
    return Finding(
        rule="contract/unusable-schema",
        message=f"{subject} was not checked: {problem.message}",
        pointer=problem.pointer,
        place=problem.place,
        fix=problem.fix or "mend the document by an overlay",
    )


def _finding(error: Any, rule: str, at: str) -> Finding:
    from snippetgen.openapi.dialect import message

    pointer = at + escape_pointer(*error.absolute_path)
    if error.validator == "required":
        missing = next(
            n for n in error.validator_value if n not in error.instance and repr(n) in error.message
        )
        pointer += escape_pointer(missing)
    broken = {str(error.validator): error.validator_value}
    return Finding(rule=rule, message=message(error), pointer=pointer, fix=_fix(error), schema=broken)


def _fix(error: Any) -> str:
    if error.validator == "required":
        return "add the property, or make it optional by an overlay if the API leaves it out"
    if error.validator == "enum":
        return "use one of " + ", ".join(repr(v) for v in error.validator_value)
    if error.validator in {"additionalProperties", "unevaluatedProperties"}:
        return "remove what is not declared, or declare it by an overlay"
    return _OVERLAY


def _check_properties(checker: Any, value: Any, direction: Direction, at: str) -> Iterator[Finding]:
    from snippetgen.openapi.evaluation import evaluations, marked, undeclared

    found = evaluations(checker, value)
    for pointer in undeclared(found):
        yield Finding(
            rule="contract/undeclared-property",
            severity="warning",
            message=f"no schema declares the property at {pointer}",
            pointer=at + pointer,
            fix="correct its name, remove it, or declare it by an overlay",
        )
    mark, rule = _MARKS[direction]
    for pointer in marked(found, mark):
        message = f"the property at {pointer} is {mark}, so a {direction} should not carry it"
        yield Finding(
            rule=rule, severity="warning", message=message, pointer=at + pointer, fix="leave it out"
        )


_ANNOTATIONS = frozenset({"title", "description", "default", "example", "examples", "deprecated", "$comment"})


def is_vacuous(document: Document, schema: Any, depth: int = 0) -> bool:
    """Whether every value is valid: {}, true, annotations only, or an alternative that is so."""
    try:
        target = document.resolve(schema)
    except DocumentError:  # a reference that leads nowhere is a finding of its own
        return False
    if not isinstance(target, dict) or depth > 16:
        return target is True
    said = {
        key: value for key, value in target.items() if key not in _ANNOTATIONS and not key.startswith("x-")
    }
    if said.keys() <= {"allOf"}:
        return all(is_vacuous(document, branch, depth + 1) for branch in _branches(said, "allOf"))
    if said.keys() <= {"anyOf", "discriminator"}:
        return any(is_vacuous(document, branch, depth + 1) for branch in _branches(said, "anyOf"))
    return False


def _branches(schema: dict[str, Any], keyword: str) -> list[Any]:
    branches = schema.get(keyword, [])
    return branches if isinstance(branches, list) else [False]  # what is no list holds for nothing
