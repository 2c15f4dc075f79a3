r"""The dialect in which values are checked: JSON Schema 2020-12 with formats asserted and ECMA patterns.

Three things differ from what `jsonschema` does by itself, each because the specification says so or a
documentation tester needs it: known formats are assertions, `multipleOf` is exact, and patterns are
ECMA-262 (`$` is the very end, `\d` is ASCII).
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from snippetgen.openapi.schema import map_schema

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["FORMATS", "compile_schema", "ecma_pattern", "leaves", "message"]

_DATE_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_TIME = re.compile(
    r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_DURATION = re.compile(
    r"P(?!$)(?:\d+W|(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)", re.ASCII
)
_EMAIL = re.compile(
    r"[^@\s]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.|$))+|[^@\s]+@\[[0-9A-Fa-f:.]+\]"
)
_HOST = re.compile(r"(?=.{1,253}$)(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.|$))+")
_URI_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def _is_date(text: str) -> bool:
    return len(text) == 10 and date.fromisoformat(text).isoformat() == text


def _is_date_time(text: str) -> bool:
    match = _DATE_TIME.fullmatch(text)
    return match is not None and _is_date(match[1])


def _is_uri_reference(text: str) -> bool:
    return _URI_CHARACTERS.fullmatch(text) is not None and urlsplit(text) is not None


def _is_uri(text: str) -> bool:
    return _SCHEME.match(text) is not None and _is_uri_reference(text)


def _is_base64(text: str) -> bool:
    return base64.b64decode("".join(text.split()), validate=True) is not None


def _is_anything(value: Any) -> bool:
    return value is not None


def _is_uuid(text: str) -> bool:
    return str(UUID(text)) == text.lower()


# Every format that is asserted, with what it holds for; `float`, `double`, `password`, `binary` accept all.
FORMATS: dict[str, tuple[type, Callable[[Any], bool]]] = {
    "date": (str, _is_date),
    "date-time": (str, _is_date_time),
    "time": (str, lambda text: _TIME.fullmatch(text) is not None),
    "duration": (str, lambda text: _DURATION.fullmatch(text) is not None),
    "email": (str, lambda text: _EMAIL.fullmatch(text) is not None),
    "hostname": (str, lambda text: _HOST.fullmatch(text) is not None),
    "ipv4": (str, lambda text: ipaddress.IPv4Address(text) is not None),
    "ipv6": (str, lambda text: "%" not in text and ipaddress.IPv6Address(text) is not None),
    "uri": (str, _is_uri),
    "uri-reference": (str, _is_uri_reference),
    "uuid": (str, _is_uuid),
    "byte": (str, _is_base64),
    "int32": (int, lambda number: -(2**31) <= number < 2**31),
    "int64": (int, lambda number: -(2**63) <= number < 2**63),
    "float": (float, _is_anything),
    "double": (float, _is_anything),
    "password": (str, _is_anything),
    "binary": (str, _is_anything),
}


def _format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, (kind, test) in FORMATS.items():
        checker.checks(name, raises=ValueError)(_guarded(kind, test))
    return checker


def _guarded(kind: type, test: Callable[[Any], bool]) -> Callable[[object], bool]:
    """The test for values of that kind; a format says nothing about other types, and a bool is no number."""

    def check(value: object) -> bool:
        if isinstance(value, float) and kind is int and value.is_integer():
            value = int(value)
        return isinstance(value, bool) or not isinstance(value, kind) or test(value)

    return check


def _multiple_of(validator: Any, divisor: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "number") and Fraction(repr(value)) % Fraction(repr(divisor)):
        yield ValidationError(f"{value!r} is not a multiple of {divisor!r}")


def _content_encoding(_validator: Any, encoding: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if encoding == "base64" and isinstance(value, str):
        try:
            _is_base64(value)
        except (binascii.Error, ValueError):
            yield ValidationError(f"{value!r} is not Base64")


_extend: Any = extend  # untyped in jsonschema
_Checker: Any = _extend(
    Draft202012Validator, {"multipleOf": _multiple_of, "contentEncoding": _content_encoding}
)
_FORMAT_CHECKER = _format_checker()


def compile_schema(schema: dict[str, Any]) -> Validator:
    """The validator of a standalone schema."""
    checker: Validator = _Checker(_with_python_patterns(schema), format_checker=_FORMAT_CHECKER)
    return checker


def _with_python_patterns(schema: Any) -> Any:
    result = map_schema(schema, _with_python_patterns)
    if isinstance(result, dict):
        if isinstance(result.get("pattern"), str):
            result["pattern"] = ecma_pattern(result["pattern"]) or ""
        if isinstance(result.get("patternProperties"), dict):
            result["patternProperties"] = {
                ecma_pattern(k) or "": v for k, v in result["patternProperties"].items()
            }
    return result


def ecma_pattern(pattern: str) -> str | None:
    r"""The Python pattern that matches what an ECMA-262 pattern (flag u) does; None where Python has none.

    Outside a class a `$` is the very end; `\d` and `\w` are ASCII; groups are named `(?<name>…)`.
    """
    result, inside, i = "(?a)", False, 0
    while i < len(pattern):
        atom = pattern[i : i + 2] if pattern[i] == "\\" else pattern[i]
        if pattern.startswith("(?<", i) and pattern[i + 3 : i + 4] not in {"=", "!"} and not inside:
            result, i = result + "(?P<", i + 3
            continue
        inside = atom == "[" or (inside and atom != "]")
        result += {"$": r"\Z", r"\/": "/", r"\-": r"\-"}.get(atom, atom) if not inside else atom
        i += len(atom)
    try:
        re.compile(result)
    except re.error:
        return None
    return result


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors that say what to mend: those of the nearest alternative where an `anyOf` failed."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    if error.validator not in {"anyOf", "oneOf"} or not branches:
        yield error
        return
    for inner in min(branches.values(), key=_distance):
        yield from leaves(inner)


def _distance(errors: list[ValidationError]) -> tuple[int, int, int]:
    """How far a value is from an alternative: another kind of value, then by how much is wrong."""
    found = [leaf for error in errors for leaf in leaves(error)]
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
    return text if len(text) <= 240 else f"{text[:120]} … {text[-100:]}"
