"""A `Snippet` is one request in one client, as text: a template laid out what `Request` computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from snippetgen.errors import Place, SnippetgenError, TemplateError, UnsupportedError
from snippetgen.language import Client, Language
from snippetgen.model import Request
from snippetgen.scene import scene
from snippetgen.template import load_template

__all__ = ["Snippet", "Translate", "render", "render_template"]

Translate = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The text of one snippet, with what it was made from."""

    language: Language
    client: Client
    request: Request
    code: str


def render(
    request: Request,
    language: Language,
    client: Client | None = None,
    translate: Translate = str,
) -> Snippet:
    """The snippet of a request in a client, by default the first that can express it.

    `translate` turns an English sentence of a comment into the reader's language.
    """
    if client and (reason := client.refusal(request)):
        raise UnsupportedError(reason)
    chosen = client or language.client_for(request)
    values = scene(request, language, chosen)
    template = load_template(chosen.template, language.written_for(chosen.id))
    code = _output(template, values, translate)
    limit = chosen.limits.code_bytes
    if limit and len(code.encode()) > limit:
        raise UnsupportedError(f"{chosen.title} cannot run a command of more than {limit} bytes")
    return Snippet(language=language, client=chosen, request=request, code=code)


def render_template(
    path: Path, language: Language, values: dict[str, Any], translate: Translate = str
) -> str:
    """The text of a project's own snippet template, rendered in Jinja's sandbox.

    Whatever it raises is what is wrong with it, be it that it calls itself without an end.
    """
    try:
        return _output(load_template(path, language, sandboxed=True), values, translate)
    except SnippetgenError:
        raise
    except Exception as problem:
        what = f"{type(problem).__name__}: {problem}".rstrip(": ")
        raise TemplateError(f"the template fails with {what}", place=Place(str(path))) from problem


def _output(template: jinja2.Template, values: dict[str, Any], translate: Translate) -> str:
    try:
        context = template.new_context({**values, "_": translate}, shared=True)
        return "".join(template.root_render_func(context))
    except jinja2.TemplateError as problem:
        raise TemplateError(str(problem), place=Place(str(template.filename))) from problem
