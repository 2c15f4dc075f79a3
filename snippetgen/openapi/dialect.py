r"""The dialect in which values are checked: JSON Schema 2020-12 with formats asserted and ECMA patterns.

Three things differ from what `jsonschema` does by itself, each because the specification says so or a
documentation tester needs it: known formats are assertions, `multipleOf` is exact, and patterns are
ECMA-262 (`$` is the very end, `\d` is ASCII). For formats, decimals and patterns it asks `jsonschema-rs`,
which also decides alone where a value is valid: it is twenty times faster and has no words for a failure.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend, validator_for

from snippetgen.exact import dumps, plain
from snippetgen.openapi.pattern import fast_pattern, python_pattern
from snippetgen.openapi.schema import DIALECT, map_schema, subschemas

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["FORMATS", "Checker", "is_pattern", "leaves", "message"]

# Formats of JSON Schema (2020-12 validation, section 7.3) that the fast engine asserts for strings.
_STANDARD = (
    *("date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname"),
    *("ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uri-template", "uuid"),
    *("json-pointer", "relative-json-pointer", "regex"),
)
# Formats of the OpenAPI registry: the ranges of integers, and those that allow every value of their type.
_RANGES = {f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)} | {
    f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)
}
_UNBOUNDED = ("float", "double", "password", "binary")
# Every format that is asserted; any other is listed as unknown.
FORMATS = frozenset({*_STANDARD, *_RANGES, *_UNBOUNDED, "byte"})


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _fast(schema: dict[str, Any], compiler: Any = jsonschema_rs.validator_for) -> Any:
    """The fast engine's validator of a schema whose numbers are plain."""
    return compiler(
        {"$schema": DIALECT} | schema, validate_formats=True, formats={"byte": _is_base64}, offline=True
    )


@cache
def _keyword(name: str, value: str | float) -> Any:
    """The fast engine's validator of one keyword."""
    return _fast({name: plain(value)})


def _matcher(pattern: str) -> Any:
    """The fast engine's validator of a pattern."""
    return _keyword("pattern", fast_pattern(pattern))


def is_pattern(pattern: str) -> bool:
    """Whether a text is a regular expression of ECMA-262 that can be matched here."""
    try:
        _matcher(pattern)
    except ValueError:
        return False
    return True


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name in (*_STANDARD, "byte"):
        checker.checks(name)(_text_format(name))
    for name, (least, most) in _RANGES.items():
        checker.checks(name)(_range_format(least, most))
    return checker


def _text_format(name: str) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or _keyword("format", name).is_valid(value)


def _range_format(least: int, most: int) -> Callable[[object], bool]:
    """A format says nothing about other types, and a bool is no number."""
    return lambda value: not _is_integer(value) or least <= value <= most  # type: ignore[operator]


def _is_integer(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and value.is_integer()
    )


def _multiple_of(validator: Any, divisor: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "number") and not _keyword("multipleOf", divisor).is_valid(plain(value)):
        yield ValidationError(f"{value!r} is not a multiple of {divisor!r}")


