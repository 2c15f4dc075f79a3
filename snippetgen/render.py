"""A `Snippet` is one request in one client, as text: a template laid out what `Request` computed.

The Jinja environment prints only `Code`. Raw text that reaches the output without a filter, and an
undefined name, are errors when the snippet is rendered, not surprises in a reader's terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from snippetgen.errors import Place, TemplateError, UnsupportedError, UsageError
from snippetgen.language import Client, Language
from snippetgen.literal import Code
from snippetgen.model import Credential, Json, Pair, Request, Text

__all__ = ["FileVariable", "Snippet", "Variable", "render", "render_template"]

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The text of one snippet, with what it was made from."""

    language: Language
    client: Client
    request: Request
    code: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A credential as a template sees it: its name in code, and what to say where it is unset."""

    credential: Credential
    name: Code
    env: str
    message: str


@dataclass(frozen=True, slots=True)
class FileVariable:
    """A file as a template sees it: the variable that holds its bytes, and what to say on failure."""

    path: str
    name: Code
    problem: str


def render(
    request: Request,
    language: Language,
    client: Client | None = None,
    translate: Translate = str,
) -> Snippet:
    """The snippet of a request in a client, by default the first that can express it.

    `translate` turns an English sentence of a comment into the reader's language.
    """
    chosen = client or language.client_for(request)
    reason = chosen.refusal(request)
    if reason:
        raise UnsupportedError(reason)
    values = _values(request, language, chosen)
    template = _template(str(chosen.template), language)
    return Snippet(
        language=language, client=chosen, request=request, code=_output(template, values, translate)
    )


def _values(request: Request, language: Language, client: Client) -> dict[str, Any]:
    """The names a template may use; what it does not name, its snippet does not show."""
    body = request.body
    query = request.query if _has_builder(client, request.query) else ()
    form = body.pairs if body and _has_builder(client, body.pairs) else ()
    url = (request.base,) if query else request.url_terms
    form_terms = body.terms if body and not form else ()
    headers = _headers(request, client)
    parts = [part.text for part in body.parts if part.text is not None] if body else []
    texts = (*url, *form_terms, *parts, *(pair.value for pair in headers if pair.value is not None))
    return {
        "method": request.method,
        "url": url,
        "query": query,
        "headers": headers,
        "body": body,
        "form": form,
        "form_terms": form_terms,
        "needs": frozenset(encoding for text in texts for encoding in text.encodings()),
        "credentials": tuple(_variable(c, language) for c in request.credentials),
        "files": _files(request),
    }


def _has_builder(client: Client, pairs: tuple[Pair, ...]) -> bool:
    """Whether the client's own builder sends these pairs as they are, in order."""
    if client.pairs == "none" or any(pair.value is None or not pair.name for pair in pairs):
        return False
    return client.pairs == "all" or _is_unique(pairs)


def _headers(request: Request, client: Client) -> tuple[Pair, ...]:
    """The headers that the snippet must set: the request's, and its body's media type."""
    body = request.body
    if body is None or body.media_type is None:
        return request.headers
    built = body.is_data if body.kind == "json" else _has_builder(client, body.pairs)
    if built and client.implied.get(body.kind) == body.media_type:
        return request.headers
    return (*request.headers, Pair("Content-Type", Text.of(body.media_type)))


def _is_unique(pairs: tuple[Pair, ...]) -> bool:
    return len({pair.name for pair in pairs}) == len(pairs)


def _is_naming(pairs: tuple[Pair, ...], name: str) -> bool:
    return any(pair.name.lower() == name.lower() for pair in pairs)


def render_template(
    path: Path, language: Language, values: dict[str, Any], translate: Translate = str
) -> str:
    """The text of a project's own snippet template, rendered in Jinja's sandbox."""
    return _output(_template(str(path), language, sandboxed=True), values, translate)


def _files(request: Request) -> tuple[FileVariable, ...]:
    single = len(request.files) == 1
    name = "body" if request.body and request.body.file else "file"
    return tuple(
        FileVariable(path, Code(name if single else f"{name}{index}"), f"Cannot read {path}")
        for index, path in enumerate(request.files, start=1)
    )


def _output(template: jinja2.Template, values: dict[str, Any], translate: Translate) -> str:
    try:
        return template.render(values, _=translate)
    except jinja2.TemplateError as problem:
        raise TemplateError(str(problem), place=Place(str(template.filename))) from problem


def _variable(credential: Credential, language: Language) -> Variable:
    message = f"Set the {credential.env} environment variable."
    return Variable(credential, language.name(credential), credential.env, message)


@cache
def _template(path: str, language: Language, *, sandboxed: bool = False) -> jinja2.Template:
    environment = _environment(language, Path(path).parent, sandboxed=sandboxed)
    try:
        return environment.get_template(Path(path).name)
    except jinja2.TemplateSyntaxError as problem:
        raise TemplateError(problem.message or "syntax error", place=Place(path, problem.lineno)) from problem
    except jinja2.TemplateNotFound as problem:
        raise UsageError(f"there is no template {path}") from problem


def _environment(language: Language, folder: Path, *, sandboxed: bool) -> jinja2.Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    kind = ImmutableSandboxedEnvironment if sandboxed else jinja2.Environment
    environment = kind(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        finalize=_only_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the output is code, not HTML; `finalize` is the stricter guard
    )
    environment.filters = _filters(language)
    environment.tests = {"unique": _is_unique, "naming": _is_naming}
    environment.globals = {}
    return environment


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


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    def inside(text: str) -> Code:
        return Code((language.interpolation or language.literal.style(text)).escape(text))

    def block(text: str, margin: str = "") -> Code:
        style = language.block.style(text)
        inner = f"\n{margin}".join(style.escape(text).split("\n")) if style.margin else style.escape(text)
        opening, closing = (f.replace("{margin}", margin) for f in (style.open, style.close))
        return Code(f"{opening}{inner}{closing}")

    def expression(value: Text) -> Code:
        return language.expression(value)

    def data(value: Json, margin: str = "") -> Code:
        return Code(_data(value, language, margin))

    return {
        "literal": language.literal.encode,
        "expression": expression,
        "inside": inside,
        "comment": language.comment.encode,
        "block": block,
        "data": data,
        "identifier": _identifier,
        "length": len,
        "variable": lambda path, files: next(file.name for file in files if file.path == path),
    }


def _data(value: Json, language: Language, margin: str) -> str:
    """A JSON value as a data literal of the language, one member a line."""
    table = language.data
    if isinstance(value, bool) or value is None:
        return table[{True: "true", False: "false", None: "null"}[value]]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return language.literal.encode(value)
    inner = margin + table["indent"]
    if isinstance(value, dict):
        pairs = (
            language.literal.encode(k) + table["colon"] + _data(v, language, inner) for k, v in value.items()
        )
        return _group(list(pairs), table["object"], table, inner, margin)
    return _group([_data(v, language, inner) for v in value], table["array"], table, inner, margin)


def _group(items: list[str], brackets: str, table: Any, inner: str, margin: str) -> str:
    opening, closing = brackets.split(" ")
    if not items:
        return opening + closing
    body = f",\n{inner}".join(items)
    return f"{opening}\n{inner}{body}{table['trailing']}\n{margin}{closing}"
