"""`verify` proves snippets."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import click

from snippetgen.command.opening import open_api
from snippetgen.command.option import recorded_options, remote_option, report_options, select_options
from snippetgen.command.output import progress, write_reports
from snippetgen.command.recorded import read_hars
from snippetgen.command.select import endpoints, selection
from snippetgen.errors import UsageError

__all__ = ["verify"]


@click.command()
@click.argument("paths", metavar="[SPEC]", type=click.Path(), nargs=-1)
@remote_option
@recorded_options
@select_options
@click.option(
    "--require",
    metavar="all|scripts|L,…",
    default="",
    help="What fails where it cannot be tried: every example, articles' scripts, a language's examples.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Snippets at a time; by default one for each core.")
@click.option(
    "--timeout", type=click.FloatRange(1, 3600), default=30, show_default=True, help="Seconds for a run."
)
@report_options
def verify(paths: Sequence[str], require: str, jobs: int | None, timeout: float, **options: Any) -> None:
    r"""Prove snippets: parse, compile, run against a loopback recorder, compare the wire.

    \b
    snippetgen verify SPEC --language python --language go
    snippetgen verify SPEC --require all --report json=verify.json
    snippetgen verify --har requests/ recorded.har --require all
    """
    from snippetgen.proof.verify import verify as prove
    from snippetgen.report import fails, render_verification

    required = _required(require)
    cases, refused = _plan(paths, options, required)
    with progress(len(cases), quiet=options["quiet"], no_color=options["no_color"]) as advance:
        proofs = prove(cases, jobs=jobs, require=required, seconds=timeout, progress=advance)

    def text(kind: str, *, color: bool) -> str:
        return render_verification(proofs, kind, note=_localized(cases, proofs), color=color)

    write_reports(text, **options)
    findings = [finding for proof in proofs for finding in proof.findings]
    failed = any(proof.verdict == "fail" for proof in proofs) or (required and refused)
    sys.exit(1 if failed or fails(findings, options["fail_on"]) else 0)


def _plan(
    paths: Sequence[str], options: Mapping[str, Any], required: Collection[str]
) -> tuple[Sequence[Any], int]:
    """What is to be proved, and how many recorded requests no language can express."""
    from snippetgen.proof.case import plan_recorded

    names = {name: options[name] for name in ("endpoint", "example")}
    if options["hars"]:
        recorded = read_hars(
            paths, options["hars"], redact=options["redact"], quiet=options["quiet"], **names
        )
        chosen = _chosen(None, options["languages"], required)
        return plan_recorded(recorded.requests, chosen), len(recorded.refused)
    if len(paths) != 1:
        raise UsageError(
            "one SPEC is needed" if not paths else "one SPEC at a time", fix="or use --har FILE…"
        )
    api = open_api(paths[0])
    chosen = _chosen(api, options["languages"], required)
    return _cases(api, chosen, named=bool(options["languages"]), **names), 0


def _chosen(api: Any, languages: Sequence[str], required: Collection[str]) -> Sequence[Any]:
    """The languages to prove in, among which each required one must be."""
    chosen = selection(api, languages)
    untried = {*required} - {"all", "scripts"} - {language.id for language, _ in chosen}
    if untried:
        names = ", ".join(sorted(untried))
        fix = "name each with --language as well, or leave it out of --require"
        raise UsageError(f"--require {names}: not among the languages that are to be proved", fix=fix)
    return chosen


def _cases(
    api: Any, chosen: Sequence[Any], endpoint: str | None, example: str | None, *, named: bool
) -> Sequence[Any]:
    """The examples and scripts that are asked for; a name that nothing has is an error.

    An article with scripts is named in an endpoint's place, a script in an example's. Where the languages
    were `named`, only scripts in them are meant.
    """
    from snippetgen.proof.verify import plan, plan_scripts

    scripts = plan_scripts(api, chosen if named else None, endpoint, example)
    if endpoint in {article.id for article, _ in api.scripts()}:
        if not scripts:
            raise UsageError(f"{endpoint} has no such script", fix="leave --example and --language out")
        return scripts
    cases = plan(api, chosen, endpoint, example)
    if not cases and not scripts:
        endpoints(api, endpoint, example)
    return (*cases, *scripts)


def _localized(cases: Sequence[Any], proofs: Sequence[Any]) -> str:
    """In which locales the proofs hold as well, because the code there is the same but for its comments."""
    tags = dict.fromkeys(locale.tag for case in cases for locale in getattr(case, "locales", ()))
    same = sum(
        bool(getattr(case, "locales", ()))
        and "parsed" not in proof.skipped
        and not any(finding.rule.startswith(("render/", "parse/")) for finding in proof.findings)
        for case, proof in zip(cases, proofs, strict=True)
    )
    return f"{same} snippets have the same code in {', '.join(tags)}, their comments aside" if same else ""


def _required(names: str) -> tuple[str, ...]:
    """What must be proved: `all` examples, those in a language, or the `scripts` of articles."""
    from snippetgen.manifest import load_language

    required = tuple(name for name in names.split(",") if name)
    for name in required:
        if name not in {"all", "scripts"}:
            load_language(name)
    return required
