"""A `Sampler` makes a value for a schema: from its examples, its default, its enum, else from its keywords.

A first attempt takes every example at its word. Where the value fails its schema, the examples at the
places that failed are left out and other alternatives are taken, until a value is valid or there is
nothing left to try.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from snippetgen.model import Json
from snippetgen.openapi.direction import MARKS, Direction
from snippetgen.openapi.document import Document
from snippetgen.openapi.pattern import python_pattern
from snippetgen.sampling.facts import Facts, gather
from snippetgen.sampling.number import number as make_number
from snippetgen.sampling.word import lengths, words
from snippetgen.source import escape_pointer, split_pointer

__all__ = ["Check", "Sampler", "Unsatisfied"]

Check = Callable[[Json], Mapping[str, str]]  # what is wrong with a value, by pointer

_ATTEMPTS = 48
_PATIENCE = 24  # attempts after which an optional property that stays wrong is left out
_MAX_DEPTH = 24  # of required properties inside required properties: deeper than this, they have no end
_MAX_SIZE = 100_000  # values and characters that a schema may require: a request in the docs has no more
_OPTIONAL_DEPTH = 3  # levels at which optional properties are shown where all are asked for
_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("object", frozenset({"properties", "required", "additionalProperties", "minProperties"})),
    ("array", frozenset({"items", "prefixItems", "minItems", "contains"})),
    ("number", frozenset({"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"})),
)


class Unsatisfied(Exception):  # noqa: N818  # it is about a schema, and caught where that is named
    """No value was found that satisfies a schema: `reason` says what stood in the way, `at` where."""

    def __init__(self, reason: str, at: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Sampler:
    """Makes values for the schemas of one document, in one direction.

    Objects hold what is required. One that is required itself and requires nothing holds everything at its
    first level; with `optional`, all do.
    """

    def __init__(self, document: Document, direction: Direction, *, optional: bool = False) -> None:
        self.document = document
        self.direction = direction
        self.optional = optional
        self.left: dict[str, str] = {}

    def sample(self, schema: Any, check: Check, *, hint: str = "") -> Json:
        """A value for which `check` names no pointer with what is wrong there; else Unsatisfied.

        An optional property that stays wrong is left out; `left` says where and why.
        """
        self.left = {}
        banned: set[str] = set()
        turns: Counter[str] = Counter()
        reasons: dict[str, str] = {}  # of the first value that was wrong there, which is the plainest
        failure = Unsatisfied("nothing was tried")
        for number in range(_ATTEMPTS):
            attempt = _Attempt(self, banned, turns, hint)
            try:
                value = attempt.value(schema, "", frozenset())
            except Unsatisfied as dead_end:
                failure, wrong = dead_end, {dead_end.at: dead_end.reason}
            else:
                wrong = dict(check(value))
                failure = Unsatisfied(_said(wrong))
            if not wrong:
                return value
            wrong = {place: reasons.setdefault(place, reason) for place, reason in wrong.items()}
            learned = _learn(number, wrong, attempt.shown, attempt.chosen, banned, turns)
            patient = learned and number < _PATIENCE
            if not patient and not self.leave(wrong, attempt.optional) and not learned:
                break
        raise failure

    def leave(self, wrong: Mapping[str, str], optional: set[str]) -> bool:
        """Leave out the innermost optional properties that are wrong; False where there are none."""
        inner = {place: reason for pointer, reason in wrong.items() if (place := _within(pointer, optional))}
        self.left |= inner
        return bool(inner)


def _said(wrong: Mapping[str, str]) -> str:
    place, message = next(iter(wrong.items()), ("", ""))
    return f"the value made for it is wrong at {place or 'its root'}: {message}"


def _learn(
    number: int,
    wrong: Iterable[str],
    shown: set[str],
    chosen: Mapping[str, int],
    banned: set[str],
    turns: Counter[str],
) -> bool:
    """Leave out the examples that were wrong; where there were none, take the next alternatives.

    Those nearest to what was wrong change with every turn, those around them more slowly. False where
    nothing is left that could be done otherwise.
    """
    places = {place for pointer in wrong for place in _above(pointer)}
    if places & shown:
        banned |= places & shown
        return True
    for distance, place in enumerate(sorted(places & chosen.keys() or chosen, key=len, reverse=True)):
        turns[place] += number % (2 * distance + 1) == 0
    return bool(chosen)


def _above(pointer: str) -> list[str]:
    """The pointer and all that lead to what holds its value."""
    tokens = split_pointer(pointer)
    return [escape_pointer(*tokens[:length]) for length in range(len(tokens), -1, -1)]


def _within(pointer: str, places: set[str]) -> str | None:
    """The innermost of these places that a pointer is in."""
    return next((place for place in _above(pointer) if place in places), None)


class _Attempt:
    """One value: `shown` are the places that an example filled, `chosen` those with alternatives.

    `optional` are the properties that are there without being required.
    """

    def __init__(self, sampler: Sampler, banned: set[str], turns: Mapping[str, int], hint: str) -> None:
        self.sampler = sampler
        self.banned = banned
        self.turns = turns
        self.hint = hint
        self.shown: set[str] = set()
        self.chosen: dict[str, int] = {}
        self.optional: set[str] = set()
        self.needed = {""}  # places that are required, which are not left empty
        self.size = 0

    def value(self, schema: Any, at: str, above: frozenset[str], salt: int = 0) -> Json:
        facts = self.gather(schema, at)
        keywords = facts.keywords
        self.grow(1, at)
        if keywords is None:
            raise Unsatisfied(f"nothing is allowed at {at or 'its root'}", at)
        if len(split_pointer(at)) > _MAX_DEPTH:
            raise Unsatisfied("what it requires has no end", at)
        if at not in self.banned:
            for example in _examples(keywords):
                self.shown.add(at)
                return example
        if "const" in keywords and not self.sampler.document.version.startswith("3.0"):
            const: Json = keywords["const"]
            return const
        if isinstance(keywords.get("enum"), list) and keywords["enum"]:
            enum: list[Json] = keywords["enum"]
            return enum[(self.turn(at, len(enum)) + self.round(at) + salt) % len(enum)]
        return self.made(keywords, at, above | facts.refs, salt)

    def grow(self, size: int, at: str) -> None:
        """Count what has to be written, so that a bound of a schema bounds no memory."""
        self.size += size
        if self.size > _MAX_SIZE:
            raise Unsatisfied(f"what it requires is larger than {_MAX_SIZE:,} values and characters", at)

    def turn(self, at: str, count: int) -> int:
        """Which of that many alternatives it is this place's turn to take."""
        self.chosen[at] = max(count, self.chosen.get(at, 1))
        return self.turns.get(at, 0) % count

    def is_rich(self, at: str) -> bool:
        """Whether every alternative was tried with what is required alone, which cannot tell them apart."""
        return self.turns.get(at, 0) // self.chosen.get(at, 1) % 2 == 1

    def round(self, at: str) -> int:
        """How often every alternative of this place, or of one around it, was tried with nothing else."""
        return max((self.turns[p] // self.chosen[p] for p in _above(at) if p in self.chosen), default=0)

    def variation(self, at: str) -> int:
        """Which other value than the usual one to make: 0 until richer objects were tried too."""
        return max(self.round(at) - 1, 0)

    def gather(self, schema: Any, at: str) -> Facts:
        """The facts of a schema, with the alternatives that it is this place's turn to take."""

        def choose(count: int) -> int:
            return self.turn(at, count)

        return gather(self.sampler.document, schema, choose)

    def made(self, keywords: Mapping[str, Any], at: str, above: frozenset[str], salt: int) -> Json:
        kind = self.kind(keywords, at)
        if kind == "object":
            return self.object(keywords, at, above)
        if kind == "array":
            return self.array(keywords, at, above)
        if kind in {"integer", "number"}:
            found = make_number(keywords, whole=kind == "integer", salt=salt, variation=self.variation(at))
            if found is None:
                raise Unsatisfied(f"its bounds at {at or 'its root'} leave no number", at)
            return found
        if kind in {"boolean", "null"}:
            return True if kind == "boolean" else None
        return self.string(keywords, at, salt)

    def kind(self, keywords: Mapping[str, Any], at: str) -> str:
        types = keywords.get("type")
        if isinstance(types, list):
            named = [name for name in types if name != "null"] or ["null"]
            return str(named[self.turn(at, len(named)) if len(named) > 1 else 0])
        if isinstance(types, str):
            return types
        return next((kind for kind, hints in _KINDS if hints & keywords.keys()), "string")

    def object(self, keywords: Mapping[str, Any], at: str, above: frozenset[str]) -> dict[str, Json]:
        properties = keywords.get("properties") or {}
        required = [name for name in keywords.get("required", ()) if not self.is_barred(properties.get(name))]
        self.needed |= {at + escape_pointer(name) for name in required}
        value = {name: self.member(keywords, name, at, above) for name in required}
        shown = at in self.needed and not required
        if self.sampler.optional:
            shown = len(split_pointer(at)) < _OPTIONAL_DEPTH
        shown = shown or self.is_rich(at)
        least = int(keywords.get("minProperties", 0))
        most = int(keywords.get("maxProperties", len(properties) + len(value)))
        for name, schema in properties.items():
            place = at + escape_pointer(name)
            wanted = name not in value and (len(value) < least or (shown and len(value) < most))
            if wanted and place not in self.sampler.left and self.is_shown(schema, at, above):
                self.optional.add(place)
                value[name] = self.member(keywords, name, at, above)
        for index in range(least - len(value)):
            name = f"key{index + 1}"
            value[name] = self.member(keywords, name, at, above)
        return value

    def member(self, keywords: Mapping[str, Any], name: str, at: str, above: frozenset[str]) -> Json:
        schema = (keywords.get("properties") or {}).get(name, keywords.get("additionalProperties", {}))
        return self.value(schema, at + escape_pointer(name), above)

    def is_barred(self, schema: Any) -> bool:
        """Whether the direction does not carry the property."""
        keywords = self.gather(schema, "").keywords or {}
        return keywords.get(MARKS[self.sampler.direction]) is True

    def is_shown(self, schema: Any, at: str, above: frozenset[str]) -> bool:
        """Whether an optional property is worth showing: allowed, not deprecated, and not what holds it."""
        facts = self.gather(schema, at)
        if facts.keywords is None or facts.keywords.get("deprecated") is True or facts.refs & above:
            return False
        items = self.gather(facts.keywords.get("items", {}), at)
        return not self.is_barred(schema) and not items.refs & above

    def array(self, keywords: Mapping[str, Any], at: str, above: frozenset[str]) -> list[Json]:
        first = keywords.get("prefixItems") or []
        rest = keywords.get("items", keywords.get("contains", {}))
        least = int(keywords.get("minItems", keywords.get("minContains", 1) if "contains" in keywords else 0))
        circular = bool(self.gather(rest, at).refs & above)
        most = int(keywords.get("maxItems", least + 3))
        count = max(least, len(first)) or (0 if circular or most == 0 else 1)
        if variation := self.variation(at):
            count = (count + variation) % (max(most, count) + 1)
        unique = keywords.get("uniqueItems") is True
        return [
            self.value(
                first[index] if index < len(first) else rest,
                at + escape_pointer(index),
                above,
                salt=index if unique else 0,
            )
            for index in range(count)
        ]

    def string(self, keywords: Mapping[str, Any], at: str, salt: int) -> str:
        self.grow(int(keywords.get("minLength", 0)), at)
        tokens = [token for token in split_pointer(at) if not token.isdigit()]
        hint = tokens[-1] if tokens else self.hint
        pattern = keywords.get("pattern")
        matched = python_pattern(pattern) if isinstance(pattern, str) else None
        found = words(keywords, matched, hint if not salt else f"{hint}{salt + 1}")
        usual = next(found, None)
        if usual is not None:
            return next(islice(lengths(keywords, matched, usual), self.variation(at), None), usual)
        reason = (
            f"no string was found for the pattern {pattern!r}" if pattern else "no string has its lengths"
        )
        raise Unsatisfied(reason, at)


def _examples(keywords: Mapping[str, Any]) -> Iterator[Json]:
    """What the schema shows: its example, the first of its examples, its default."""
    for key in ("example", "default"):
        if keywords.get(key) is not None:
            yield keywords[key]
        listed = keywords.get("examples")
        if key == "example" and isinstance(listed, list):
            yield from (value for value in listed if value is not None)
