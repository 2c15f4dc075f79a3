"""YAML read by the core schema of YAML 1.2.2 (section 10.3): no dates, no `no` for false, no sexagesimals.

Keys are strings; a repeated key is an error. libyaml finds the events, and the values are built of them
here, since composing nodes first takes three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from snippetgen.exact import MAX_DEPTH, ExactFloat, TextError, without_collector

__all__ = ["MAX_EXPANDED", "events", "loads"]

MAX_EXPANDED = 1_000_000  # values that aliases repeat; a "billion laughs" file stops here
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"(?P<sign>[-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_JSON_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("+-.0123456789")


def loads(text: str) -> Any:
    """The value of the one document in a text; a TextError says where and why it has none."""
    with without_collector():
        return _Reader(text).document()


def events(text: str) -> Iterator[Any]:
    """The events of a text (YAML 1.2.2 section 3.1), each with its marks; a TextError where it is no YAML."""
    loader = None
    try:
        loader = _Loader(text)
        while loader.check_event():
            yield loader.get_event()
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or str(problem)
        raise _error(f"not valid YAML: {reason}", mark) from problem
    finally:
        if loader is not None:
            loader.dispose()


def _error(message: str, mark: Any) -> TextError:
    return TextError(message, mark.line + 1, mark.column + 1) if mark else TextError(message)


class _Reader:
    """One reading: the events that are left, what anchors stand for, and how many values aliases added."""

    def __init__(self, text: str) -> None:
        self.events = events(text)
        self.next = self.events.__next__
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.count = 0
        self.expanded = 0
        self.depth = 0

    def document(self) -> Any:
        self.next()  # the start of the stream
        start = self.next()
        if isinstance(start, yaml.StreamEndEvent):
            raise TextError("the file is empty")
        value = self.value(self.next())
        self.next()  # the end of the document
        after = self.next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise _error("a second document begins here; one file holds one", after.start_mark)
        return value

    def value(self, event: Any) -> Any:
        kind = event.__class__
        if kind is yaml.AliasEvent:
            return self.alias(event)
        before = self.count
        self.count += 1
        if kind is yaml.ScalarEvent:
            value = _scalar(event)
        else:
            _check_tag(event, "map" if kind is yaml.MappingStartEvent else "seq")
            value = self.container(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.count - before
        return value

    def container(self, event: Any) -> Any:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _error(f"nested more than {MAX_DEPTH} levels deep", event.start_mark)
        value = self.mapping() if event.__class__ is yaml.MappingStartEvent else self.sequence()
        self.depth -= 1
        return value

    def sequence(self) -> list[Any]:
        result = []
        while (event := self.next()).__class__ is not yaml.SequenceEndEvent:
            result.append(self.value(event))
        return result

    def mapping(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        keys: dict[str, Any] = {}
        while (event := self.next()).__class__ is not yaml.MappingEndEvent:
            key = self.key(event, keys)
            result[key] = self.value(self.next())
        return result

    def key(self, event: Any, keys: dict[str, Any]) -> str:
        """The key that a mapping has here, which joins the ones before it with their marks."""
        if event.__class__ is not yaml.ScalarEvent:
            raise _error("a key must be a plain string", event.start_mark)
        key: str = event.value
        if key in keys:
            message = f"the key {key!r} stands on line {keys[key].line + 1} already"
            raise _error(message, event.start_mark)
        if key == "<<" and event.implicit[0]:
            raise _error("`<<` merges in YAML 1.1 only; write the members out", event.start_mark)
        keys[key] = event.start_mark
        return key

    def alias(self, event: Any) -> Any:
        if event.anchor not in self.anchors:
            message = f"the alias *{event.anchor} has no anchor before it, or stands inside of it"
            raise _error(message, event.start_mark)
        value, size = self.anchors[event.anchor]
        self.count += size
        self.expanded += size
        if self.expanded > MAX_EXPANDED:
            message = f"the aliases expand to more than {MAX_EXPANDED:,} values"
            raise _error(message, event.start_mark)
        return value


def _check_tag(event: Any, name: str) -> None:
    if event.tag not in {None, "!", _TAG + name}:
        raise _error(f"the tag {event.tag} is not allowed", event.start_mark)


def _scalar(event: Any) -> Any:
    if event.tag is not None:
        return _tagged(event)
    if not event.implicit[0]:
        return event.value
    try:
        return _plain(event.value)
    except ValueError as problem:  # an integer with more digits than Python converts
        raise _error(f"a number is too long: {problem}", event.start_mark) from problem


def _plain(text: str) -> Any:
    """The value of a plain scalar: the core schema's tag resolution (YAML 1.2.2 section 10.3.2)."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    if _INT.fullmatch(text):
        return _int(text)
    if _FLOAT.fullmatch(text) or _SPECIAL.fullmatch(text):
        return _float(text)
    return text


def _int(text: str) -> int:
    return int(text, 0) if text.startswith(("0o", "0x")) else int(text)


def _float(text: str) -> float:
    """A number that JSON writes the same way remembers its spelling."""
    if _JSON_FLOAT.fullmatch(text):
        return ExactFloat(text)
    special = _SPECIAL.fullmatch(text)
    if special is None:
        return float(text)
    return float("nan") if special["sign"] is None else float(special["sign"] + "inf")


_TAGGED: dict[str, Callable[[str], Any]] = {
    "!": str,
    "str": str,
    "null": _WORDS.__getitem__,
    "bool": _WORDS.__getitem__,
    "int": _int,
    "float": _float,
}


def _tagged(event: Any) -> Any:
    """The value of a scalar whose tag is written out, for instance `!!str 1`."""
    read = _TAGGED.get(event.tag.removeprefix(_TAG))
    if read is None:
        raise _error(f"the tag {event.tag} is not allowed", event.start_mark)
    try:
        return read(event.value)
    except (KeyError, ValueError) as problem:
        raise _error(f"{event.value!r} is no {event.tag}", event.start_mark) from problem