def _pattern(_validator: Any, pattern: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and is_pattern(pattern) and not _matcher(pattern).is_valid(value):
        yield ValidationError(f"{value!r} does not match the pattern {pattern!r}")


def _content_encoding(_validator: Any, encoding: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if encoding == "base64" and isinstance(value, str) and not _is_base64(value):
        yield ValidationError(f"{value!r} is not Base64")


_extend: Any = extend  # untyped in jsonschema
_KEYWORDS = {"multipleOf": _multiple_of, "pattern": _pattern, "contentEncoding": _content_encoding}
_FORMAT_CHECKER = _format_checker()


@cache
def _reference(dialect: str) -> Any:
    """The class of the reference that validates by a dialect."""
    return _extend(validator_for({"$schema": dialect}, default=Draft202012Validator), _KEYWORDS)


_MANY = 64  # questions about subschemas, from which on it pays to compile each of them


class Checker:
    """A compiled schema: the fast engine says that a value is valid, the reference says why one is not.

    Where they disagree about an invalid value, the reference decides.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = _with_python_keys(schema) if "'patternProperties'" in repr(schema) else schema
        kind = _reference(schema.get("$schema", DIALECT))
        self.reference: Validator = kind(self.schema, format_checker=_FORMAT_CHECKER)
        self.fast = _compiled(schema)
        self._asked = 0

    def is_valid(self, value: Any) -> bool:
        """Whether nothing is wrong with a value."""
        return self.fast_says(value) is True or bool(self.reference.is_valid(value))

    def iter_errors(self, value: Any) -> Iterator[ValidationError]:
        """Everything that is wrong with a value."""
        return iter(()) if self.fast_says(value) else self.reference.iter_errors(value)

    def holds(self, subschema: dict[str, Any], value: Any) -> bool:
        """Whether nothing is wrong with a value as one of the schema's own subschemas judges it."""
        self._asked += 1
        fast = self._subschemas.get(id(subschema)) if self._asked > _MANY else None
        engine = fast or self.reference.evolve(schema=subschema)
        return bool(engine.is_valid(plain(value) if fast else value))

    @cached_property
    def _subschemas(self) -> dict[int, Any]:
        """The fast engine's validators of the subschemas, by the identity of each."""
        if self.fast is None:
            return {}
        compiled = _fast(plain(_for_fast(self.schema)), jsonschema_rs.validator_map_for)
        pointers = ((id(node), "#" + quote(place, safe="/~$")) for place, node in subschemas(self.schema))
        return {name: compiled[place] for name, place in pointers if place in compiled}

    def fast_says(self, value: Any) -> bool | None:
        """What the fast engine alone says of a value; None where it cannot take the schema."""
        return None if self.fast is None else bool(self.fast.is_valid(plain(value)))


def _compiled(schema: dict[str, Any]) -> Any:
    """The fast engine's validator, or None where it cannot take the schema."""
    try:
        return _fast(plain(_for_fast(schema) if any(map(repr(schema).__contains__, _OURS)) else schema))
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


# What a schema contains, as Python writes it, whose meaning in our dialect the fast engine has to be told.
_OURS = ("'format': 'int", "'format': 'uint", "'contentEncoding'", "'pattern'", "'patternProperties'")


def _for_fast(schema: Any) -> Any:
    """The schema with what only our dialect asserts as keywords that the fast engine asserts too."""
    result = map_schema(schema, _for_fast)
    if not isinstance(result, dict):
        return result
    more: list[dict[str, Any]] = []
    if isinstance(result.get("format"), str) and result["format"] in _RANGES:
        least, most = _RANGES[result["format"]]
        more.append({"anyOf": [{"not": {"type": "integer"}}, {"minimum": least, "maximum": most}]})
    if result.get("contentEncoding") == "base64":
        more.append({"format": "byte"})
    if isinstance(result.get("pattern"), str):
        known = {"pattern": fast_pattern(result["pattern"])} if is_pattern(result["pattern"]) else {}
        result = {key: value for key, value in result.items() if key != "pattern"} | known
    if isinstance(result.get("patternProperties"), dict):
        result["patternProperties"] = {fast_pattern(k): v for k, v in result["patternProperties"].items()}
    return {**result, "allOf": [*result.get("allOf", ()), *more]} if more else result


_NEVER = "(?!)"  # in the place of a pattern that Python has not: the fast engine alone knows what it matches


def _with_python_keys(schema: Any) -> Any:
    """The schema whose `patternProperties` are patterns of Python, which the reference matches by itself."""
    result = map_schema(schema, _with_python_keys)
    if isinstance(result, dict) and isinstance(result.get("patternProperties"), dict):
        result["patternProperties"] = {
            python_pattern(k) or _NEVER: v for k, v in result["patternProperties"].items()
        }
    return result


def leaves(error: ValidationError) -> list[ValidationError]:
    """The errors that say what to mend: those of the nearest alternative where an `anyOf` failed."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if error.validator not in {"anyOf", "oneOf"} or not branches:
        return [error]
    told = [(errors, [leaf for inner in errors for leaf in leaves(inner)]) for errors in branches.values()]
    return min(told, key=_distance)[1]


def _distance(branch: tuple[list[ValidationError], list[ValidationError]]) -> tuple[int, int, int]:
    """How far a value is from an alternative: another kind of value, then by how much is wrong."""
    errors, found = branch
    wrong_kind = any(not e.path and e.validator in {"type", "const", "enum"} for e in errors)
    deepest = max((len(leaf.absolute_path) for leaf in found), default=0)
    return int(wrong_kind), len(found), -deepest


def message(error: ValidationError) -> str:
    """What the error says, in one line that a page-sized value does not swamp."""
    text = error.message
    if error.validator == "pattern":
        text = f"{error.instance!r} does not match the pattern"
    if error.validator in {"anyOf", "oneOf"}:
        count = "none" if error.context else "more than one"
        text = f"{error.instance!r} matches {count} of the alternatives"
    python = repr(error.instance)
    if text.startswith(python) and (error.instance is None or isinstance(error.instance, bool | list | dict)):
        text = dumps(error.instance, indent=None) + text.removeprefix(python)
    return text if len(text) <= 240 else f"{text[:120]} … {text[-100:]}"
