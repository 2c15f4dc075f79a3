"""A `Bench` is the work folder of one snippet, with the toolchain and the environment that it runs in.

Nothing of the caller's environment reaches a snippet but PATH.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from snippetgen.errors import UnsupportedError, UsageError
from snippetgen.language import Language
from snippetgen.proof.execute import RUN_SECONDS, Outcome, execute
from snippetgen.toolchain import Toolchain

__all__ = ["Bench", "cache_folder", "make_bench", "open_bench"]

COMPILE_SECONDS = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The work folder of one snippet, with the toolchain and the environment that it runs in."""

    folder: Path
    language: Language
    toolchain: Toolchain
    environment: Mapping[str, str]
    fillings: Mapping[str, str]

    def execute(
        self, argv: Sequence[str], credentials: Mapping[str, str] | None = None, seconds: float = RUN_SECONDS
    ) -> Outcome:
        """Run one argv list of the manifest here."""
        filled = [self._fill(word) for word in argv]
        return execute(filled, self.folder, {**self.environment, **(credentials or {})}, seconds)

    def compile(self) -> tuple[Outcome, ...]:
        """The outcomes of the compiler's commands, up to the first that fails."""
        outcomes: list[Outcome] = []
        for argv in self.toolchain.compile:
            outcomes.append(self.execute(argv, seconds=COMPILE_SECONDS))
            if not outcomes[-1].ok:
                break
        return tuple(outcomes)

    def run(self, credentials: Mapping[str, str], seconds: float = RUN_SECONDS) -> Outcome:
        """Run the snippet; `credentials` maps environment variables to values."""
        return self.execute(self.toolchain.run, credentials, seconds)

    def write(self, name: str, content: bytes) -> None:
        """Create an input file, which must lie below the work folder and replace nothing of ours."""
        own = {self.language.file_name, *self.toolchain.files}
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name in own:
            raise UnsupportedError(f"the file {name!r} cannot be put beside the snippet", fix="rename it")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def remove(self, name: str) -> None:
        """Take an input file away again."""
        (self.folder / name).unlink()

    def _fill(self, word: str) -> str:
        return _fill(word, self.fillings)


@contextmanager
def open_bench(
    language: Language, toolchain: Toolchain, code: str, python: str = sys.executable
) -> Iterator[Bench]:
    """A bench with the snippet on it, which is gone afterwards; `python` is what `{python}` stands for."""
    with tempfile.TemporaryDirectory(prefix="snippetgen-", ignore_cleanup_errors=True) as root:
        bench = make_bench(Path(root), language, toolchain, python)
        (bench.folder / language.file_name).write_bytes(code.encode())
        yield bench


def make_bench(root: Path, language: Language, toolchain: Toolchain, python: str = sys.executable) -> Bench:
    """A bench below an empty folder, without a snippet."""
    root = root.resolve()
    folder, home, temporary = (root / name for name in ("work", "home", "tmp"))
    for path in (folder, home, temporary):
        path.mkdir()
    for name in toolchain.files:
        if not (language.folder / name).is_file():
            raise UsageError(f"{language.folder} lacks the file {name} that its manifest names")
        shutil.copyfile(language.folder / name, folder / name)
    fillings = {
        "{python}": python,
        "{file}": language.file_name,
        "{work}": str(folder),
        "{language}": str(language.folder.resolve()),
        "{cache}": str(cache_folder()),
    }
    own = {name: _fill(value, fillings) for name, value in toolchain.environment.items()}
    places = {"PATH": _path(), "HOME": str(home), "TMPDIR": str(temporary)}
    basic = {**places, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return Bench(
        folder=folder, language=language, toolchain=toolchain, environment=basic | own, fillings=fillings
    )


def cache_folder() -> Path:
    """The folder that toolchains share between runs for what they build once."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(base).expanduser() / "snippetgen"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _path() -> str:
    """PATH, with the tools of the virtual environment that we run in before it."""
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def _fill(word: str, fillings: Mapping[str, str]) -> str:
    for placeholder, value in fillings.items():
        word = word.replace(placeholder, value)
    return word
