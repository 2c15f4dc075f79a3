"""A verification proves many snippets at a time, and keeps their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from snippetgen.model import Request
from snippetgen.proof.case import Case, Selection, plan, plan_requests
from snippetgen.proof.execute import RUN_SECONDS, allow_runs, stop_all
from snippetgen.proof.script import ScriptCase, plan_scripts, prove_script
from snippetgen.proof.snippet import try_snippet
from snippetgen.proof.verdict import RULES, Proof, settle, summarize

__all__ = [
    "RULES",
    "Case",
    "Proof",
    "plan",
    "plan_requests",
    "plan_scripts",
    "prove",
    "summarize",
    "verify",
    "verify_requests",
]


def verify(
    cases: Sequence[Case | ScriptCase],
    *,
    jobs: int | None = None,
    require: Collection[str] = (),
    seconds: float = RUN_SECONDS,
    progress: Callable[[Proof], None] | None = None,
) -> tuple[Proof, ...]:
    """Prove every case, `jobs` at a time; the proofs come in the order of the cases.

    Languages in `require` (or `all`) must be proved, and the scripts of articles where `scripts` is in it:
    unproven is then a failure. An interrupt ends every command that is running.
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


def prove(case: Case | ScriptCase, *, require: Collection[str] = (), seconds: float = RUN_SECONDS) -> Proof:
    """Take one case as far as it goes."""
    if isinstance(case, ScriptCase):
        return prove_script(case, must="scripts" in require, seconds=seconds)
    return settle(case, try_snippet(case, seconds), must=bool({"all", case.language.id} & {*require}))
