"""A `Proof` is what became of one snippet: rendered, parsed, compiled, run, compared, held to the contract.

A snippet is run against its own recorder: with the server down, answering success, answering the
documented error, then without each input file and without each credential. Only a snippet that did all of
it right passes; one that could not be tried is unproven, which is never a pass.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, Literal

from snippetgen.contract import check_request
from snippetgen.errors import SnippetgenError, UnsupportedError
from snippetgen.language import Client, Language
from snippetgen.model import Credential, Finding, Request
from snippetgen.openapi.operation import Operation
from snippetgen.proof.recorder import Answer, Exchange, Recorder
from snippetgen.proof.run import RUN_SECONDS, Bench, Outcome, allow_runs, find_toolchain, open_bench, stop_all
from snippetgen.proof.wire import Mask, compare, received
from snippetgen.render import render
from snippetgen.source import Source
from snippetgen.spec import Api, Endpoint, Sample

__all__ = [
    "RULES",
    "Case",
    "Proof",
    "grammar_found",
    "input_files",
    "plan",
    "plan_requests",
    "prove",
    "secrets",
    "summarize",
    "syntax_errors",
    "verify",
    "verify_requests",
]

# Every rule that a proof can hold beside those of the contract; each has a page in docs/rules/.
RULES = (
    *("render/template", "parse/error", "run/compile", "run/warning", "run/timeout", "run/exit-code"),
    *("run/output", "run/silent-failure", "run/down", "run/missing-file", "run/unset-credential"),
    *("run/secret", "run/unproven"),
    *("wire/no-request", "wire/extra-request", "wire/malformed", "wire/method", "wire/path", "wire/query"),
    *("wire/header", "wire/extra-header", "wire/media-type", "wire/body"),
)

Tier = Literal["rendered", "parsed", "compiled", "ran", "wire", "contract"]
Verdict = Literal["pass", "fail", "unproven"]
Selection = Sequence[tuple[Language, Client | None]]

_EARLY = frozenset({"rendered", "parsed", "compiled"})  # a failure here leaves nothing to run
_SUCCESS = Answer(body='{"message": "café, 日本語, 👋"}'.encode())
_FAILURE = Answer(status=403, body='{"message": "not allowed: café, 日本語, 👋"}'.encode())


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One snippet to be proved, and what the recorder answers it; `client` None is the page's choice."""

    example: str
    request: Request
    language: Language
    client: Client | None = None
    endpoint: str | None = None
    operation: Operation | None = None
    success: Answer = _SUCCESS
    failure: Answer = _FAILURE
    source: Source | None = None
    pointer: str = ""

    @property
    def client_id(self) -> str:
        """The client that is tried."""
        fitting = (c for c in self.language.clients if c.refusal(self.request) is None)
        return (self.client or next(fitting, self.language.default_client)).id


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of one case.

    `tier` is the first that failed, else the last that was reached; `skipped` are those that could not be
    tried although a later one could (the parser is not installed).
    """

    endpoint: str | None
    example: str
    language: str
    client: str
    tier: Tier
    verdict: Verdict
    reason: str
    seconds: float
    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The proof as one JSON object; keys that do not apply are absent."""
        facts = {
            "endpoint": self.endpoint,
            "example": self.example,
            "language": self.language,
            "client": self.client,
            "tier": self.tier,
            "verdict": self.verdict,
            "reason": self.reason or None,
            "seconds": round(self.seconds, 3),
            "findings": [finding.as_dict() for finding in self.findings],
        }
        return {key: value for key, value in facts.items() if value is not None}


# What is to be proved


def plan(
    api: Api, selection: Selection, endpoint: str | None = None, example: str | None = None
) -> tuple[Case, ...]:
    """Every endpoint, example and language in the order of the spec and of the selection."""
    endpoints = api.endpoints if endpoint is None else (api.endpoint(endpoint),)
    return tuple(
        Case(
            endpoint=chosen.id,
            example=item.id,
            request=item.request,
            language=language,
            client=client,
            operation=chosen.operation,
            success=_answer(chosen, success=True),
            failure=_answer(chosen, success=False),
            source=api.source,
            pointer=item.pointer,
        )
        for chosen in endpoints
        for item in chosen.examples
        if example in {None, item.id}
        for language, client in selection
    )


