"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from snippetgen.command.target import KINDS, targets

__all__ = [
    "baseline_options",
    "recorded_options",
    "remote_option",
    "report_options",
    "select_options",
    "spec_argument",
]

Command = Callable[..., Any]


def spec_argument(command: Command) -> Command:
    """The endpoint spec, and what its document may fetch."""
    return click.argument("spec", type=click.Path(dir_okay=False))(remote_option(command))


def remote_option(command: Command) -> Command:
    """From where files that a document refers to may be fetched; `command.opening` asks for it."""
    return click.option(
        "--allow-remote",
        metavar="HOST",
        multiple=True,
        expose_value=False,
        callback=_keep,
        help="Fetch what the document refers to on this HOST[:PORT], by https; repeatable.",
    )(command)


def _keep(context: click.Context, option: click.Parameter, names: tuple[str, ...]) -> None:
    context.meta[str(option.name)] = names


def recorded_options(command: Command) -> Command:
    """HAR files in the place of a spec."""
    options = (
        click.option(
            "--har",
            "hars",
            metavar="FILE",
            multiple=True,
            type=click.Path(),
            help="A HAR log, a HAR request, or a folder of them, instead of a spec.",
        ),
        click.option(
            "--redact", is_flag=True, help="Read the secrets of a HAR from the environment in its snippets."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def select_options(command: Command) -> Command:
    """Which snippets are meant."""
    options = (
        click.option("--endpoint", metavar="ID", help="Only this endpoint."),
        click.option("--example", metavar="ID", help="Only this example."),
        click.option(
            "--language", "languages", metavar="L[/CLIENT]", multiple=True, help="Only this language."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def report_options(command: Command) -> Command:
    """How results are reported, and what makes the exit code 1; the command gets the `targets` of reports."""
    kinds = click.Choice(KINDS)
    options = (
        click.option(
            "--format", "kind", type=kinds, default="text", show_default=True, help="Form of the result."
        ),
        click.option(
            "--output", type=click.Path(dir_okay=False), help="Write the result there, not to stdout."
        ),
        click.option(
            "--report", "reports", metavar="KIND=FILE", multiple=True, help="Another report; repeatable."
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note"]),
            default="error",
            show_default=True,
            help="The lowest severity that makes the exit code 1.",
        ),
        click.option("--quiet", is_flag=True, help="No progress and no notes."),
        click.option("--no-color", is_flag=True, help="No colour; NO_COLOR does the same."),
    )
    command = _with_targets(command)
    for option in reversed(options):
        command = option(command)
    return command


def _with_targets(command: Command) -> Command:
    @wraps(command)
    def judged(*, kind: str, output: str | None, reports: Sequence[str], **given: Any) -> Any:
        files = targets(kind, output, reports, given)
        return command(kind=kind, output=output, targets=files, **given)

    return judged


def baseline_options(command: Command) -> Command:
    """Which findings were accepted before, and how they are accepted now."""
    options = (
        click.option(
            "--baseline", metavar="FILE", type=click.Path(dir_okay=False), help="Findings that are accepted."
        ),
        click.option(
            "--write-baseline",
            metavar="FILE",
            type=click.Path(dir_okay=False),
            help="Accept all findings of now; those in the file keep their owner and reason.",
        ),
        click.option("--owner", default="unassigned", show_default=True, help="Who answers for them."),
        click.option(
            "--reason", default="there when the baseline was written", show_default=True, help="Why."
        ),
        click.option("--expires", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Until when."),
    )
    for option in reversed(options):
        command = option(command)
    return command
