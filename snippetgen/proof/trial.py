"""A `Trial` is one compiled snippet on its bench, with the recorder that its URL names, and its runs.

What holds for every snippet is checked here: it ends by itself, shows no secret, and stops with a message
where the server, a file or a credential is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from snippetgen.model import Finding, Request, Severity
from snippetgen.proof.bench import Bench
from snippetgen.proof.exchange import Answer, Exchange
from snippetgen.proof.execute import Outcome
from snippetgen.proof.mask import Mask
from snippetgen.proof.recorder import Recorder
from snippetgen.text import Credential
from snippetgen.wording import plural

__all__ = ["Expectation", "Trial", "compile_snippet", "run_through", "short"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One compiled snippet that can be run; `secrets` maps environment variables to test values."""

    request: Request
    bench: Bench
    recorder: Recorder
    seconds: float
    secrets: Mapping[str, str]
    success: Answer
    failure: Answer

    @property
    def mask(self) -> Mask:
        """What hides the secrets in a message."""
        return Mask.of(self.secrets, self.request)

    def run(self, without: str = "") -> Outcome:
        """One execution with every credential but this one."""
        given = {env: value for env, value in self.secrets.items() if env != without}
        return self.bench.run(given, self.seconds)

    def said(self, outcome: Outcome) -> str:
        """What stands on stderr, as the end of a message."""
        said = short(self.mask(outcome.stderr.strip()), 500).replace(f"{self.bench.folder}/", "")
        return f"; stderr: {json.dumps(said, ensure_ascii=False)}" if said else "; stderr is empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of the runs beside what holds for every snippet.

    `noise` is how bad it is to write to stderr on success. `shown` takes the run that was answered; `failed`
    takes it, the run that was refused, and words for when that was.
    """

    noise: Severity
    shown: Callable[[Trial, Outcome], Iterator[Finding]]
    failed: Callable[[Trial, Outcome, Outcome, str], Iterator[Finding]]


def short(text: str, length: int) -> str:
    """The beginning of a text."""
    return text if len(text) <= length else f"{text[:length]}…"


def compile_snippet(bench: Bench) -> Iterator[Finding]:
    """What the compiler refuses, or warns of."""
    for outcome in bench.compile():
        said = short(outcome.output.replace(f"{bench.folder}/", ""), 2000)
        if outcome.timed_out:
            message = f"`{outcome.argv[0]}` did not end within {outcome.seconds:.0f} s"
            yield Finding(rule="run/timeout", message=message)
        elif not outcome.ok:
            message = f"`{' '.join(outcome.argv[:2])}` refused the snippet:\n{said}"
            yield Finding(rule="run/compile", message=message)
        elif said:
            message = f"`{outcome.argv[0]}` warns:\n{said}"
            yield Finding(rule="run/warning", severity="warning", message=message)


def run_through(
    trial: Trial, files: Mapping[str, bytes], expected: Expectation
) -> tuple[list[Finding], tuple[Exchange, ...]]:
    """Every run: what is wrong with them, each finding once, and what arrived where it was answered."""
    for name, content in files.items():
        trial.bench.write(name, content)
    found = list(_run_down(trial))
    trial.recorder.up(trial.success)
    success = trial.run()
    exchanges = trial.recorder.take()
    found += _check_success(trial, success, expected)
    trial.recorder.up(trial.failure)
    found += _run_failure(trial, success, expected)
    for name, content in files.items():
        found += _run_without_file(trial, name)
        trial.bench.write(name, content)
    for credential in trial.request.credentials:
        found += _run_without_credential(trial, credential)
    return list(dict.fromkeys(found)), exchanges


def _check_success(trial: Trial, outcome: Outcome, expected: Expectation) -> Iterator[Finding]:
    yield from _check_ended(trial, outcome, "when the server answers")
    if outcome.timed_out:
        return
    if not outcome.ok:
        said = trial.said(outcome)
        yield Finding(rule="run/exit-code", message=f"the exit code is {outcome.code} on success{said}")
    elif outcome.stderr.strip():
        message = f"the run succeeded, but wrote to stderr{trial.said(outcome)}"
        yield Finding(rule="run/warning", severity=expected.noise, message=message)
    yield from expected.shown(trial, outcome)


def _run_failure(trial: Trial, success: Outcome, expected: Expectation) -> Iterator[Finding]:
    """Where the server answers an error, the snippet must fail after one request."""
    when = f"when the server answers {trial.failure.status}"
    outcome = trial.run()
    exchanges = trial.recorder.take()
    yield from _check_ended(trial, outcome, when)
    if outcome.timed_out:
        return
    if outcome.ok:
        yield Finding(rule="run/silent-failure", message=f"the exit code is 0 {when}")
    yield from expected.failed(trial, success, outcome, when)
    if len(exchanges) > 1:
        message = f"{plural(len(exchanges), 'request')} arrived {when}, expected one"
        yield Finding(rule="wire/extra-request", message=message)


def _run_down(trial: Trial) -> Iterator[Finding]:
    """Against a port that refuses connections, the snippet must fail and say so."""
    when = "when the server refuses the connection"
    trial.recorder.down()
    outcome = trial.run()
    yield from _check_ended(trial, outcome, when)
    if outcome.ok:
        yield Finding(rule="run/down", message=f"the exit code is 0 {when}")
    elif not outcome.timed_out and not outcome.stderr.strip():
        yield Finding(rule="run/down", message=f"nothing is said on stderr {when}")


def _run_without_file(trial: Trial, name: str) -> Iterator[Finding]:
    """Without an input file, which is taken away, the snippet must stop before it sends anything."""
    trial.bench.remove(name)
    when = f"when the file {name} is missing"
    yield from _check_refusal(trial, trial.run(), "run/missing-file", name, when)


def _run_without_credential(trial: Trial, credential: Credential) -> Iterator[Finding]:
    """Without a credential, the snippet must stop before it sends anything."""
    when = f"when {credential.env} is not set"
    outcome = trial.run(without=credential.env)
    yield from _check_refusal(trial, outcome, "run/unset-credential", credential.env, when)


def _check_refusal(trial: Trial, outcome: Outcome, rule: str, name: str, when: str) -> Iterator[Finding]:
    """The snippet must stop before it sends anything, and say what it lacks."""
    exchanges = trial.recorder.take()
    yield from _check_ended(trial, outcome, when)
    if outcome.ok:
        yield Finding(rule=rule, message=f"the exit code is 0 {when}")
    if not outcome.timed_out and name not in outcome.stderr:
        yield Finding(rule=rule, message=f"stderr does not name {name} {when}{trial.said(outcome)}")
    if exchanges:
        yield Finding(rule=rule, message=f"a request was sent {when}")


def _check_ended(trial: Trial, outcome: Outcome, when: str) -> Iterator[Finding]:
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
