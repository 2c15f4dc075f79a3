"""The Python interpreter that can import what a script needs."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from snippetgen.language import Language
from snippetgen.proof.bench import make_bench
from snippetgen.toolchain import Toolchain

__all__ = ["find_interpreter"]

VARIABLE = "SNIPPETGEN_SDK_PYTHON"
IMPORT_SECONDS = 120.0

_IMPORT = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
_asking = threading.Lock()


def find_interpreter(
    modules: tuple[str, ...], folder: Path, language: Language, toolchain: Toolchain
) -> str | None:
    """The first interpreter that imports all the modules, in the environment of a bench.

    Candidates are $SNIPPETGEN_SDK_PYTHON, the one that runs us, and `.venv-sdk/bin/python` in the current
    folder and in those above `folder`. None where no candidate imports them; asked once per process.
    """
    candidates = tuple(dict.fromkeys(_candidates(folder)))
    with _asking:
        return _first(modules, candidates, language, toolchain.name)


def _candidates(folder: Path) -> Iterator[str]:
    if given := os.environ.get(VARIABLE):
        yield str(Path(given).absolute())  # not resolved: a virtual environment is known by its link
    yield sys.executable
    above = folder.absolute()
    for base in (Path.cwd(), above, *above.parents):
        if (path := base / ".venv-sdk" / "bin" / "python").is_file():
            yield str(path)


@cache
def _first(
    modules: tuple[str, ...], candidates: tuple[str, ...], language: Language, toolchain: str
) -> str | None:
    chosen = next(item for item in language.toolchains if item.name == toolchain)
    with tempfile.TemporaryDirectory(prefix="snippetgen-", ignore_cleanup_errors=True) as root:
        bench = make_bench(Path(root), language, chosen)
        for python in candidates:
            if bench.execute((python, "-c", _IMPORT, *modules), seconds=IMPORT_SECONDS).ok:
                return python
    return None
