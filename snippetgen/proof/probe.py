"""A `Probe` says whether a toolchain is here, and with it the library of a client."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from snippetgen.language import Client, Language
from snippetgen.proof.bench import make_bench
from snippetgen.toolchain import Toolchain

__all__ = ["Probe", "find_toolchain", "probe_client", "probe_toolchains"]

PROBE_SECONDS = 60.0

_probing = threading.Lock()  # so that no toolchain is asked twice at the same time


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Whether one toolchain is here: `version` is the first line that its first probe printed."""

    toolchain: Toolchain
    found: bool
    version: str = ""
    problem: str = ""


def probe_toolchains(language: Language) -> tuple[Probe, ...]:
    """The language's toolchains in order, up to the first that is here; asked once per process."""
    with _probing:
        return _probe_all(language)


def find_toolchain(language: Language) -> Toolchain | None:
    """The first toolchain of the language whose every probe succeeds."""
    return next((probe.toolchain for probe in probe_toolchains(language) if probe.found), None)


def probe_client(language: Language, client: Client) -> Probe | None:
    """Whether the client's library is here, with the toolchain as the client uses it; asked once per process.

    None where no toolchain of the language is.
    """
    toolchain = find_toolchain(language)
    if toolchain is None:
        return None
    with _probing:
        return _probe_one(language, client.id, toolchain.name)


@cache
def _probe_all(language: Language) -> tuple[Probe, ...]:
    probes: list[Probe] = []
    for toolchain in language.toolchains:
        probes.append(_probe(language, toolchain, toolchain.probe))
        if probes[-1].found:
            break
    return tuple(probes)


@cache
def _probe_one(language: Language, client: str, toolchain: str) -> Probe:
    chosen = language.client(client)
    found = next(item for item in language.toolchains if item.name == toolchain)
    return _probe(language, chosen.kit.equip(found), chosen.kit.probe)


def _probe(language: Language, toolchain: Toolchain, commands: Sequence[Sequence[str]]) -> Probe:
    version = ""
    with tempfile.TemporaryDirectory(prefix="snippetgen-", ignore_cleanup_errors=True) as root:
        bench = make_bench(Path(root), language, toolchain)
        for argv in commands:
            outcome = bench.execute(argv, seconds=PROBE_SECONDS)
            if not outcome.ok:
                name = Path(outcome.argv[0]).name
                reason = "no answer in time" if outcome.timed_out else _last_line(outcome.output)
                return Probe(toolchain=toolchain, found=False, problem=f"{name}: {reason or outcome.code}")
            version = version or _first_line(outcome.output)
    return Probe(toolchain=toolchain, found=True, version=version)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]


def _last_line(text: str) -> str:
    return _first_line("\n".join(reversed(text.splitlines())))  # where a traceback says what is wrong
