"""The proof of a script, which is an article's snippet from a template of the project's own.

A script is what its author wrote, often around an SDK, so less is known of it than of a generated snippet.
It must succeed on the endpoint's sample with exactly one request, whose method and path are the operation's
with the script's values, in which each credential arrives where it belongs, and whose body is not empty
where the script reads a file: Base64 of an image (told by its first bytes) where the endpoint's examples
send one. Other query parameters, headers and what is printed are the SDK's business and not compared, nor
are noises on stderr more than a note. It must fail, and say why, on the documented error, without a server,
without a credential, and without an input file; in the last two cases before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from snippetgen.api import Api, Article, Endpoint, Script
from snippetgen.errors import SnippetgenError, SpecError
from snippetgen.language import Language
from snippetgen.manifest import load_language
from snippetgen.model import Finding, Request
from snippetgen.proof.arrival import check_arrival
from snippetgen.proof.bench import open_bench
from snippetgen.proof.case import Selection, answer, secrets
from snippetgen.proof.execute import Outcome
from snippetgen.proof.interpreter import find_interpreter
from snippetgen.proof.recorder import Recorder
from snippetgen.proof.snippet import base_path, find_equipment, parse
from snippetgen.proof.trial import Expectation, Trial, compile_snippet, run_through
from snippetgen.proof.verdict import Proof, Tiers, UnprovenError, settle
from snippetgen.request import build_request
from snippetgen.script import render_script
from snippetgen.source import Source
from snippetgen.toolchain import Toolchain

__all__ = ["ScriptCase", "plan_scripts", "prove_script"]


@dataclass(frozen=True, kw_only=True, eq=False)
class ScriptCase:
    """One script to be proved; `request` is what must arrive of it, `origins` are the servers it may name."""

    article: Article
    script: Script
    language: Language
    target: Endpoint | None
    request: Request | None
    origins: frozenset[str]
    source: Source

    @property
    def endpoint(self) -> str:
        """The article that shows it."""
        return self.article.id

    @property
    def example(self) -> str:
        """The script's id."""
        return self.script.id

    @property
    def client_id(self) -> str:
        """What stands in the client's place."""
        return "script"

    @property
    def pointer(self) -> str:
        """Where the script stands in the spec."""
        return self.script.pointer


def plan_scripts(
    api: Api, selection: Selection | None = None, endpoint: str | None = None, example: str | None = None
) -> tuple[ScriptCase, ...]:
    """The scripts of the articles: all, or those in these languages, of that article, of that id."""
    known = None
    if selection is not None:
        known = {language.id: language for language, client in selection if client is None}
    return tuple(
        _case(api, article, script, known[script.language] if known else load_language(script.language))
        for article, script in api.scripts()
        if endpoint in {None, article.id}
        if example in {None, script.id}
        if known is None or script.language in known
    )


def _case(api: Api, article: Article, script: Script, language: Language) -> ScriptCase:
    target = None if script.endpoint is None else api.endpoint(script.endpoint)
    servers = target.operation.servers if target else ()
    return ScriptCase(
        article=article,
        script=script,
        language=language,
        target=target,
        request=_request(api, script, target) if target else None,
        origins=frozenset(
            origin.rstrip("/") for origin in (*servers, *(e.origin for e in api.endpoints)) if origin
        ),
        source=api.source,
    )


def _request(api: Api, script: Script, target: Endpoint) -> Request:
    """The call that the script must be seen to make, as far as the spec says."""
    try:
        return build_request(
            {"path": script.path},
            method=target.operation.method,
            origin=target.origin,
            path=target.operation.path,
            parameters=target.operation.parameters,
            authentications=script.authentications,
        )
    except SpecError as problem:
        place = api.source.place(f"{script.pointer}/path")
        raise SpecError(problem.message, fix=problem.fix, place=place) from problem


def prove_script(case: ScriptCase, *, must: bool = False, seconds: float) -> Proof:
    """Take one script as far as it goes; unproven is a failure where it `must` be proved."""
    return settle(case, _tiers(case, seconds), must=must)


def _tiers(case: ScriptCase, seconds: float) -> Tiers:
    templates = case.language.folder.parent
    try:
        code = render_script(case.script, root=templates)
    except SnippetgenError as problem:
        yield "rendered", [Finding(rule="render/template", message=str(problem))]
        return
    yield "rendered", []
    yield "parsed", parse(code, case.language.grammar)
    if case.target is None or case.request is None:
        raise UnprovenError("the script names no endpoint, so nothing says what it must send")
    toolchain = find_equipment(case.language)
    python = _python(case, toolchain)
    with Recorder() as recorder:
        request = case.request.at(recorder.origin + base_path(_server(case)))
        code = render_script(_at(case, recorder.origin), root=templates)
        with open_bench(case.language, toolchain, code, python) as bench:
            yield "compiled", list(compile_snippet(bench))
            trial = Trial(
                request=request,
                bench=bench,
                recorder=recorder,
                seconds=seconds,
                secrets=secrets(request),
                success=answer(case.target, success=True),
                failure=answer(case.target, success=False),
            )
            yield from _try(trial, case.script, case.target)


def _python(case: ScriptCase, toolchain: Toolchain) -> str:
    """The interpreter that runs the script; UnprovenError where none has its modules."""
    modules, folder = case.script.requires, case.script.template.parent
    if modules and "{python}" not in toolchain.run:
        raise UnprovenError(f"`requires` names Python modules, and {toolchain.name} runs no Python")
    python = find_interpreter(modules, folder, case.language, toolchain)
    if python is None:
        raise UnprovenError(f"no Python here imports {', '.join(modules)}: make toolchains-sdk")
    return python


def _server(case: ScriptCase) -> str:
    """The server that the script calls; without the recorder in its place it would call the real API."""
    for value in case.script.values.values():
        if value.rstrip("/") in case.origins:
            return value
    raise UnprovenError("none of the script's values is the URL of a server of the spec")


def _at(case: ScriptCase, origin: str) -> Script:
    """The script with the recorder in place of each server."""
    values = {
        name: origin + base_path(value) if value.rstrip("/") in case.origins else value
        for name, value in case.script.values.items()
    }
    return replace(case.script, values=values)


def _try(trial: Trial, script: Script, target: Endpoint) -> Tiers:
    files = {name: path.read_bytes() for name, path in script.files.items()}
    ran, exchanges = run_through(trial, files, _EXPECTED)
    yield "ran", ran
    yield "wire", list(check_arrival(trial, exchanges, files, target))


def _anything(trial: Trial, outcome: Outcome) -> Iterator[Finding]:
    """What a script shows is its author's business."""
    del trial, outcome
    yield from ()


def _failed(trial: Trial, success: Outcome, outcome: Outcome, when: str) -> Iterator[Finding]:
    del trial
    if not {*outcome.stderr.split("\n")} - {*success.stderr.split("\n"), ""}:
        message = f"stderr says nothing {when} that it does not say on success"
        yield Finding(rule="run/silent-failure", message=message)


_EXPECTED = Expectation(noise="note", shown=_anything, failed=_failed)
