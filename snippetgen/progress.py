"""Progress of long work on stderr: a passing bar on a terminal, in a log a line at times."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from snippetgen.wording import visible_line

__all__ = ["progress"]

SECONDS = 15  # between the lines of a log


@contextmanager
def progress(total: int, *, show: bool, color: bool = True) -> Iterator[Callable[[Any], None] | None]:
    """A callback that counts one more proof; None where nothing is to be shown. NO_COLOR is heeded."""
    if not show or not total:
        yield None
    elif sys.stderr.isatty():
        with _bar(total, color=color) as advance:
            yield advance
    else:
        yield _log(total)


@contextmanager
def _bar(total: int, *, color: bool) -> Iterator[Callable[[Any], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, no_color=None if color else True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("proving", total=total)

        def advance(proof: Any) -> None:
            bar.update(task, advance=1, description=visible_line(f"{proof.language} {proof.example}"))

        yield advance


def _log(total: int) -> Callable[[Any], None]:
    """A callback that says how far the work is, where it has said nothing for a while."""
    done, failed, said = 0, 0, time.monotonic()

    def advance(proof: Any) -> None:
        nonlocal done, failed, said
        done += 1
        failed += proof.verdict == "fail"
        if (now := time.monotonic()) - said >= SECONDS:
            said = now
            sys.stderr.write(f"{done} of {total} snippets, {failed} failed\n")
            sys.stderr.flush()

    return advance