def plan_requests(requests: Sequence[tuple[str, Request]], selection: Selection) -> tuple[Case, ...]:
    """Plain requests with a name each, for instance a HAR file's."""
    return tuple(
        Case(example=name, request=request, language=language, client=client)
        for name, request in requests
        for language, client in selection
    )


def _answer(endpoint: Endpoint, *, success: bool) -> Answer:
    sample = endpoint.sample(success=success)
    if sample is None:
        return _SUCCESS if success else _FAILURE
    fallback = "200" if success else "500" if sample.status == "default" else f"{sample.status[:1]}00"
    status = sample.status if sample.status.isdigit() else fallback
    return Answer(status=int(status), body=_sample_bytes(sample))


def _sample_bytes(sample: Sample) -> bytes:
    """The sample as the page shows it, or as JSON where its file is YAML."""
    try:
        json.loads(sample.source.text)
    except ValueError:
        return json.dumps(sample.value, ensure_ascii=False).encode()
    return sample.source.text.strip().encode()


# Proving


def verify(
    cases: Sequence[Case],
    *,
    jobs: int | None = None,
    require: Collection[str] = (),
    seconds: float = RUN_SECONDS,
    progress: Callable[[Proof], None] | None = None,
) -> tuple[Proof, ...]:
    """Prove every case, `jobs` at a time; the proofs come in the order of the cases.

    Languages in `require` (or `all`) must be proved: unproven is then a failure. An interrupt ends every
    command that is running.
    """
    executor = ThreadPoolExecutor(jobs or os.cpu_count() or 1)
    try:
        futures = [executor.submit(prove, case, require=require, seconds=seconds) for case in cases]
        for future in as_completed(futures):
            if progress:
                progress(future.result())
        return tuple(future.result() for future in futures)
    except BaseException:
        stop_all()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
        allow_runs()


def verify_requests(
    requests: Sequence[tuple[str, Request]], selection: Selection, **options: Any
) -> tuple[Proof, ...]:
    """Prove plain requests; the options are those of `verify`."""
    return verify(plan_requests(requests, selection), **options)


class _UnprovenError(Exception):
    """The snippet cannot be tried here."""


def prove(case: Case, *, require: Collection[str] = (), seconds: float = RUN_SECONDS) -> Proof:
    """Take one case as far as it goes."""
    started = time.monotonic()
    tier: Tier = "rendered"
    failed: Tier | None = None
    findings: list[Finding] = []
    skipped: list[str] = []
    gap = ""
    try:
        with closing(_tiers(case, seconds, skipped)) as tiers:
            for tier, found in tiers:
                findings += found
                failed = failed or (tier if any(f.severity == "error" for f in found) else None)
                if failed in _EARLY:
                    break
    except (_UnprovenError, UnsupportedError) as problem:
        gap = str(problem)
        if {"all", case.language.id} & {*require}:
            failed = failed or tier
            findings.append(Finding(rule="run/unproven", message=f"the snippet must be proved, but {gap}"))
    errors = [f.message for f in findings if f.severity == "error"]
    return Proof(
        endpoint=case.endpoint,
        example=case.example,
        language=case.language.id,
        client=case.client_id,
        tier=failed or tier,
        verdict="fail" if failed else "unproven" if gap else "pass",
        reason=errors[0] if errors else gap,
        seconds=time.monotonic() - started,
        findings=_placed(case, findings),
        skipped=tuple(skipped),
    )


