"""Results on stdout and in report files, progress on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from snippetgen.command.target import Target
from snippetgen.wording import plural, visible_line

__all__ = ["progress", "report", "say", "write_reports"]


def report(findings: Sequence[Any], *, coverage: Any = None, note: str = "", **options: Any) -> None:
    """Show findings, and what was covered, in every form that is asked for; exit 1 at or above the level.

    A baseline takes out what it accepts; where one is to be written, nothing else is. `note` is what else
    there is to say.
    """
    from snippetgen.report import fails, render_findings

    if options["write_baseline"]:
        _write_baseline(findings, **options)
        return
    left, accepted = _unaccepted(findings, options["baseline"])
    notes = "; ".join(filter(None, (note, accepted)))

    def text(kind: str, *, color: bool) -> str:
        return render_findings(left, kind, coverage=coverage, note=notes, color=color)

    write_reports(text, **options)
    sys.exit(1 if fails(left, options["fail_on"]) else 0)


def _unaccepted(findings: Sequence[Any], baseline: str | None) -> tuple[Sequence[Any], str]:
    """The findings that a baseline does not accept, and how many it does, as a note."""
    if not baseline:
        return findings, ""
    from datetime import UTC, datetime

    from snippetgen.baseline import accept, read_baseline

    accepted = accept(findings, read_baseline(baseline), datetime.now(UTC).date())
    return accepted.findings, f"{plural(accepted.count, 'finding')} accepted by {baseline}"


def _write_baseline(
    findings: Sequence[Any], *, write_baseline: str, owner: str, reason: str, expires: Any, **_: Any
) -> None:
    from snippetgen.baseline import read_baseline
    from snippetgen.baseline import write_baseline as write

    previous = read_baseline(write_baseline) if Path(write_baseline).exists() else None
    facts = {"owner": owner, "reason": reason}
    facts |= {"expires": f"{expires:%Y-%m-%d}"} if expires else {}
    write(write_baseline, findings, previous, facts)
    click.echo(f"{write_baseline}: {plural(len(findings), 'finding')} accepted")


def write_reports(
    text: Callable[..., str],
    *,
    kind: str,
    output: str | None,
    targets: Sequence[Target],
    no_color: bool,
    **_: Any,
) -> None:
    """Write a result in every form that is asked for; `text` makes one of a kind."""
    from snippetgen.atomic import write_atomically

    for name, path in targets:
        write_atomically(path, text(name, color=False))
    if not output:
        click.echo(text(kind, color=_color(no_color=no_color)), nl=False)


def _color(*, no_color: bool) -> bool:
    import os

    return not no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


def say(text: str) -> None:
    """One line on stderr, whatever the names in it are."""
    click.echo(visible_line(text), err=True)


def progress(total: int, *, quiet: bool, no_color: bool) -> Any:
    """What says on stderr how far the work is."""
    from snippetgen.progress import progress as shown

    return shown(total, show=not quiet, color=not no_color)
