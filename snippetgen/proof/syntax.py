"""Syntax errors of a snippet, found by its language's tree-sitter grammar, without a toolchain."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["grammar_found", "syntax_errors", "uncommented"]

MAX_ERRORS = 5
MAX_SHOWN = 60


@cache
def _grammar(module: str) -> Any:
    """The tree-sitter language of a grammar's module, or None where it is not installed."""
    try:
        grammar, core = import_module(module), import_module("tree_sitter")
    except ImportError:
        return None
    name = f"language_{module.removeprefix('tree_sitter_')}"  # PHP and TypeScript have several grammars
    return core.Language(getattr(grammar, name if hasattr(grammar, name) else "language")())


def grammar_found(module: str) -> bool:
    """Whether the parser of that grammar is installed."""
    return _grammar(module) is not None


def syntax_errors(code: str, module: str) -> list[str] | None:
    """What the grammar cannot read, one message a place; None where the parser is not installed."""
    language = _grammar(module)
    if language is None:
        return None
    tree = import_module("tree_sitter").Parser(language).parse(code.encode())
    return [_syntax_error(node) for node in _broken_nodes(tree.root_node)][:MAX_ERRORS]


def uncommented(code: str, module: str) -> bytes | None:
    """The code without its comments, byte for byte; None where the parser is not installed."""
    language = _grammar(module)
    if language is None:
        return None
    octets = code.encode()
    tree = import_module("tree_sitter").Parser(language).parse(octets)
    kept, done = [], 0
    for node in _comments(tree.root_node):
        kept.append(octets[done : node.start_byte])
        done = node.end_byte
    return b"".join((*kept, octets[done:]))


def _comments(node: Any) -> Iterator[Any]:
    if "comment" in node.type:
        yield node
    else:
        for child in node.children:
            yield from _comments(child)


def _broken_nodes(node: Any) -> Iterator[Any]:
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from _broken_nodes(child)


def _syntax_error(node: Any) -> str:
    line = node.start_point[0] + 1
    if node.is_missing:
        return f"line {line} lacks {node.type!r}"
    text = (node.text or b"").decode("utf-8", "replace").splitlines() or [""]
    shown = text[0] if len(text[0]) <= MAX_SHOWN else f"{text[0][:MAX_SHOWN]}…"
    return f"line {line} cannot be parsed at {shown!r}"