def _placed(case: Case, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    place = case.source.place(case.pointer) if case.source and findings else None
    return tuple(
        replace(
            finding,
            place=finding.place or place,
            endpoint=case.endpoint,
            example=case.example,
            language=case.language.id,
            client=case.client_id,
        )
        for finding in findings
    )


def _tiers(
    case: Case, seconds: float, skipped: list[str]
) -> Generator[tuple[Tier, list[Finding]], None, None]:
    """Each tier with what is wrong there; the consumer stops where going on makes no sense."""
    try:
        code = render(case.request, case.language, case.client).code
    except UnsupportedError:
        raise
    except SnippetgenError as problem:
        yield "rendered", [Finding(rule="render/template", message=str(problem))]
        return
    yield "rendered", []
    errors = syntax_errors(code, case.language.grammar) if case.language.grammar else None
    if errors is None:
        skipped.append("parsed")
    yield "parsed", [Finding(rule="parse/error", message=message) for message in errors or ()]
    toolchain = find_toolchain(case.language)
    if toolchain is None:
        hints = " or ".join(dict.fromkeys(t.install for t in case.language.toolchains)) or "none is known"
        raise _UnprovenError(f"no toolchain: {hints}")
    with Recorder() as recorder:
        request = case.request.at(recorder.origin + _base_path(case.request.origin))
        code = render(request, case.language, case.client).code
        with open_bench(case.language, toolchain, code) as bench:
            yield "compiled", list(_compile(bench))
            yield from _try(_Trial(case, request, bench, recorder, seconds, secrets(request)))


def _base_path(origin: str) -> str:
    """The path that a server's URL brings along."""
    path = origin.partition("://")[2].partition("/")[2] if "://" in origin else origin.lstrip("/")
    return f"/{path}".rstrip("/")


def _compile(bench: Bench) -> Iterator[Finding]:
    for outcome in bench.compile():
        said = _short(outcome.output.replace(f"{bench.folder}/", ""), 2000)
        if outcome.timed_out:
            message = f"`{outcome.argv[0]}` did not end within {outcome.seconds:.0f} s"
            yield Finding(rule="run/timeout", message=message)
        elif not outcome.ok:
            message = f"`{' '.join(outcome.argv[:2])}` refused the snippet:\n{said}"
            yield Finding(rule="run/compile", message=message)
        elif said:
            message = f"`{outcome.argv[0]}` warns:\n{said}"
            yield Finding(rule="run/warning", severity="warning", message=message)


# The runs


@dataclass(frozen=True, slots=True)
class _Trial:
    """One compiled snippet on its bench, with the recorder that its URL names."""

    case: Case
    request: Request
    bench: Bench
    recorder: Recorder
    seconds: float
    secrets: Mapping[str, str]

    @property
    def mask(self) -> Mask:
        return Mask.of(self.secrets, self.request)

    def run(self, without: str = "") -> Outcome:
        """One execution with every credential but this one."""
        given = {env: value for env, value in self.secrets.items() if env != without}
        return self.bench.run(given, self.seconds)


def _try(trial: _Trial) -> Iterator[tuple[Tier, list[Finding]]]:
    files = input_files(trial.request)
    for name, content in files.items():
        trial.bench.write(name, content)
    ran = list(_run_down(trial))
    trial.recorder.up(trial.case.success)
    outcome = trial.run()
    exchanges = trial.recorder.take()
    ran += _check_success(trial, outcome)
    trial.recorder.up(trial.case.failure)
    ran += _run_failure(trial)
    for name, content in files.items():
        ran += _run_without_file(trial, name)
        trial.bench.write(name, content)
    for credential in trial.request.credentials:
        ran += _run_without_credential(trial, credential)
    yield "ran", list(dict.fromkeys(ran))
    wire = list(compare(trial.request, trial.secrets, files, exchanges))
    yield "wire", wire
    if trial.case.operation:
        yield "contract", list(_check_contract(trial, trial.case.operation, exchanges if wire else ()))


def _run_down(trial: _Trial) -> Iterator[Finding]:
    when = "when the server refuses the connection"
    trial.recorder.down()
    outcome = trial.run()
    yield from _check_ended(trial, outcome, when)
    if outcome.ok:
        yield Finding(rule="run/down", message=f"the exit code is 0 {when}")
    elif not outcome.timed_out and not outcome.stderr.strip():
        yield Finding(rule="run/down", message=f"nothing is said on stderr {when}")


def _check_success(trial: _Trial, outcome: Outcome) -> Iterator[Finding]:
    yield from _check_ended(trial, outcome, "when the server answers")
    if outcome.timed_out:
        return
    body = _visible_body(trial, trial.case.success)
    if not outcome.ok:
        said = _said(trial, outcome)
        yield Finding(rule="run/exit-code", message=f"the exit code is {outcome.code} on success{said}")
    elif outcome.stderr.strip():
        message = f"the run succeeded, but wrote to stderr{_said(trial, outcome)}"
        yield Finding(rule="run/warning", severity="warning", message=message)
    if outcome.stdout.strip() != body:
        got = json.dumps(_short(trial.mask(outcome.stdout.strip()), 200), ensure_ascii=False)
        wanted = json.dumps(_short(body, 200), ensure_ascii=False)
        yield Finding(rule="run/output", message=f"stdout is {got}, expected the response body {wanted}")


def _run_failure(trial: _Trial) -> Iterator[Finding]:
    status = trial.case.failure.status
    when = f"when the server answers {status}"
    outcome = trial.run()
    exchanges = trial.recorder.take()
    yield from _check_ended(trial, outcome, when)
    if outcome.timed_out:
        return
    if outcome.ok:
        yield Finding(rule="run/silent-failure", message=f"the exit code is 0 {when}")
    if _visible_body(trial, trial.case.failure) not in outcome.stderr:
        said = _said(trial, outcome)
        message = f"stderr does not show the response body {when}{said}"
        yield Finding(rule="run/silent-failure", message=message)
    if len(exchanges) > 1:
        message = f"{len(exchanges)} requests arrived {when}, expected one"
        yield Finding(rule="wire/extra-request", message=message)


def _run_without_file(trial: _Trial, name: str) -> Iterator[Finding]:
    trial.bench.remove(name)
    when = f"when the file {name} is missing"
    yield from _check_refusal(trial, trial.run(), "run/missing-file", name, when)


def _run_without_credential(trial: _Trial, credential: Credential) -> Iterator[Finding]:
    when = f"when {credential.env} is not set"
    outcome = trial.run(without=credential.env)
    yield from _check_refusal(trial, outcome, "run/unset-credential", credential.env, when)


def _check_refusal(trial: _Trial, outcome: Outcome, rule: str, name: str, when: str) -> Iterator[Finding]:
    """The snippet must stop before it sends anything, and say what it lacks."""
    exchanges = trial.recorder.take()
    yield from _check_ended(trial, outcome, when)
    if outcome.ok:
        yield Finding(rule=rule, message=f"the exit code is 0 {when}")
    if not outcome.timed_out and name not in outcome.stderr:
        yield Finding(rule=rule, message=f"stderr does not name {name} {when}{_said(trial, outcome)}")
    if exchanges:
        yield Finding(rule=rule, message=f"a request was sent {when}")


def _check_ended(trial: _Trial, outcome: Outcome, when: str) -> Iterator[Finding]:
    """What holds for every run: it ends by itself, and shows no secret."""
    if outcome.timed_out:
        message = f"the run did not end within {trial.seconds:g} s {when}"
        yield Finding(rule="run/timeout", message=message)
    if outcome.code is None:
        yield Finding(rule="run/exit-code", message=f"the run did not start: {outcome.stderr}")
    if trial.mask(outcome.output) != outcome.output:
        message = f"the output shows a credential {when}"
        fix = "leave the URL out of the message"
        yield Finding(rule="run/secret", severity="warning", message=message, fix=fix)


def _visible_body(trial: _Trial, answer: Answer) -> str:
    """What of the answer a snippet can print."""
    return "" if trial.request.method == "HEAD" else answer.body.decode().strip()


def _said(trial: _Trial, outcome: Outcome) -> str:
    said = _short(trial.mask(outcome.stderr.strip()), 500).replace(f"{trial.bench.folder}/", "")
    return f"; stderr: {json.dumps(said, ensure_ascii=False)}" if said else "; stderr is empty"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def _check_contract(trial: _Trial, operation: Operation, wrong: Sequence[Exchange]) -> Iterator[Finding]:
    """The request that was asked for; and what arrived, where that was another one."""
    asked = tuple(check_request(operation, trial.case.request, trial.secrets))
    yield from asked
    known = {(finding.rule, finding.pointer) for finding in asked}
    for exchange in wrong[:1]:
        if not exchange.problem:
            for finding in check_request(operation, received(trial.case.request, exchange), trial.secrets):
                if (finding.rule, finding.pointer) not in known:
                    yield replace(finding, message=f"as it arrived: {trial.mask(finding.message)}")


# What a run is given


def secrets(request: Request) -> dict[str, str]:
    """A test value for each credential, as hard to send as its place allows.

    One that stands in a header as it is has visible ASCII only; one that is encoded has everything but the
    colon, which ends a user name (RFC 7617 section 2).
    """
    bare = {part for pair in request.headers if pair.value for part in pair.value.parts}
    return {
        credential.env: f"test-key-{n}" + ("+/=%&#?~$'" if credential in bare else "+/=%&#?~$'\" \\é世👋")
        for n, credential in enumerate(request.credentials, start=1)
    }


def input_files(request: Request) -> dict[str, bytes]:
    """Test content for each file that the request reads: every byte, line ends, near-boundaries."""
    tail = bytes(range(256)) * 4 + b"\r\n--x\r\n\r\n--x--\r\n\n\r\xff\xfe"
    return {name: f"{name}\n".encode() + tail for name in request.files}


# Parsing


@cache
def _grammar(module: str) -> Any:
    """The tree-sitter language of a grammar's module, or None where it is not installed."""
    try:
        grammar, core = import_module(module), import_module("tree_sitter")
    except ImportError:
        return None
    name = f"language_{module.removeprefix('tree_sitter_')}"  # PHP and TypeScript have several grammars
    return core.Language(getattr(grammar, name if hasattr(grammar, name) else "language")())


def grammar_found(module: str) -> bool:
    """Whether the parser of that grammar is installed."""
    return _grammar(module) is not None


def syntax_errors(code: str, module: str) -> list[str] | None:
    """What the grammar cannot read, one message a place; None where the parser is not installed."""
    language = _grammar(module)
    if language is None:
        return None
    tree = import_module("tree_sitter").Parser(language).parse(code.encode())
    return [_syntax_error(node) for node in _broken_nodes(tree.root_node)][:5]


def _broken_nodes(node: Any) -> Iterator[Any]:
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from _broken_nodes(child)


def _syntax_error(node: Any) -> str:
    line = node.start_point[0] + 1
    if node.is_missing:
        return f"line {line} lacks {node.type!r}"
    text = (node.text or b"").decode("utf-8", "replace").splitlines() or [""]
    return f"line {line} cannot be parsed at {_short(text[0], 60)!r}"


# Counting


def summarize(proofs: Sequence[Proof]) -> dict[str, Any]:
    """The counts of a verification: verdicts, in all and by language, and the tiers that were reached."""
    languages = {p.language: Counter({"pass": 0, "fail": 0, "unproven": 0}) for p in proofs}
    for proof in proofs:
        languages[proof.language][proof.verdict] += 1
    verdicts = sum(languages.values(), Counter({"pass": 0, "fail": 0, "unproven": 0}))
    return {
        "snippets": len(proofs),
        **{verdict: verdicts[verdict] for verdict in ("pass", "fail", "unproven")},
        "seconds": round(sum(proof.seconds for proof in proofs), 3),
        "languages": {name: dict(counts) for name, counts in languages.items()},
        "tiers": dict(Counter(proof.tier for proof in proofs)),
        "skipped": dict(Counter(tier for proof in proofs for tier in proof.skipped)),
        "findings": dict(Counter(finding.severity for proof in proofs for finding in proof.findings)),
    }
