"""A template is Jinja's, with the filters of a language that make code of raw text.

The environment prints only `Code`. Raw text that reaches the output without a filter, and an
undefined name, are errors when a snippet is rendered, not surprises in a reader's terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from snippetgen.errors import Place, TemplateError, UsageError
from snippetgen.language import Language
from snippetgen.literal import Code
from snippetgen.model import Json, Pair
from snippetgen.scene import is_naming, is_unique
from snippetgen.text import Text

__all__ = ["load_template"]


@cache
def load_template(path: Path, language: Language, *, sandboxed: bool = False) -> jinja2.Template:
    """The template at that path, with the language's filters; a project's own is `sandboxed`."""
    environment = _environment(language, path.parent, sandboxed=sandboxed)
    try:
        return environment.get_template(path.name)
    except jinja2.TemplateSyntaxError as problem:
        place = Place(problem.filename or str(path), problem.lineno)
        raise TemplateError(problem.message or "syntax error", place=place) from problem
    except jinja2.TemplateNotFound as problem:
        raise UsageError(f"there is no template {path}") from problem


class _Environment(jinja2.Environment):
    """Jinja's, which puts an included template in its place once rather than calling it for each snippet."""

    def _generate(self, source: nodes.Template, *place: Any, **options: Any) -> str:
        return super()._generate(_Inliner(self).visit(source), *place, **options)


class _Inliner(NodeTransformer):
    def __init__(self, environment: jinja2.Environment) -> None:
        self._environment = environment

    def visit_Include(self, node: nodes.Include) -> list[nodes.Node]:  # noqa: N802  # Jinja's name
        """What the included template is made of."""
        name = node.template.as_const()
        text, path, _ = cast(jinja2.BaseLoader, self._environment.loader).get_source(self._environment, name)
        included: nodes.Template = self.visit(self._environment.parse(text, name, path))
        return included.body


def _environment(language: Language, folder: Path, *, sandboxed: bool) -> jinja2.Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    kind = ImmutableSandboxedEnvironment if sandboxed else _Environment
    environment = kind(
        loader=jinja2.FileSystemLoader([folder] if sandboxed else [folder, *language.bases]),
        auto_reload=False,  # else every include of every snippet would ask for its file's date
        undefined=jinja2.StrictUndefined,
        finalize=_only_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is code, not HTML; `finalize` is the stricter guard
    )
    environment.filters = _filters(language)
    environment.tests = {"unique": is_unique, "naming": is_naming}
    environment.globals = {}
    if isinstance(environment, ImmutableSandboxedEnvironment):
        environment.intercepted_binops = frozenset({"*", "**"})
        environment.binop_table |= dict.fromkeys(environment.intercepted_binops, _refused)
    return environment


def _refused(*_: object) -> Any:
    """In place of an operator that makes a value of any size from a short template; no snippet needs one."""
    raise jinja2.TemplateRuntimeError("a project's template cannot multiply")


def _only_code(value: object) -> Code:
    if isinstance(value, Code):
        return value
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:80] + "…"
    raise jinja2.TemplateRuntimeError(f"raw text would become code: {shown}; put a filter behind it")


def _identifier(name: str) -> Code:
    """A name that stands in code as it is; anything else is refused."""
    if not name.isidentifier() or not name.isascii():
        raise jinja2.TemplateRuntimeError(f"{name!r} is not an identifier")
    return Code(name)


def _lines(text: str) -> list[str]:
    """The lines of a header section, the empty one together with the last."""
    return re.findall(r"[^\n]+\n(?:\r\n)*|[^\n]+", text)


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    inner = language.interpolations[-1] if language.interpolations else None

    def inside(text: str) -> Code:
        return Code((inner or language.literal.style(text)).escape(text))

    def member(pair: Pair, margin: str = "", column: int = 0) -> Code:
        name = language.literal.encode(pair.name) + language.data["colon"]
        name = name.rstrip() if language.lead else name
        width = (column or len(margin)) + len(name) + 2
        return Code(name + language.chain((pair.value or Text(),), margin, width))

    def nest(value: Any, margin: str = "") -> Code:
        return Code(_nest(value, language, margin))

    def data(value: Json, margin: str = "") -> Code:
        return Code(_data(value, language, margin, language.width))

    return {
        "literal": language.literal.encode,
        "expression": language.expression,
        "inside": inside,
        "comment": language.comment.encode,
        "block": language.lines,
        "chain": language.chain,
        "lines": _lines,
        "data": data,
        "identifier": _identifier,
        "length": len,
        "lower": str.lower,
        "member": member,
        "nest": nest,
        "variable": lambda path, files: next(file.name for file in files if file.path == path),
    }


def _nest(value: Any, language: Language, margin: str) -> str:
    """Code, or a tuple of such, on one line where that is short enough, else one member a line."""
    if not isinstance(value, tuple):
        return _only_code(Code(language.data["null"]) if value is None else value)
    table = language.data
    inner = margin + table["indent"]
    opening, closing = table["tuple"].split(" ")
    whole = opening + ", ".join(_nest(item, language, inner) for item in value) + closing
    if "\n" not in whole and len(margin) + len(whole) < language.width:
        return whole
    return _group([_nest(item, language, inner) for item in value], table["tuple"], table, inner, margin)


def _data(value: Json, language: Language, margin: str, column: int) -> str:
    """A JSON value as a data literal of the language, one member a line.

    A list of scalars inside it stands on one line where it fits behind `column`.
    """
    table = language.data
    if isinstance(value, bool) or value is None:
        return table[{True: "true", False: "false", None: "null"}[value]]
    if isinstance(value, int | float):
        return repr(value).replace("e+", "e")
    if isinstance(value, str):
        return language.literal.encode(value)
    inner = margin + table["indent"]
    if isinstance(value, dict):
        names = [language.literal.encode(name) + table["colon"] for name in value]
        members = zip(names, value.values(), strict=True)
        pairs = [name + _data(member, language, inner, len(inner) + len(name)) for name, member in members]
        return _group(pairs, table["object"], table, inner, margin)
    items = [_data(item, language, inner, len(inner)) for item in value]
    row = table["array"].replace(" ", ", ".join(items))
    if column + len(row) < language.width and not any(isinstance(item, dict | list) for item in value):
        return row
    return _group(items, table["array"], table, inner, margin)


def _group(items: list[str], brackets: str, table: Any, inner: str, margin: str) -> str:
    opening, closing = brackets.split(" ")
    if not items:
        return opening + closing
    body = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{body}{table['trailing']}\n{margin}{closing}"
