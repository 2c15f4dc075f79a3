"""The proof of a generated snippet: rendered, parsed, compiled, run, compared, held to the contract.

It is run against its own recorder: with the server down, answering success, answering the documented
error, then without each input file and without each credential.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from snippetgen.contract import check_request
from snippetgen.errors import SnippetgenError, UnsupportedError
from snippetgen.language import Client, Language
from snippetgen.model import Finding
from snippetgen.openapi.operation import Operation
from snippetgen.proof.bench import open_bench
from snippetgen.proof.case import Case, input_files, secrets
from snippetgen.proof.exchange import Answer, Exchange
from snippetgen.proof.execute import Outcome
from snippetgen.proof.probe import find_toolchain, probe_client
from snippetgen.proof.received import received
from snippetgen.proof.recorder import Recorder
from snippetgen.proof.syntax import syntax_errors, uncommented
from snippetgen.proof.trial import Expectation, Trial, compile_snippet, run_through, short
from snippetgen.proof.verdict import Tiers, UnprovenError
from snippetgen.proof.wire import compare
from snippetgen.render import render
from snippetgen.toolchain import Toolchain

__all__ = ["base_path", "find_equipment", "parse", "try_snippet"]


def try_snippet(case: Case, seconds: float) -> Tiers:
    """Each tier with what is wrong there."""
    language, client = case.language, case.chosen
    try:
        code = render(case.request, language, client).code
    except UnsupportedError:
        raise
    except SnippetgenError as problem:
        yield "rendered", [Finding(rule="render/template", message=str(problem))]
        return
    yield "rendered", []
    yield "parsed", _parse(case, code, client.kit.grammar or language.grammar)
    toolchain = find_equipment(language, client)
    with Recorder() as recorder:
        request = case.request.at(recorder.origin + base_path(case.request.origin))
        code = render(request, language, client).code
        with open_bench(language, toolchain, code) as bench:
            yield "compiled", list(compile_snippet(bench))
            trial = Trial(
                request=request,
                bench=bench,
                recorder=recorder,
                seconds=seconds,
                secrets=secrets(request),
                success=case.success,
                failure=case.failure,
            )
            yield from _try(trial, case)


def _parse(case: Case, code: str, grammar: str | None) -> list[Finding] | None:
    """What the grammar cannot read, and each locale in which more than comments is another text."""
    errors = parse(code, grammar)
    bare = uncommented(code, grammar) if grammar else None
    if errors is None or bare is None:
        return None
    for locale in case.locales:
        localized = render(case.request, case.language, case.chosen, locale.translate).code
        if uncommented(localized, grammar or "") != bare:
            message = f"in {locale.tag}, a translation is code: more than the comments is different"
            errors.append(Finding(rule="parse/localized", message=message, locale=locale.tag))
    return errors


def parse(code: str, grammar: str | None) -> list[Finding] | None:
    """What the grammar cannot read; None where there is no parser."""
    errors = syntax_errors(code, grammar) if grammar else None
    return None if errors is None else [Finding(rule="parse/error", message=said) for said in errors]


def find_equipment(language: Language, client: Client | None = None) -> Toolchain:
    """The toolchain, as the client uses it; UnprovenError says what installs that which is missing."""
    toolchain = find_toolchain(language)
    if toolchain is None:
        hints = " or ".join(dict.fromkeys(t.install for t in language.toolchains)) or "none is known"
        raise UnprovenError(f"no toolchain: {hints}")
    probe = probe_client(language, client) if client else None
    if client is None or probe is None:
        return toolchain
    if not probe.found:
        hint = f"; {client.install}" if client.install else ""
        raise UnprovenError(f"{client.title} is not here: {probe.problem}{hint}")
    return probe.toolchain


def base_path(origin: str) -> str:
    """The path that a server's URL brings along."""
    path = origin.partition("://")[2].partition("/")[2] if "://" in origin else origin.lstrip("/")
    return f"/{path}".rstrip("/")


def _try(trial: Trial, case: Case) -> Tiers:
    files = input_files(trial.request)
    ran, exchanges = run_through(trial, files, _EXPECTED)
    yield "ran", ran
    wire = list(compare(trial.request, trial.secrets, files, exchanges))
    yield "wire", wire
    if case.operation:
        yield "contract", list(_check_contract(trial, case, case.operation, exchanges if wire else ()))


def _shown(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    body = _visible_body(trial, trial.success)
    if outcome.stdout.strip() != body:
        got = json.dumps(short(trial.mask(outcome.stdout.strip()), 200), ensure_ascii=False)
        wanted = json.dumps(short(body, 200), ensure_ascii=False)
        yield Finding(rule="run/output", message=f"stdout is {got}, expected the response body {wanted}")


def _failed(trial: Trial, success: Outcome, outcome: Outcome, when: str) -> Iterator[Finding]:
    del success
    if _visible_body(trial, trial.failure) not in outcome.stderr:
        said = trial.said(outcome)
        message = f"stderr does not show the response body {when}{said}"
        yield Finding(rule="run/silent-failure", message=message)


def _visible_body(trial: Trial, answer: Answer) -> str:
    """What of the answer a snippet can print."""
    return "" if trial.request.method == "HEAD" else answer.body.decode().strip()


_EXPECTED = Expectation(noise="warning", shown=_shown, failed=_failed)


def _check_contract(
    trial: Trial, case: Case, operation: Operation, wrong: Sequence[Exchange]
) -> Iterator[Finding]:
    """The request that was asked for; and what arrived, where that was another one."""
    asked = tuple(check_request(operation, case.request, trial.secrets))
    yield from asked
    known = {(finding.rule, finding.pointer) for finding in asked}
    for exchange in wrong[:1]:
        if not exchange.problem:
            for finding in check_request(operation, received(case.request, exchange), trial.secrets):
                if (finding.rule, finding.pointer) not in known:
                    yield replace(finding, message=f"as it arrived: {trial.mask(finding.message)}")
