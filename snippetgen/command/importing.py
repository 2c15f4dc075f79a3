"""`import` writes an endpoint spec for requests that a team has already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from snippetgen.command.recorded import show_notes
from snippetgen.errors import UsageError

__all__ = ["import_requests"]


@click.command("import")
@click.option(
    "--curl", "curls", metavar="FILE", multiple=True, type=click.Path(), help="A script with curl commands."
)
@click.option(
    "--postman", "collections", metavar="FILE", multiple=True, type=click.Path(), help="A Postman collection."
)
@click.option("--har", "hars", metavar="FILE", multiple=True, type=click.Path(), help="A HAR log or request.")
@click.option(
    "--variable",
    "variables",
    metavar="NAME=VALUE",
    multiple=True,
    help="A value for a collection's variable.",
)
@click.option(
    "--output",
    metavar="SPEC",
    type=click.Path(dir_okay=False),
    help="The spec; by default after the first input.",
)
@click.option("--redact/--no-redact", default=True, show_default=True, help="Declare secrets as credentials.")
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--quiet", is_flag=True, help="No notes.")
def import_requests(
    *, output: str | None, redact: bool, force: bool, quiet: bool, **inputs: Sequence[str]
) -> None:
    r"""Write an endpoint spec, and a minimal OpenAPI document beside it, from recorded requests.

    \b
    snippetgen import --curl calls.sh --output api.yaml
    snippetgen import --postman collection.json --variable baseUrl=https://api.example.com
    snippetgen import --har recorded.har
    """
    from snippetgen.importing import redacted
    from snippetgen.importing.draft import draft_spec

    named = [path for kind in ("curls", "collections", "hars") for path in inputs[kind]]
    if not named:
        raise UsageError("there is nothing to import", fix="name a file with --curl, --postman or --har")
    imported = _load(**inputs)
    show_notes(imported, quiet=quiet)
    if not imported.requests:
        raise UsageError("none of the requests can be expressed")
    imported = redacted(imported) if redact else imported
    spec = Path(output) if output else Path(Path(named[0]).name.split(".")[0]).with_suffix(".yaml")
    document = spec.with_suffix(".openapi.json")
    draft = draft_spec(imported.requests, title=spec.stem, document=document.name)
    _write({spec: draft.spec, document: draft.document}, force=force)
    for note in () if quiet else draft.notes:
        click.echo(note, err=True)
    click.echo(
        f"{spec} and {document}: {len(imported.requests)} requests, {len(imported.refused)} not supported"
    )


def _load(
    curls: Sequence[str], collections: Sequence[str], hars: Sequence[str], variables: Sequence[str]
) -> Any:
    from snippetgen.importing import Imported, load_hars
    from snippetgen.importing.curl import load_curl
    from snippetgen.importing.postman import load_postman

    values = dict(_variable(item) for item in variables)
    loaded = [load_curl(path) for path in curls] + [load_postman(path, values) for path in collections]
    return sum(loaded, Imported()) + (load_hars(hars) if hars else Imported())


def _variable(item: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or not name:
        raise UsageError(
            f"--variable {item!r} is not NAME=VALUE", fix="for instance baseUrl=https://api.example.com"
        )
    return name, value


def _write(files: dict[Path, str], *, force: bool) -> None:
    from snippetgen.atomic import write_atomically

    there = next((path for path in files if path.exists()), None)
    if there and not force:
        raise UsageError(f"{there} is there already", fix="name another --output, or use --force")
    for path, text in files.items():
        write_atomically(path, text)
