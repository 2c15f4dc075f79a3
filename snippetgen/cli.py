"""The `snippetgen` command: arguments in, results to stdout, progress and notes to stderr.

Every command imports what it needs when it runs, so that `--help` and `render` start fast.
Exit codes: 0 clean, 1 findings at or above the level, 2 bad usage or bad input, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from snippetgen import __version__
from snippetgen.errors import SnippetgenError, UsageError

__all__ = ["cli", "main"]

Command = Callable[..., Any]


def main() -> NoReturn:
    """Run the command line; the one place where an error becomes an exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except SnippetgenError as problem:
        click.echo(f"snippetgen: {problem}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has seen enough, as `head` does
        sys.exit(0)
    sys.exit(0)


class _Group(click.Group):
    """Commands in the order in which they are written down."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in order of the flow."""
        del ctx
        return list(self.commands)


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


def _spec_argument(command: Command) -> Command:
    return click.argument("spec", type=click.Path(dir_okay=False))(command)


def _select_options(command: Command) -> Command:
    options = (
        click.option("--endpoint", metavar="ID", help="Only this endpoint."),
        click.option("--example", metavar="ID", help="Only this example."),
        click.option(
            "--language", "languages", metavar="L[/CLIENT]", multiple=True, help="Only this language."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _report_options(command: Command) -> Command:
    kinds = click.Choice(["text", "json", "jsonl", "sarif", "junit", "github", "html"])
    options = (
        click.option(
            "--format", "kind", type=kinds, default="text", show_default=True, help="Form of the result."
        ),
        click.option(
            "--output", type=click.Path(dir_okay=False), help="Write the result there, not to stdout."
        ),
        click.option(
            "--report", "reports", metavar="KIND=FILE", multiple=True, help="Another report; repeatable."
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["error", "warning", "note"]),
            default="error",
            show_default=True,
            help="The lowest severity that makes the exit code 1.",
        ),
        click.option("--quiet", is_flag=True, help="No progress and no notes."),
        click.option("--no-color", is_flag=True, help="No colour; NO_COLOR does the same."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@cli.command()
@_spec_argument
@_select_options
@click.option(
    "--locale", metavar="TAG", default="en", show_default=True, help="The language of the comments."
)
def render(
    spec: str, endpoint: str | None, example: str | None, languages: Sequence[str], locale: str
) -> None:
    r"""Print snippets; what is asked for, and nothing else.

    \b
    snippetgen render SPEC --language go --example local-image
    snippetgen render SPEC --endpoint instance-segmentation --language python --locale ja
    """
    from snippetgen.locale import Catalogs
    from snippetgen.render import render as render_snippet
    from snippetgen.spec import load_api

    api = load_api(spec)
    if locale not in api.locales:
        known = ", ".join(api.locales)
        raise UsageError(f"{spec} is not published in {locale!r}", fix=f"choose one of: {known}")
    translate = Catalogs(api.folder / "locales", api.id).locale(locale).translate
    chosen = _selection(api, languages)
    snippets = [
        render_snippet(item.request, language, client, translate)
        for page in _endpoints(api, endpoint, example)
        for item in page.examples
        if example is None or item.id == example
        for language, client in chosen
    ]
    click.echo("\n".join(snippet.code for snippet in snippets), nl=False)


def _endpoints(api: Any, endpoint: str | None, example: str | None) -> Sequence[Any]:
    """The endpoints that are asked for; an example that none of them has is an error.

    Where only an example is named, the first endpoint that has it is meant.
    """
    pages = api.endpoints if endpoint is None else (api.endpoint(endpoint),)
    if example is None:
        return tuple(pages)
    having = tuple(page for page in pages if any(item.id == example for item in page.examples))
    if not having:
        names = ", ".join(dict.fromkeys(item.id for page in pages for item in page.examples))
        raise UsageError(f"there is no example {example!r}", fix=f"choose one of: {names}")
    return having[:1]


def _selection(api: Any, selectors: Iterable[str]) -> list[Any]:
    """The languages with their clients: those that are named, else the spec's, else all."""
    from snippetgen.language import find_client, load_languages

    names = tuple(selectors) or api.languages
    if names:
        return [find_client(name) for name in names]
    return [(language, None) for language in load_languages()]


@cli.command()
@_spec_argument
@click.option("--output", type=click.Path(file_okay=False), default="build", show_default=True)
@click.option("--format", "formats", metavar="F", multiple=True, help="Only this page format.")
@click.option("--locale", "locales", metavar="TAG", multiple=True, help="Only this locale.")
@click.option("--check", is_flag=True, help="Write nothing; show diffs, and exit 1 where a page is stale.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True)
def build(
    spec: str, output: str, formats: Sequence[str], locales: Sequence[str], *, check: bool, jobs: int
) -> None:
    r"""Write the localized pages of a spec.

    \b
    snippetgen build SPEC --output docs
    snippetgen build SPEC --output docs --locale ja --check
    """
    from snippetgen.build import build as build_pages
    from snippetgen.report import render_findings
    from snippetgen.spec import load_api

    api = load_api(spec)
    result = build_pages(api, output, formats, locales, check=check, jobs=jobs)
    if result.findings:
        click.echo(render_findings(result.findings, "text").rstrip("\n"), err=True)
    for change in result.changes:
        click.echo(change.diff, nl=False)
    for tag, messages in result.fallbacks.items():
        if messages:
            click.echo(f"{tag}: {len(messages)} messages stay English, first {messages[0]!r}", err=True)
    if any(finding.severity == "error" for finding in result.findings):
        sys.exit(1)
    if check:
        click.echo(f"{len(result.changes)} stale, {len(result.unchanged)} up to date in {output}", err=True)
        sys.exit(1 if result.changes else 0)
    click.echo(f"{len(result.written)} pages written, {len(result.unchanged)} unchanged in {output}")


@cli.command()
@_spec_argument
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a schema drifted.")
@click.option(
    "--output", type=click.Path(file_okay=False), help="The folder; by default schemas/<spec's name>."
)
def schemas(spec: str, output: str | None, *, check: bool) -> None:
    r"""Write the JSON Schemas of the responses that the pages promise.

    \b
    snippetgen schemas SPEC
    snippetgen schemas SPEC --check
    """
    from snippetgen.extract import extract_schemas
    from snippetgen.spec import load_api

    api = load_api(spec)
    folder = Path(output) if output else Path("schemas") / api.id
    result = extract_schemas(api, folder, check=check)
    for change in result.changes:
        click.echo(change.diff, nl=False)
    if check:
        click.echo(f"{len(result.changes)} drifted, {len(result.unchanged)} up to date in {folder}", err=True)
        sys.exit(1 if result.changes else 0)
    click.echo(f"{len(result.written)} schemas written, {len(result.unchanged)} unchanged in {folder}")


@cli.command()
@click.argument("document", metavar="SPEC|OPENAPI", type=click.Path(dir_okay=False))
@_report_options
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
    _report(findings, note, **options)


def _report(findings: Sequence[Any], note: str, **options: Any) -> None:
    """Show findings in every form that is asked for; exit 1 at or above the level."""
    from snippetgen.report import fails, render_findings

    def text(kind: str, *, color: bool) -> str:
        return render_findings(findings, kind, note=note, color=color)

    _write_reports(text, **options)
    sys.exit(1 if fails(findings, options["fail_on"]) else 0)


def _write_reports(
    text: Callable[..., str],
    *,
    kind: str,
    output: str | None,
    reports: Sequence[str],
    no_color: bool,
    **_: Any,
) -> None:
    from snippetgen.atomic import write_atomically

    for report in reports:
        name, separator, path = report.partition("=")
        if not separator or name not in {"text", "json", "jsonl", "sarif", "junit", "github", "html"}:
            raise UsageError(
                f"--report {report!r} is not KIND=FILE", fix="for instance --report json=verify.json"
            )
        write_atomically(Path(path), text(name, color=False))
    if output:
        write_atomically(Path(output), text(kind, color=False))
    else:
        click.echo(text(kind, color=_color(no_color=no_color)).rstrip("\n"))


def _color(*, no_color: bool) -> bool:
    import os

    return not no_color and not os.environ.get("NO_COLOR") and sys.stdout.isatty()


@cli.command()
@_spec_argument
@_select_options
@click.option(
    "--require", metavar="all|L,…", default="", help="Languages whose missing toolchain is a failure."
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Snippets at a time; by default one for each core.")
@click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=30, show_default=True, help="Seconds for a run."
)
@_report_options
def verify(spec: str, require: str, jobs: int | None, timeout: float, **options: Any) -> None:
    r"""Prove snippets: parse, compile, run against a loopback recorder, compare the wire.

    \b
    snippetgen verify SPEC --language python --language go
    snippetgen verify SPEC --require all --report json=verify.json
    """
    from snippetgen.proof.verify import plan
    from snippetgen.proof.verify import verify as prove
    from snippetgen.report import fails, render_verification
    from snippetgen.spec import load_api

    api = load_api(spec)
    endpoint, example = options.pop("endpoint"), options.pop("example")
    _endpoints(api, endpoint, example)
    cases = plan(api, _selection(api, options.pop("languages")), endpoint, example)
    required = tuple(name for name in require.split(",") if name)
    with _progress(len(cases), quiet=options["quiet"]) as advance:
        proofs = prove(cases, jobs=jobs, require=required, seconds=timeout, progress=advance)

    def text(kind: str, *, color: bool) -> str:
        return render_verification(proofs, kind, color=color)

    _write_reports(text, **options)
    findings = [finding for proof in proofs for finding in proof.findings]
    failed = any(proof.verdict == "fail" for proof in proofs)
    sys.exit(1 if failed or fails(findings, options["fail_on"]) else 0)


def _progress(total: int, *, quiet: bool) -> Any:
    from snippetgen.progress import progress

    return progress(total, show=not quiet and sys.stderr.isatty())


@cli.command()
def languages() -> None:
    """List the languages and their clients."""
    from snippetgen.language import load_languages

    for language in load_languages():
        clients = ", ".join(f"{client.id} ({client.title})" for client in language.clients)
        click.echo(f"{language.id:<12} {language.title:<12} {clients}")


@cli.command()
def doctor() -> None:
    """Show which toolchains were found, and the command that installs each missing one."""
    from snippetgen.language import load_languages
    from snippetgen.proof.doctor import examine, format_checkups

    click.echo(format_checkups(examine(load_languages())))
