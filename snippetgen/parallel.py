"""The same work on many things, in several processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from math import ceil
from typing import TypeVar

__all__ = ["spread"]

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


def spread(perform: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int) -> list[_Result]:
    """What becomes of each task, in their order, whatever the number of processes.

    A process takes a few tasks at a time, so that short ones are not outweighed by their transport.
    """
    processes = min(jobs, len(tasks))
    if processes <= 1:
        return [perform(task) for task in tasks]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(perform, tasks, chunksize=ceil(len(tasks) / processes / 4)))
