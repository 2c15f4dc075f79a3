"""What differs between two byte strings, two lists of pairs, or two JSON values.

Numbers in JSON are equal by value, exactly; keys stand once; `true` and 1 are different.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, DecimalException
from typing import Any

from snippetgen.model import Finding
from snippetgen.proof.mask import Show
from snippetgen.proof.reading import Decoded
from snippetgen.source import escape_pointer

__all__ = ["compare_bytes", "compare_json", "compare_pairs"]

MAX_DIFFERENCES = 10


def compare_bytes(where: str, expected: bytes, got: bytes, show: Show) -> Iterator[Finding]:
    """The first difference of two byte strings."""
    if expected == got:
        return
    lengths = f"{len(got)} bytes, expected {len(expected)}"
    if not expected:
        message = f"{where} is {show(got[:1000])} ({lengths})"
    elif not got:
        message = f"{where} is empty ({lengths})"
    else:
        pairs = enumerate(zip(expected, got, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(expected), len(got)))
        shown = f"{show.window(got, at)}, expected {show.window(expected, at)}"
        message = f"{where} differs from byte {at} on ({lengths}): {shown}"
    yield Finding(rule="wire/body", message=message)


def compare_pairs(
    rule: str, where: str, expected: Sequence[Decoded], got: Sequence[Decoded], show: Show
) -> Iterator[Finding]:
    """What an ordered multiset of pairs lacks, and has in addition."""
    if list(expected) == list(got):
        return

    def listed(pairs: Sequence[Decoded]) -> str:
        return ", ".join(show(name) + ("" if value is None else f"={show(value)}") for name, value in pairs)

    wanted, came = Counter(expected), Counter(got)
    missing, extra = list((wanted - came).elements()), list((came - wanted).elements())
    if not missing and not extra:
        message = f"{where} has its pairs in another order: {listed(got)}, expected {listed(expected)}"
    else:
        facts = [f"lacks {listed(missing)}"] if missing else []
        facts += [f"has {listed(extra)}, which was not asked for"] if extra else []
        message = f"{where} {' and '.join(facts)}"
    yield Finding(rule=rule, message=message)


def compare_json(wanted: str, got: bytes, show: Show) -> Iterator[Finding]:
    """Every difference between a JSON text and the bytes that arrived."""
    try:
        sent, again = _parse_json(got.decode("utf-8"))
    except (ValueError, DecimalException, RecursionError) as problem:
        message = f"the body is not JSON: {show(str(problem))}; it is {show(got[:1000])}"
        yield Finding(rule="wire/body", message=message)
        return
    for key in again:
        message = f"the key {show(key)} stands twice in one object of the body"
        yield Finding(rule="wire/body", message=message)
    expected, _ = _parse_json(wanted)
    for index, (pointer, message) in enumerate(_differences(expected, sent, "", show)):
        if index == MAX_DIFFERENCES:
            yield Finding(rule="wire/body", message="the body has more differences than are shown")
            return
        yield Finding(rule="wire/body", pointer=pointer, message=message)


def _parse_json(text: str) -> tuple[Any, list[str]]:
    """The value with exact numbers, and the keys that an object repeats."""
    again: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        again.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not a JSON value")

    value = json.loads(
        text, parse_int=Decimal, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=collect
    )
    return value, again


def _differences(expected: Any, got: Any, pointer: str, show: Show) -> Iterator[tuple[str, str]]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected:
            at = pointer + escape_pointer(key)
            if key in got:
                yield from _differences(expected[key], got[key], at, show)
            else:
                yield at, f"the body lacks {show(at)}"
        for key in got:
            if key not in expected:
                at = pointer + escape_pointer(key)
                yield at, f"the body has {show(at)} in addition"
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            yield pointer, f"the array {show(pointer)} has {len(got)} items, expected {len(expected)}"
        for index, (a, b) in enumerate(zip(expected, got, strict=False)):
            yield from _differences(a, b, pointer + escape_pointer(index), show)
    elif type(expected) is not type(got) or expected != got:
        where = f"{show(pointer)} in the body" if pointer else "the body"
        yield pointer, f"{where} is {_json_text(got, show)}, expected {_json_text(expected, show)}"


def _json_text(value: Any, show: Show) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return show(value) if isinstance(value, str) else json.dumps(value)
