"""A checkup says which toolchain proves a language here, and what installs the one that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from snippetgen.language import Language
from snippetgen.proof.run import probe_toolchains
from snippetgen.proof.verify import grammar_found

__all__ = ["Checkup", "examine", "format_checkups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """What was found for one language.

    `toolchain` is the one that is used, None where there is none; `problems` say why each before it is not.
    `parser` is whether its tree-sitter grammar is installed, None where the manifest names none.
    """

    language: str
    title: str
    toolchain: str | None
    version: str
    problems: tuple[str, ...]
    install: tuple[str, ...]
    parser: bool | None

    def as_dict(self) -> dict[str, Any]:
        """The checkup as one JSON object."""
        return {
            "language": self.language,
            "toolchain": self.toolchain,
            "version": self.version,
            "problems": list(self.problems),
            "install": list(self.install),
            "parser": self.parser,
        }


def examine(languages: Sequence[Language]) -> tuple[Checkup, ...]:
    """The checkups of these languages, in order."""
    with ThreadPoolExecutor() as executor:
        return tuple(executor.map(_examine, languages))


def _examine(language: Language) -> Checkup:
    probes = probe_toolchains(language)
    found = next((probe for probe in probes if probe.found), None)
    return Checkup(
        language=language.id,
        title=language.title,
        toolchain=found.toolchain.name if found else None,
        version=found.version if found else "",
        problems=tuple(f"{probe.toolchain.name}: {probe.problem}" for probe in probes if not probe.found),
        install=() if found else tuple(dict.fromkeys(probe.toolchain.install for probe in probes)),
        parser=grammar_found(language.grammar) if language.grammar else None,
    )


def format_checkups(checkups: Sequence[Checkup]) -> str:
    """One line a language, and below a missing toolchain what installs it."""
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
    missing = sum(checkup.toolchain is None for checkup in checkups)
    lines.append(f"{len(checkups) - missing} of {len(checkups)} languages can be proved here.")
    return "\n".join(lines)
