"""`render` prints snippets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

from snippetgen.command.option import recorded_options, select_options
from snippetgen.command.recorded import read_hars
from snippetgen.command.select import endpoints, selection
from snippetgen.errors import UnsupportedError, UsageError

__all__ = ["render"]


@click.command()
@click.argument("specs", metavar="[SPEC]", type=click.Path(), nargs=-1)
@recorded_options
@select_options
@click.option(
    "--locale", metavar="TAG", default="en", show_default=True, help="The language of the comments."
)
def render(
    specs: Sequence[str],
    hars: Sequence[str],
    *,
    redact: bool,
    languages: Sequence[str],
    locale: str,
    **names: Any,
) -> None:
    r"""Print snippets; what is asked for, and nothing else.

    \b
    snippetgen render SPEC --language go --example local-image
    snippetgen render SPEC --endpoint instance-segmentation --language python --locale ja
    snippetgen render --har request.json --language curl
    """
    if hars:
        recorded = read_hars(specs, hars, redact=redact, **names)
        _render_recorded(recorded, selection(None, languages))
    elif len(specs) != 1:
        raise UsageError("one SPEC is needed" if not specs else "one SPEC at a time", fix="or use --har FILE")
    else:
        click.echo("\n".join(_snippets(specs[0], languages, locale, **names)), nl=False)


def _snippets(
    spec: str, languages: Sequence[str], locale: str, *, endpoint: str | None, example: str | None
) -> list[str]:
    from snippetgen.locale import Catalogs
    from snippetgen.render import render as render_snippet
    from snippetgen.spec import load_api

    api = load_api(spec)
    if locale not in api.locales:
        known = ", ".join(api.locales)
        raise UsageError(f"{spec} is not published in {locale!r}", fix=f"choose one of: {known}")
    translate = Catalogs(api.folder / "locales", api.id).locale(locale).translate
    chosen = selection(api, languages)
    return [
        render_snippet(item.request, language, client, translate).code
        for page in endpoints(api, endpoint, example)
        for item in page.examples
        if example is None or item.id == example
        for language, client in chosen
    ]


def _render_recorded(recorded: Any, chosen: Sequence[Any]) -> None:
    """Print the snippets of recorded requests; where one cannot be expressed, name it and exit with 2."""
    from snippetgen.render import render as render_snippet

    snippets: list[str] = []
    missing = len(recorded.refused)
    for item in recorded.requests:
        for language, client in chosen:
            try:
                snippets.append(render_snippet(item.request, language, client).code)
            except UnsupportedError as problem:
                missing += 1
                click.echo(f"{item.name}: {problem.message}", err=True)
    click.echo("\n".join(snippets), nl=False)
    if missing:
        sys.exit(2)
