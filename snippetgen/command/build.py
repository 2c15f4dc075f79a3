"""`build` writes pages, `schemas` the JSON Schemas of the responses."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from snippetgen.command.opening import open_api
from snippetgen.command.option import spec_argument
from snippetgen.wording import plural

if TYPE_CHECKING:
    from snippetgen.build import BuildResult

__all__ = ["build", "schemas"]


@click.command()
@spec_argument
@click.option("--output", type=click.Path(file_okay=False), default="build", show_default=True)
@click.option("--format", "formats", metavar="F", multiple=True, help="Only this page format.")
@click.option("--locale", "locales", metavar="TAG", multiple=True, help="Only this locale.")
@click.option("--check", is_flag=True, help="Write nothing; show diffs, and exit 1 where a page is stale.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes; by default one for each core.")
def build(
    spec: str, output: str, formats: Sequence[str], locales: Sequence[str], *, check: bool, jobs: int | None
) -> None:
    r"""Write the localized pages of a spec.

    \b
    snippetgen build SPEC --output docs
    snippetgen build SPEC --output docs --locale ja --check
    """
    from snippetgen.stamp import find_stamp, leave_stamp

    began, arguments = time.time_ns(), [spec, formats, locales, check]
    stamp = find_stamp(arguments, Path(output))
    if stamp:
        _show(stamp.notes, output, unchanged=len(stamp.left), check=check)
        return
    from snippetgen.build import build as build_pages
    from snippetgen.dependency import dependencies

    api = open_api(spec)
    processes = jobs or os.cpu_count() or 1
    result = build_pages(api, output, formats, locales, check=check, jobs=processes)
    failed = any(finding.severity == "error" for finding in result.findings)
    notes = [*_notes(result), *(_outdated(api, locales) if check and not failed else ())]
    needed = dependencies(api, locales) if result.clean else None
    if needed:
        leave_stamp(arguments, Path(output), needed, result.files, notes, began=began)
    for change in result.changes:
        click.echo(change.diff, nl=False)
    if failed:
        _echo(notes)
        sys.exit(1)
    _show(notes, output, len(result.changes or result.written), len(result.unchanged), check=check)


def _show(notes: Iterable[str], output: str, changed: int = 0, unchanged: int = 0, *, check: bool) -> None:
    """Say what a build found, and how many pages it wrote, or with `check` would; then exit 1."""
    _echo(notes)
    if check:
        click.echo(f"{changed} stale, {unchanged} up to date in {output}", err=True)
        sys.exit(1 if changed else 0)
    click.echo(f"{plural(changed, 'page')} written, {unchanged} unchanged in {output}")


def _echo(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(note, err=True)


def _notes(result: BuildResult) -> Iterator[str]:
    """What there is to say about a build: its findings, and what is shown in another language."""
    from snippetgen.i18n.tag import SOURCE
    from snippetgen.report import render_findings

    if result.findings:
        yield render_findings(result.findings, "text").rstrip("\n")
    for tag, sources in result.fallbacks.items():
        for source in dict.fromkeys(sources.values()):
            messages = [message for message, tag in sources.items() if tag == source]
            what = "stay English" if source == SOURCE else f"are shown in {source}"
            yield f"{tag}: {len(messages)} messages {what}, first {messages[0]!r}"


def _outdated(api: Any, locales: Sequence[str]) -> Iterator[str]:
    """A line for each page whose source changed since it was translated, with the messages that did.

    A changed message that `i18n update` has not matched with its translation is as good as a new one.
    """
    from snippetgen.i18n.status import status

    kinds = {"fuzzy": "changed since its translation", "missing": "shows what is new or changed in English"}
    for tag, states in status(api, locales).todo.items():
        for kind, what in kinds.items():
            behind = [state for state in states if state.state == kind]
            for page in sorted({page for state in behind for page in state.message.pages}):
                texts = [repr(state.message.text) for state in behind if page in state.message.pages]
                yield f"{tag}: {page} {what}: {', '.join(texts)}"


@click.command()
@spec_argument
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a schema drifted.")
@click.option(
    "--output", type=click.Path(file_okay=False), help="The folder; by default schemas/<spec's name>."
)
def schemas(spec: str, output: str | None, *, check: bool) -> None:
    r"""Write the JSON Schemas of the responses that the pages promise.

    \b
    snippetgen schemas SPEC
    snippetgen schemas SPEC --check
    """
    from snippetgen.extract import extract_schemas

    api = open_api(spec)
    folder = Path(output) if output else Path("schemas") / api.id
    result = extract_schemas(api, folder, check=check)
    for change in result.changes:
        click.echo(change.diff, nl=False)
    if check:
        click.echo(f"{len(result.changes)} drifted, {len(result.unchanged)} up to date in {folder}", err=True)
        sys.exit(1 if result.changes else 0)
    click.echo(
        f"{plural(len(result.written), 'schema')} written, {len(result.unchanged)} unchanged in {folder}"
    )
