"""A checkup says which toolchain proves a language here, and what installs the one that is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from snippetgen.language import Language
from snippetgen.proof.probe import probe_client, probe_toolchains
from snippetgen.proof.syntax import grammar_found

__all__ = ["Checkup", "examine", "format_checkups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What was found for one language.

    `toolchain` is the one that is used, None where there is none; `problems` say why each before it is not.
    `clients` are those whose library is missing, each with why and with what installs it; `provable` says
    that there is a toolchain and a client left. `parser` is whether its tree-sitter grammar is installed,
    None where the manifest names none.
    """

    language: str
    title: str
    toolchain: str | None
    version: str
    problems: tuple[str, ...]
    install: tuple[str, ...]
    clients: tuple[tuple[str, str, str], ...]
    provable: bool
    parser: bool | None

    def as_dict(self) -> dict[str, Any]:
        """The checkup as one JSON object."""
        return {
            "language": self.language,
            "toolchain": self.toolchain,
            "version": self.version,
            "problems": list(self.problems),
            "install": list(self.install),
            "clients": [
                dict(zip(("client", "problem", "install"), item, strict=True)) for item in self.clients
            ],
            "parser": self.parser,
        }


def examine(languages: Sequence[Language]) -> tuple[Checkup, ...]:
    """The checkups of these languages, in order."""
    with ThreadPoolExecutor() as executor:
        return tuple(executor.map(_examine, languages))


def _examine(language: Language) -> Checkup:
    probes = probe_toolchains(language)
    found = next((probe for probe in probes if probe.found), None)
    missing = tuple(_missing_clients(language)) if found else ()
    return Checkup(
        language=language.id,
        title=language.title,
        toolchain=found.toolchain.name if found else None,
        version=found.version if found else "",
        problems=tuple(f"{probe.toolchain.name}: {probe.problem}" for probe in probes if not probe.found),
        install=() if found else tuple(dict.fromkeys(probe.toolchain.install for probe in probes)),
        clients=missing,
        provable=found is not None and len(missing) < len(language.clients),
        parser=grammar_found(language.grammar) if language.grammar else None,
    )


def _missing_clients(language: Language) -> Iterator[tuple[str, str, str]]:
    for client in language.clients:
        probe = probe_client(language, client)
        if probe and not probe.found:
            yield client.id, probe.problem, client.install or ""


def format_checkups(checkups: Sequence[Checkup]) -> str:
    """One line a language, and below a missing toolchain or client what installs it."""
    width = max((len(checkup.title) for checkup in checkups), default=0)
    lines: list[str] = []
    for checkup in checkups:
        head = f"{checkup.title:<{width}}  "
        parser = "; its parser is missing: pip install 'snippetgen[proof]'" if checkup.parser is False else ""
        if checkup.toolchain:
            lines.append(f"{head}found    {checkup.toolchain}: {checkup.version}{parser}")
        else:
            lines.append(f"{head}missing  {'; '.join(checkup.problems) or 'no toolchain is known'}{parser}")
            lines += [f"{'':<{width}}           install: {command}" for command in checkup.install]
        for client, problem, install in checkup.clients:
            hint = f"; install: {install}" if install else ""
            lines.append(f"{'':<{width}}           {client} is missing: {problem}{hint}")
    proved = sum(checkup.provable for checkup in checkups)
    lines.append(f"{proved} of {len(checkups)} languages can be proved here.")
    return "\n".join(lines)
