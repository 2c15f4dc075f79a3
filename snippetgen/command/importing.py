"""`import` writes an endpoint spec: of an OpenAPI document, or of requests that a team has already."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from snippetgen.command.opening import open_document
from snippetgen.command.option import remote_option
from snippetgen.command.output import say
from snippetgen.command.recorded import show_notes
from snippetgen.errors import DocumentError, UsageError
from snippetgen.finding import Finding
from snippetgen.wording import plural

if TYPE_CHECKING:
    from snippetgen.openapi.document import Document
    from snippetgen.openapi.structure import Fault

__all__ = ["import_requests"]

_MEND = "mend it by an overlay"


@click.command("import")
@click.argument("document", metavar="[OPENAPI]", type=click.Path(), required=False)
@click.option(
    "--operation", "operations", metavar="OP", multiple=True, help="Only `METHOD /path` or this id."
)
@click.option("--overlay", "overlays", metavar="FILE", multiple=True, help="An overlay that mends OPENAPI.")
@remote_option
@click.option("--server", metavar="URL", help="Send to this server instead of OPENAPI's.")
@click.option("--optional", is_flag=True, help="Give optional parameters and properties a value too.")
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
def import_requests(document: str | None, *, output: str | None, force: bool, **options: Any) -> None:
    r"""Write an endpoint spec from an OpenAPI document, or from recorded requests.

    For a document there is one example request for each operation and media type. Recorded requests
    get a minimal OpenAPI document beside the spec.

    \b
    snippetgen import openapi.json --output api.yaml
    snippetgen import openapi.json --operation "GET /items" --operation createItem
    snippetgen import --curl calls.sh --output api.yaml
    snippetgen import --postman collection.json --variable baseUrl=https://api.example.com
    snippetgen import --har recorded.har
    """
    named = [path for kind in ("curls", "collections", "hars") for path in options[kind]]
    if document and named:
        raise UsageError("an OpenAPI document and recorded requests are imported one at a time")
    if document:
        _import_document(document, output, force=force, **options)
    elif named:
        _import_recorded(named, output, force=force, **options)
    else:
        fix = "name an OpenAPI document, or a file with --curl, --postman or --har"
        raise UsageError("there is nothing to import", fix=fix)


def _import_document(name: str, output: str | None, *, force: bool, quiet: bool, **options: Any) -> None:
    from snippetgen.importing.operations import import_operations, left_webhooks
    from snippetgen.importing.specfile import spec_text
    from snippetgen.openapi.server import is_server_url
    from snippetgen.openapi.webhook import hooks
    from snippetgen.report import findings_text, summarize_findings
    from snippetgen.source import load

    server = options["server"]
    if server is not None and not (server.startswith("http") and is_server_url(server)):
        raise UsageError(
            f"--server {server!r} is no URL that a request can go to", fix="begin it with https://"
        )
    document = open_document(load(name, DocumentError), options["overlays"])
    chosen = [document.operation(operation) for operation in options["operations"]] or document.operations()
    lost = () if options["operations"] else document.lost_operations
    if not chosen and not lost:
        names = ", ".join(repr(name) for name, *_ in hooks(document))
        sent = f"; the API sends the webhook{'s' if ',' in names else ''} {names}" if names else ""
        message = f"the document has no operations under `paths`{sent}"
        raise document.error(message, fix="only operations of `paths` can be imported")
    spec = Path(output) if output else Path(Path(name).name.split(".")[0]).with_suffix(".snippetgen.yaml")
    files = _beside(spec, [name, *options["overlays"]])
    parts = _parts(document, spec, files) if next(iter(files.values())) is not None else {}
    imports = import_operations(
        document, chosen, files=list(files), server=server, optional=options["optional"]
    )
    webhooks = () if options["operations"] else tuple(left_webhooks(document))
    found = (*map(_left_out, lost), *imports.findings, *webhooks)
    findings = [*map(document.placed, found)]
    if findings and not quiet:
        click.echo(findings_text(findings), err=True)
    if not imports.spec["endpoints"]:
        raise UsageError("no request of the document can be imported")
    copies = {spec.parent / path: text for path, text in (files | parts).items() if text is not None}
    _write({spec: spec_text(imports.spec), **copies}, force=force)
    left_out = len(chosen) + len(lost) - len(imports.spec["endpoints"])
    click.echo(
        f"{spec}: {plural(imports.examples, 'example request')} of "
        f"{plural(len(imports.spec['endpoints']), 'operation')}, {left_out:,} left out"
    )
    sys.exit(1 if left_out or summarize_findings(findings)["error"] else 0)


def _left_out(fault: Fault) -> Finding:
    message = f"{fault.message}; {fault.lost} is left out"
    return Finding(rule="contract/broken-part", message=message, pointer=fault.pointer, fix=_MEND)


def _beside(spec: Path, names: Sequence[str]) -> dict[str, str | None]:
    """The files as the spec names them; one outside the spec's folder is copied, with this text."""
    from snippetgen.source import read_text

    files: dict[str, str | None] = {}
    for name in names:
        path = Path(name).resolve()
        if path == spec.resolve():
            raise UsageError(f"{spec} is the document itself", fix="name another --output")
        inside = path.is_relative_to(spec.parent.resolve())
        own = path.relative_to(spec.parent.resolve()).as_posix() if inside else path.name
        if (spec.parent / own).resolve() == spec.resolve() or own in files:
            raise UsageError(f"{name} would be copied over {own}", fix="name another --output")
        files[own] = None if inside else read_text(name)
    return files


def _parts(document: Document, spec: Path, files: Mapping[str, str | None]) -> dict[str, str]:
    """The other files of a document that is copied, by their path below its folder."""
    bundle = document.bundle
    parts = {name: part.text for name, part in bundle.files.items() if name not in bundle.fetched}
    for name in parts:
        if name in files or (spec.parent / name).resolve() == spec.resolve():
            raise UsageError(
                f"{bundle.files[name].path} would be copied over {name}", fix="name another --output"
            )
    return parts


def _import_recorded(
    named: Sequence[str], output: str | None, *, force: bool, quiet: bool, redact: bool, **inputs: Any
) -> None:
    from snippetgen.importing import redacted
    from snippetgen.importing.draft import draft_spec

    imported = _load(**inputs)
    imported = redacted(imported) if redact else imported
    show_notes(imported, quiet=quiet)
    if not imported.requests:
        raise UsageError("none of the requests can be expressed")
    spec = Path(output) if output else Path(Path(named[0]).name.split(".")[0]).with_suffix(".yaml")
    document = spec.with_suffix(".openapi.json")
    draft = draft_spec(imported.requests, title=spec.stem, document=document.name)
    _write({spec: draft.spec, document: draft.document}, force=force)
    for note in () if quiet else draft.notes:
        say(note)
    counted = plural(len(imported.requests), "request")
    click.echo(f"{spec} and {document}: {counted}, {len(imported.refused)} not supported")


def _load(
    curls: Sequence[str],
    collections: Sequence[str],
    hars: Sequence[str],
    variables: Sequence[str],
    **_: Any,
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
