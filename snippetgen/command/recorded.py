"""What `--har` means: files in the place of a spec, with notes on what of them is not sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from snippetgen.command.output import say
from snippetgen.errors import UsageError

__all__ = ["read_hars", "show_notes"]


def read_hars(
    paths: Sequence[str],
    hars: Sequence[str],
    *,
    redact: bool,
    endpoint: str | None,
    example: str | None,
    quiet: bool = False,
) -> Any:
    """The requests of every HAR; arguments without an option are more of them."""
    from snippetgen.importing import load_hars, redacted

    spec = next((path for path in paths if _is_spec(path)), None)
    if spec or endpoint:
        raise UsageError("--har takes the place of a spec and its endpoints", fix="leave one of them out")
    imported = load_hars([*hars, *paths])
    imported = redacted(imported) if redact else imported
    if example:
        names = imported.names
        imported = replace(
            imported,
            requests=tuple(item for item in imported.requests if item.name == example),
            refused=tuple(item for item in imported.refused if item.name == example),
        )
        if example not in names:
            raise UsageError(
                f"there is no request {example!r}", fix=f"choose one of: {', '.join(names[:50])}"
            )
    show_notes(imported, quiet=quiet)
    return imported


def _is_spec(path: str) -> bool:
    """Whether a path is an endpoint spec rather than a HAR."""
    return Path(path).suffix in {".yaml", ".yml"}


def show_notes(imported: Any, *, quiet: bool) -> None:
    """Name on stderr what cannot be expressed, and, unless it is to be quiet, what is left out."""
    for item in imported.refused:
        say(f"{item.place or item.name}: {item.name} is not supported: {item.reason}")
    if quiet:
        return
    for item in imported.requests:
        for note in item.notes:
            say(f"{item.name}: {note}")
    for path in imported.ignored:
        say(f"{path}: holds no request")
