"""Positions: on which line and in which column of a JSON or YAML text the value at a pointer stands.

Nothing is positioned until a message needs it. JSON is then scanned along the pointer alone, YAML once.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import yaml

from snippetgen.exact import TextError, without_collector
from snippetgen.yamlcore import events

__all__ = ["Position", "find_position", "repeated_key"]

Position = tuple[int, int]  # line and column, both from 1

_SPACE = re.compile(r"[ \t\n\r]*")
_scan = json.JSONDecoder(strict=False).raw_decode


def find_position(text: str, tokens: Sequence[str]) -> Position | None:
    """Where the value stands that these reference tokens (RFC 6901) lead to, or its nearest ancestor.

    A member is shown at its key; of a repeated key, the first is meant. None where the text is unreadable.
    """
    return _index(text).find(tokens)


class _Index(Protocol):
    def find(self, tokens: Sequence[str]) -> Position | None: ...


@lru_cache(maxsize=8)
def _index(text: str) -> _Index:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return _JsonIndex(text)
        except ValueError:
            pass  # a flow mapping of YAML begins like JSON
    return _YamlIndex(text)


class _JsonIndex:
    """The offsets of a JSON text; an object or array is scanned when a pointer first leads into it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _Lines(text)
        self.children: dict[int, dict[str, tuple[int, int]]] = {}
        self.start = _space(text, 0)
        self.child(self.start, "")

    def find(self, tokens: Sequence[str]) -> Position:
        shown = offset = self.start
        for token in tokens:
            found = self.child(offset, token)
            if found is None:
                break
            shown, offset = found
        return self.lines.position(shown)

    def child(self, offset: int, token: str) -> tuple[int, int] | None:
        """Where the child of that name is to be shown, and where its value begins."""
        if offset not in self.children:
            with without_collector():
                members = reversed([*_members(self.text, offset)])
            self.children[offset] = {name: (shown, value) for name, shown, value in members}
        return self.children[offset].get(token)


def _members(text: str, offset: int) -> Iterator[tuple[str, int, int]]:
    """The name, the offset to show and the offset of the value of each child of the value at an offset."""
    opening = text[offset]
    position = _space(text, offset + 1)
    if opening not in "{[" or text[position] in "}]":
        return
    number = 0
    while True:
        name, shown = str(number), position
        if opening == "{":
            name, position = _scan(text, position)
            position = _space(text, _space(text, position) + 1)
        yield name, shown, position
        position = _space(text, _scan(text, position)[1])
        if text[position] != ",":
            return
        position = _space(text, position + 1)
        number += 1


def _space(text: str, offset: int) -> int:
    """The offset of what follows the white space here."""
    found = _SPACE.match(text, offset)
    return found.end() if found else offset


def repeated_key(text: str) -> tuple[str, Position, Position]:
    """A key that stands twice in one object of a JSON text, and both positions; LookupError if none does."""
    lines, queue = _Lines(text), [_space(text, 0)]
    while queue:
        seen: dict[str, int] = {}
        for name, shown, value in _members(text, queue.pop()):
            if name in seen:
                return name, lines.position(seen[name]), lines.position(shown)
            seen[name] = shown
            queue.append(value)
    raise LookupError("no key is repeated")


class _Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *[match.end() for match in re.finditer("\n", text)]]

    def position(self, offset: int) -> Position:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@dataclass(slots=True)
class _Node:
    """A value in a YAML text: where it begins, and its children with where each is to be shown."""

    shown: Position
    children: dict[str, tuple[Position, _Node]]


class _YamlIndex:
    """The positions of everything in a YAML text; none where it is not YAML."""

    def __init__(self, text: str) -> None:
        self.anchors: dict[str, _Node] = {}
        self.events = events(text)
        self.root: _Node | None = None
        with without_collector(), suppress(TextError, StopIteration, RecursionError, LookupError):
            next(self.events), next(self.events)  # the starts of the stream and of the document
            self.root = self.node(next(self.events))

    def find(self, tokens: Sequence[str]) -> Position | None:
        node = self.root
        if node is None:
            return None
        shown = node.shown
        for token in tokens:
            if token not in node.children:
                break
            shown, node = node.children[token]
        return shown

    def node(self, event: Any) -> _Node:
        if isinstance(event, yaml.AliasEvent):
            return self.anchors[str(event.anchor)]
        node = _Node(_position(event), {})
        if isinstance(event, yaml.MappingStartEvent):
            self.mapping(node.children)
        elif isinstance(event, yaml.SequenceStartEvent):
            self.sequence(node.children)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def mapping(self, children: dict[str, tuple[Position, _Node]]) -> None:
        while not isinstance(key := next(self.events), yaml.MappingEndEvent):
            value = self.node(next(self.events))
            children.setdefault(key.value, (_position(key), value))

    def sequence(self, children: dict[str, tuple[Position, _Node]]) -> None:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            children[str(len(children))] = _position(event), self.node(event)


def _position(event: Any) -> Position:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
