"""A number within the bounds of a schema, exact and near 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import Any

__all__ = ["number"]

_TESTS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
}


def number(facts: Mapping[str, Any], *, whole: bool, salt: int = 0, variation: int = 0) -> int | float | None:
    """The number, the `salt`th of those that fit; None where the bounds leave none.

    A `variation` is another one, further away each time: a fraction, a bound, something large or negative.
    """
    bounds = {key: _exact(facts[key]) for key in _TESTS if isinstance(facts.get(key), int | float)}
    step = _step(facts, whole=whole)
    usual = next(_fitting(bounds, _candidates(bounds, step, salt), whole=whole), None)
    if usual is None or not variation:
        return usual
    return next(islice(_fitting(bounds, _variations(bounds, step), whole=whole), variation - 1, None), usual)


def _fitting(
    bounds: Mapping[str, Fraction], values: Iterable[Fraction], *, whole: bool
) -> Iterator[int | float]:
    for value in values:
        if all(_TESTS[key](value, bound) for key, bound in bounds.items()):
            if value.denominator == 1:
                yield value.numerator
            elif not whole:
                yield float(value)


def _variations(bounds: Mapping[str, Fraction], step: Fraction | None) -> Iterator[Fraction]:
    size = step or Fraction(1)
    if step is None:
        yield from (
            Fraction(3, 2),
            *(bound + Fraction(sign, 2) for bound in bounds.values() for sign in (1, -1)),
        )
    yield from (size * round(bound / size) for bound in bounds.values())
    yield from (size * n for n in (0, -1, 10, 100, 1_000, 1_000_000, -1_000))


def _exact(value: Any) -> Fraction:
    return Fraction(Decimal(str(value)))


def _step(facts: Mapping[str, Any], *, whole: bool) -> Fraction | None:
    """What the number is a multiple of; whole multiples of n/d are those of n."""
    step = _exact(facts["multipleOf"]) if facts.get("multipleOf") else None
    return Fraction(step.numerator) if step and whole else step


def _candidates(bounds: Mapping[str, Fraction], step: Fraction | None, salt: int) -> Iterator[Fraction]:
    size = step or Fraction(1)
    low = [ceil(bounds[key] / size) for key in ("minimum", "exclusiveMinimum") if key in bounds]
    high = [floor(bounds[key] / size) for key in ("maximum", "exclusiveMaximum") if key in bounds]
    start = max([*low, 1]) if not high or max([*low, 1]) <= min(high) else max(low, default=min(high))
    ends = (min(high), min(high) - 1) if high else ()
    yield from (size * n for n in (start + salt, start + salt + 1, start, start + 1, *ends))
    if step is None and bounds:
        yield sum(bounds.values(), Fraction()) / len(bounds)
