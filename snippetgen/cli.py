"""The `snippetgen` command: arguments in, results to stdout, progress and notes to stderr.

Every command imports what it needs when it runs, so that `--help` and `render` start fast.
Exit codes: 0 clean, 1 findings at or above the level, 2 bad usage or bad input; 128 and the signal's number
where one ended it: 130 by Ctrl-C, 141 where the reader of the output left, 143 by a request to end.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NoReturn

import click

from snippetgen import __version__
from snippetgen.errors import SnippetgenError
from snippetgen.wording import shorten, visible_line

__all__ = ["cli", "main"]

COMMANDS = {
    "render": "render:render",
    "build": "build:build",
    "schemas": "build:schemas",
    "check": "check:check",
    "verify": "verify:verify",
    "import": "importing:import_requests",
    "i18n": "i18n:i18n",
    "languages": "inventory:languages",
    "doctor": "inventory:doctor",
}


def main() -> NoReturn:
    """Run the command line; the one place where an error becomes an exit code."""
    _end_on_signals()
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as problem:
        problem.show()
        sys.exit(2)
    except click.ClickException as problem:
        click.echo(f"snippetgen: {_usage(problem)}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except SnippetgenError as problem:
        click.echo(f"snippetgen: {visible_line(str(problem))}", err=True)
        sys.exit(2)
    except OSError as problem:
        click.echo(f"snippetgen: cannot write the output: {problem.strerror or problem}", err=True)
        sys.exit(2)
    sys.exit(0)


def _end_on_signals() -> None:
    """Leave as an error does where the system asks us to end, so that children and folders go as well."""
    for number in filter(None, (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has it ignored
            signal.signal(number, lambda number, _: sys.exit(128 + number))


def _usage(problem: click.ClickException) -> str:
    """What is wrong with the command line, in one line, and where its options are explained."""
    message = visible_line(shorten(" ".join(problem.format_message().split()), 400))
    context = problem.ctx if isinstance(problem, click.UsageError) else None
    return f"{message} (see `{context.command_path} --help`)" if context else message


@contextmanager
def _quiet_end() -> Iterator[None]:
    """End with the shell's code for SIGPIPE where the reader of our output has left, as `head` does."""
    try:
        yield
    except BrokenPipeError:  # met before Click does, which would exit with 1, our code for findings
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())  # so that Python has nothing to fail at when it flushes
        sys.exit(141)


class _Group(click.Group):
    """Commands in the order of the flow, each loaded where it is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is left of the arguments after the options before the command; `--help` prints here."""
        with _quiet_end():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _quiet_end():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        return _with_lines(getattr(import_module(f"snippetgen.command.{module}"), name))


def _with_lines(command: click.Command) -> click.Command:
    """The command, and those of a group, with help that keeps its lines.

    Click does so after a backspace; raw docstrings write it as two characters.
    """
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _with_lines(inner)
    return command


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="snippetgen")
def cli() -> None:
    r"""Docs code snippets from an endpoint spec and an OpenAPI document, proved on the wire.

    \b
    snippetgen render specs/roboflow/roboflow.yaml --language swift --example hosted-image
    snippetgen build specs/roboflow/roboflow.yaml --output build
    snippetgen check specs/roboflow/roboflow.yaml
    snippetgen verify specs/roboflow/roboflow.yaml --require all

    Shell completion: eval "$(_SNIPPETGEN_COMPLETE=bash_source snippetgen)"
    """


_with_lines(cli)
