"""`check` holds requests and samples to the contract."""

from __future__ import annotations

from typing import Any

import click

from snippetgen.command.option import report_options
from snippetgen.command.output import report

__all__ = ["check"]


@click.command()
@click.argument("document", metavar="SPEC|OPENAPI", type=click.Path(dir_okay=False))
@report_options
def check(document: str, **options: Any) -> None:
    r"""Check the contract: every generated request and every sample against the OpenAPI document.

    \b
    snippetgen check SPEC
    snippetgen check openapi.json --format sarif --output findings.sarif
    """
    from snippetgen.check import check_api, check_bare, coverage
    from snippetgen.openapi.document import load_document
    from snippetgen.source import load
    from snippetgen.spec import load_api

    data = load(document).data
    if isinstance(data, dict) and "snippetgen" in data:
        api = load_api(document)
        seen = coverage(api)
        findings = tuple(check_api(api))
        note = f"{seen.requests} requests and {seen.samples} samples of {seen.endpoints} endpoints checked"
        if seen.without_sample:
            note += f"; without a success sample: {', '.join(seen.without_sample)}"
    else:
        bare = load_document(document)
        findings = tuple(check_bare(bare))
        note = f"{len(bare.operations())} operations checked"
    report(findings, note, **options)
