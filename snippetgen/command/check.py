"""`check` holds requests, samples and documented examples to the contract."""

from __future__ import annotations

from math import isnan
from typing import Any

import click

from snippetgen.command.opening import open_api, open_document
from snippetgen.command.option import baseline_options, remote_option, report_options
from snippetgen.command.output import report

__all__ = ["check"]


def _is_number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """The share, which `nan` is not: no share is less."""
    if value is not None and isnan(value):
        raise click.BadParameter(f"{value} is no share of a hundred.")
    return value


@click.command()
@click.argument("document", metavar="SPEC|OPENAPI", type=click.Path(dir_okay=False))
@click.option(
    "--require-coverage",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    callback=_is_number,
    help="Fail where less than this share of what is shown could be checked.",
)
@click.option("--schema-examples", is_flag=True, help="Check the examples inside the schemas of OPENAPI too.")
@remote_option
@baseline_options
@report_options
def check(document: str, *, require_coverage: float | None, schema_examples: bool, **options: Any) -> None:
    r"""Check the contract: requests and samples of a spec, or every example of an OpenAPI document.

    \b
    snippetgen check SPEC
    snippetgen check openapi.json --format sarif --output findings.sarif
    snippetgen check openapi.json --require-coverage 80 --schema-examples
    """
    from snippetgen.check import check_bare, examine_api
    from snippetgen.source import load

    source = load(document)
    if isinstance(source.data, dict) and "snippetgen" in source.data:
        checked = examine_api(open_api(document))
    else:
        checked = check_bare(open_document(source), schemas=schema_examples)
    missed = checked.coverage.findings(require_coverage, document)
    report((*checked.findings, *missed), coverage=checked.coverage, **options)
