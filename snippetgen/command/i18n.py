"""`i18n` leads translations through their life, from `extract` to `check`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from snippetgen.command.opening import open_api
from snippetgen.command.option import baseline_options, report_options, spec_argument
from snippetgen.command.output import report

if TYPE_CHECKING:
    from snippetgen.api import Api
    from snippetgen.i18n.status import State, Status

__all__ = ["check", "export", "extract", "i18n", "import_", "status", "update"]

_locales = click.option("--locale", "locales", metavar="TAG", multiple=True, help="Only this locale.")
_product = click.option("--product", is_flag=True, help="The catalogs of snippetgen itself, too.")
_instead = click.option("--product", is_flag=True, help="The catalog of snippetgen itself instead.")


@click.group()
def i18n() -> None:
    r"""Lead the translations of a spec through their life.

    \b
    snippetgen i18n update SPEC --locale ja
    snippetgen i18n status SPEC --fail-under 100
    snippetgen i18n check SPEC
    """


@i18n.command()
@spec_argument
@click.option(
    "--output", type=click.Path(file_okay=False), help="The folder; by default locales/ beside the spec."
)
@_product
def extract(spec: str, output: str | None, *, product: bool) -> None:
    r"""Write the messages of a spec as a gettext template (POT).

    \b
    snippetgen i18n extract SPEC
    snippetgen i18n extract SPEC --product --output build
    """
    from snippetgen.atomic import write_atomically
    from snippetgen.i18n.catalog import PRODUCT
    from snippetgen.i18n.message import extract as extract_messages
    from snippetgen.i18n.update import template
    from snippetgen.tree import inside

    api = open_api(spec)
    messages = extract_messages(api)
    folder = Path(output) if output else inside(api.folder, api.folder / "locales", "project's")
    chosen = {api.id: messages.project, **({PRODUCT: messages.product} if product else {})}
    for domain, found in chosen.items():
        write_atomically(folder / f"{domain}.pot", template(found))
        click.echo(f"{len(found)} messages in {folder / domain}.pot")


@i18n.command()
@spec_argument
@_locales
@_product
@click.option("--purge", is_flag=True, help="Drop what is obsolete.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a catalog is behind.")
def update(spec: str, locales: Sequence[str], *, product: bool, purge: bool, check: bool) -> None:
    r"""Bring the catalogs of a spec to its messages of today.

    A translation whose message changed is marked fuzzy, one whose message is gone becomes obsolete. Folders
    that no locale is named like, and catalogs that nobody reads, are errors.

    \b
    snippetgen i18n update SPEC
    snippetgen i18n update SPEC --locale ja --purge
    """
    from snippetgen.i18n.update import update as update_catalogs

    api = open_api(spec)
    done = update_catalogs(api, locales, product=product, purge=purge, check=check)
    for made in done:
        counts = f"{made.translated} translated, {made.fuzzy} fuzzy, {made.missing} missing"
        what = ("behind" if check else "updated") if made.changed else "unchanged"
        click.echo(f"{made.path}: {what}; {counts}, {made.obsolete} obsolete")
    if _name_strays(api) or (check and any(made.changed for made in done)):
        sys.exit(1)


def _name_strays(api: Api) -> bool:
    """Whether there are catalogs that are not what their folder or their header says; each is named."""
    from snippetgen.i18n.check import check_codes
    from snippetgen.report import render_findings

    strays = tuple(check_codes(api.folder / "locales"))
    if strays:
        click.echo(render_findings(strays, "text").rstrip("\n"), err=True)
    return bool(strays)


@i18n.command()
@spec_argument
@click.option("--locale", "tag", metavar="TAG", required=True, help="The locale.")
@click.option(
    "--format", "kind", type=click.Choice(["xliff"]), default="xliff", show_default=True, help="XLIFF 2."
)
@click.option(
    "--output", type=click.Path(dir_okay=False), help="The file; by default <domain>.<locale>.xlf here."
)
@_instead
def export(
    spec: str,
    tag: str,
    kind: str,  # noqa: ARG001  # one format so far
    output: str | None,
    *,
    product: bool,
) -> None:
    r"""Write a catalog of a locale, by default the project's, for tools that read no PO files.

    \b
    snippetgen i18n export SPEC --locale ja --format xliff --output ja.xlf
    snippetgen i18n export SPEC --locale ja --product
    """
    from snippetgen.atomic import write_atomically
    from snippetgen.i18n.catalog import PRODUCT
    from snippetgen.i18n.xliff import export_xliff

    api = open_api(spec)
    file = output or f"{PRODUCT if product else api.id}.{tag}.xlf"
    write_atomically(file, export_xliff(api, tag, product=product))
    click.echo(f"{tag}: written to {file}")


@i18n.command("import")
@spec_argument
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--locale", "tag", metavar="TAG", help="The locale that the file must be of.")
@_instead
def import_(spec: str, file: str, tag: str | None, *, product: bool) -> None:
    r"""Bring the translations of an XLIFF 2 file into the catalog of its language, by default the project's.

    \b
    snippetgen i18n import SPEC ja.xlf --locale ja
    snippetgen i18n import SPEC snippetgen.ja.xlf --product
    """
    from snippetgen.i18n.xliff import import_xliff
    from snippetgen.report import render_findings

    done = import_xliff(open_api(spec), Path(file), tag, product=product)
    for unit in done.unknown:
        click.echo(f"{unit.place}: the catalog has no message for this unit: {unit.source!r}", err=True)
    if done.findings:
        click.echo(render_findings(done.findings, "text").rstrip("\n"), err=True)
    what = "would change, nothing is written" if done.findings else "changed"
    click.echo(
        f"{done.path}: {done.changed} {what}; {done.unchanged} unchanged, {done.empty} without a target, "
        f"{done.absent} not in the file, {len(done.unknown)} unknown"
    )
    sys.exit(1 if done.findings or done.unknown else 0)


@i18n.command()
@spec_argument
@_locales
@click.option("--format", "kind", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False), help="Write the result there, not to stdout.")
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Exit 1 where a locale has less."
)
@click.option("--list", "listed", is_flag=True, help="Name every message that a translator must look at.")
def status(
    spec: str,
    locales: Sequence[str],
    kind: str,
    output: str | None,
    *,
    fail_under: float | None,
    listed: bool,
) -> None:
    r"""Show how far the translations are, for each locale and page.

    \b
    snippetgen i18n status SPEC
    snippetgen i18n status SPEC --list --locale ja
    snippetgen i18n status SPEC --format json --fail-under 100
    """
    from snippetgen.atomic import write_atomically
    from snippetgen.i18n.status import status as status_of

    api = open_api(spec)
    found = status_of(api, locales)
    _name_strays(api)
    text = _status_json(found) if kind == "json" else _status_text(found, listed=listed)
    if output:
        write_atomically(output, text)
    else:
        click.echo(text, nl=False)
    low = found.below(fail_under) if fail_under is not None else ()
    for row in low:
        click.echo(f"{row.locale}: {row.percent:.1f} % is less than {fail_under:g} %", err=True)
    sys.exit(1 if low else 0)


def _status_json(found: Status) -> str:
    todo = {tag: [state.as_dict() for state in states] for tag, states in found.todo.items()}
    data = {"rows": [row.as_dict() for row in found.rows], "todo": todo}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _status_text(found: Status, *, listed: bool) -> str:
    from snippetgen.i18n.status import STATES

    titles = ("locale", "page", "messages", *STATES, "words", "open", "%")
    rows = [
        (
            row.locale,
            row.page,
            *map(str, (row.messages, *row.counts.values(), row.words, row.open_words)),
            f"{row.percent:.1f}",
        )
        for row in found.rows
    ]
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in (titles, *rows)]
    for tag, states in found.todo.items():
        if states and not listed:
            lines.append(f"{tag}: {len(states)} messages need a translator; --list names them")
        lines += [_todo_line(tag, state) for state in states] if listed else []
    return "\n".join(lines) + "\n"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The cells of a row at their widths: names to the left, numbers to the right."""
    return [
        cell.ljust(width) if index < 2 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _todo_line(tag: str, state: State) -> str:
    where = f"{state.place}: " if state.place else ""
    was = f", was {state.previous!r}" if state.previous else ""
    pages = f" (on {', '.join(sorted(state.message.pages))})" if state.message.pages else ""
    return f"{where}{tag}: {state.state}: {state.message.text!r}{was}{pages}"


@i18n.command()
@spec_argument
@_locales
@baseline_options
@report_options
def check(spec: str, locales: Sequence[str], **options: Any) -> None:
    r"""Check the catalogs of a spec: what was lost, left in English, or reads wrong.

    \b
    snippetgen i18n check SPEC
    snippetgen i18n check SPEC --locale ja --format github
    """
    from snippetgen.i18n.check import check_translations

    findings, note = check_translations(open_api(spec), locales)
    report(findings, note=note, **options)
