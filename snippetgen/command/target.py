"""A report's target is its kind and its file, judged before anything runs so that no work is lost."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from snippetgen.errors import UsageError

__all__ = ["KINDS", "Target", "targets"]

KINDS = ("text", "json", "jsonl", "sarif", "junit", "github", "html")
Target = tuple[str, Path]

# The parameters of commands that name what is read.
_INPUTS = ("spec", "document", "paths", "hars", "baseline")


def targets(
    kind: str, output: str | None, reports: Sequence[str], given: Mapping[str, Any]
) -> tuple[Target, ...]:
    """The files to write with their kinds: no two the same, none that is read, each with a place to stand.

    `given` holds the values of the command's parameters by name.
    """
    found = [(kind, Path(output))] if output else []
    found += [_target(report) for report in reports]
    taken = {Path(path).resolve() for path in _inputs(given)}
    for _, path in found:
        if path.resolve() in taken:
            raise UsageError(f"{path} is read or written already", fix="give each report a file of its own")
        taken.add(path.resolve())
        _check_place(path)
    return tuple(found)


def _target(report: str) -> Target:
    kind, _, path = report.partition("=")
    if not path or kind not in KINDS:
        fix = f"for instance json=report.json; a kind is one of: {', '.join(KINDS)}"
        raise UsageError(f"--report {report!r} is not KIND=FILE", fix=fix)
    return kind, Path(path)


def _inputs(given: Mapping[str, Any]) -> Iterator[str]:
    for name in _INPUTS:
        value: str | Iterable[str] = given.get(name) or ()
        yield from [value] if isinstance(value, str) else value


def _check_place(path: Path) -> None:
    """Refuse a folder, and a file in a place where none can be made."""
    above = next(parent for parent in path.resolve().parents if parent.exists())
    if path.is_dir() or not above.is_dir() or not os.access(above, os.W_OK):
        raise UsageError(f"{path}: no report can be written there", fix="name a file in a folder of yours")
