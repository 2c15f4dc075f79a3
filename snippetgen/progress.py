"""Progress of long work on a terminal: one bar on stderr, gone when the work is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["progress"]


@contextmanager
def progress(total: int, *, show: bool) -> Iterator[Callable[[Any], None] | None]:
    """A callback that advances the bar by one; None where there is nobody to look at it."""
    if not show or not total:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("proving", total=total)

        def advance(proof: Any) -> None:
            bar.update(task, advance=1, description=f"{proof.language} {proof.example}")

        yield advance
