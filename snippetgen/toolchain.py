"""What proves a language here: a `Toolchain` of its own, and the `Kit` by which a client differs from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Commands", "Kit", "Toolchain", "read_kit", "read_toolchain"]

Commands = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What proves a language: argv lists, run in the work folder of one snippet.

    `{python}`, `{file}`, `{work}`, `{language}` and `{cache}` stand for the interpreter that runs us, the
    snippet's file name, the work folder, the language's own folder, and a folder that lasts between runs.
    `files` are copied beside the snippet.
    """

    name: str
    probe: Commands
    compile: Commands = ()
    run: tuple[str, ...]
    files: tuple[str, ...] = ()
    environment: Mapping[str, str]
    install: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kit:
    """What a client needs beside its language's toolchain.

    `probe` asks whether its library is here. `compile`, `run` and `files` take the place of the
    toolchain's, None where they are the same; `environment` is added; `grammar` is the parser's module,
    None for the language's.
    """

    probe: Commands = ()
    compile: Commands | None = None
    run: tuple[str, ...] | None = None
    files: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    grammar: str | None = None

    def equip(self, toolchain: Toolchain) -> Toolchain:
        """The toolchain as the client uses it."""
        return replace(
            toolchain,
            compile=toolchain.compile if self.compile is None else self.compile,
            run=toolchain.run if self.run is None else self.run,
            files=toolchain.files if self.files is None else self.files,
            environment={**toolchain.environment, **self.environment},
        )


def read_toolchain(data: Mapping[str, Any]) -> Toolchain:
    """One `[[toolchain]]` of a manifest."""
    return Toolchain(
        name=data["name"],
        probe=_commands(data["probe"]),
        compile=_commands(data.get("compile", ())),
        run=tuple(data["run"]),
        files=tuple(data.get("files", ())),
        environment=data.get("environment", {}),
        install=data["install"],
    )


def read_kit(data: Mapping[str, Any]) -> Kit:
    """The kit of one `[clients.…]` table of a manifest."""
    return Kit(
        probe=_commands(data.get("probe", ())),
        compile=_commands(data["compile"]) if "compile" in data else None,
        run=tuple(data["run"]) if "run" in data else None,
        files=tuple(data["files"]) if "files" in data else None,
        environment=data.get("environment", {}),
        grammar=data.get("grammar"),
    )


def _commands(items: Sequence[Sequence[str]]) -> Commands:
    return tuple(tuple(argv) for argv in items)
