"""`render` prints snippets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from snippetgen.command.opening import open_api
from snippetgen.command.option import recorded_options, remote_option, select_options
from snippetgen.command.output import say
from snippetgen.command.recorded import read_hars
from snippetgen.command.select import endpoints, selection
from snippetgen.errors import UnsupportedError, UsageError

if TYPE_CHECKING:
    from snippetgen.importing import Imported, Recorded
    from snippetgen.language import Client, Language
    from snippetgen.model import Request
    from snippetgen.render import Translate

__all__ = ["render"]

_Named = tuple[str, str]  # what a snippet is called on a terminal, and its code
_Outcome = tuple[list[_Named], list[str]]  # snippets, and why others cannot be


@click.command()
@click.argument("specs", metavar="[SPEC]", type=click.Path(), nargs=-1)
@remote_option
@recorded_options
@select_options
@click.option(
    "--locale", metavar="TAG", default="en", show_default=True, help="The language of the comments."
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that render recorded requests.",
)
def render(
    specs: Sequence[str],
    hars: Sequence[str],
    *,
    redact: bool,
    languages: Sequence[str],
    locale: str,
    jobs: int,
    **names: Any,
) -> None:
    r"""Print snippets; what is asked for, and nothing else.

    \b
    snippetgen render SPEC --language go --example local-image
    snippetgen render SPEC --endpoint instance-segmentation --language python --locale ja
    snippetgen render --har request.json --language curl
    """
    if hars:
        translate = _own_words(locale)
        recorded = read_hars(specs, hars, redact=redact, **names)
        _render_recorded(recorded, languages, translate, jobs)
    elif len(specs) != 1:
        raise UsageError("one SPEC is needed" if not specs else "one SPEC at a time", fix="or use --har FILE")
    else:
        _print(_snippets(specs[0], languages, locale, **names))


def _print(outcomes: Sequence[_Outcome], *, refused: bool = False) -> None:
    """Print the snippets; where one cannot be expressed, name it and exit with 2."""
    problems = [problem for _, found in outcomes for problem in found]
    for problem in problems:
        say(problem)
    _show([snippet for snippets, _ in outcomes for snippet in snippets])
    if refused or problems:
        sys.exit(2)


def _show(snippets: Sequence[_Named]) -> None:
    """Print one snippet exactly as it is, several with an empty line between, and their names on a terminal.

    The names go to stderr, so that stdout is code alone.
    """
    named = len(snippets) > 1 and sys.stdout.isatty()
    for number, (name, code) in enumerate(snippets, 1):
        if named:
            say(f"{name}:")
        gap = "\n" if code.endswith("\n") else "\n\n"
        click.echo(code if number == len(snippets) else code + gap, nl=False)


def _snippets(
    spec: str, languages: Sequence[str], locale: str, *, endpoint: str | None, example: str | None
) -> list[_Outcome]:
    from snippetgen.locale import Catalogs

    api = open_api(spec)
    if locale not in api.locales:
        known = ", ".join(api.locales)
        raise UsageError(f"{spec} is not published in {locale!r}", fix=f"choose one of: {known}")
    translate = Catalogs(api.folder / "locales", api.id).locale(locale).translate
    chosen = selection(api, languages)
    return [
        _outcome(item.request, f"{page.id}, {item.id}", chosen, translate)
        for page in endpoints(api, endpoint, example)
        for item in page.examples
        if example is None or item.id == example
    ]


def _outcome(
    request: Request, name: str, chosen: Sequence[tuple[Language, Client | None]], translate: Translate
) -> _Outcome:
    """The snippets of a request, and why others cannot be."""
    from snippetgen.render import render as render_snippet

    snippets, problems = [], []
    for language, client in chosen:
        try:
            snippet = render_snippet(request, language, client, translate)
        except UnsupportedError as problem:
            problems.append(f"{name}, {language.id}: {problem.message}")
        else:
            snippets.append((f"{name}, {language.id}/{snippet.client.id}", snippet.code))
    return snippets, problems


def _own_words(tag: str) -> Translate:
    """What translates the product's own words, which a recorded request has no others than."""
    from snippetgen.i18n.tag import PSEUDO
    from snippetgen.locale import Catalogs

    shipped = (*Catalogs().shipped(), *PSEUDO)
    if tag not in shipped:
        raise UsageError(f"comments are not known in {tag!r}", fix=f"choose one of: {', '.join(shipped)}")
    return Catalogs().locale(tag).translate


def _render_recorded(recorded: Imported, languages: Sequence[str], translate: Translate, jobs: int) -> None:
    """Print the snippets of recorded requests."""
    from snippetgen.parallel import spread

    selection(None, languages)  # a language that does not exist is refused once
    outcomes = spread(partial(_recorded, languages=languages, translate=translate), recorded.requests, jobs)
    _print(outcomes, refused=bool(recorded.refused))


def _recorded(item: Recorded, languages: Sequence[str], translate: Translate) -> _Outcome:
    return _outcome(item.request, item.name, selection(None, languages), translate)
