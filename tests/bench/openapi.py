"""How long the largest document of the corpus takes: loaded, checked, imported; and what memory that needs.

Then how fast its valid body examples are judged, beside the fast engine called directly.

`python -m tests.bench.openapi` prints processor seconds, which other work on the machine changes little.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import ROOT

if TYPE_CHECKING:
    from snippetgen.openapi.document import Document

DOCUMENT = ROOT / ".." / "shared" / "corpus" / "openapi" / "github" / "api.github.com.json"


def measure(path: Path) -> None:
    """Print the steps for one document, one line each, from within a new process."""
    clock = time.process_time()

    def lap(step: str, found: str = "") -> None:
        nonlocal clock
        now = time.process_time()
        print(f"  {step:<10} {now - clock:6.2f} s  {found}")
        clock = now

    from snippetgen.check import check_bare
    from snippetgen.importing.operations import import_operations
    from snippetgen.openapi.document import load_document

    document = load_document(path)
    lap("load", f"{len(document.operations()):,} operations")
    checked = check_bare(document)
    lap("check", f"{checked.coverage}; {len(checked.findings):,} findings")
    imports = import_operations(document, document.operations(), files=[path.name])
    lap("import", f"{imports.examples:,} example requests")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  {'all':<10} {time.process_time():6.2f} s  {memory:,.0f} MB at most")
    print(f"  {'judge':<10} {_throughput(document)}")


def _throughput(document: Document) -> str:
    """How fast valid bodies are judged, and how long that takes of what the engine alone takes."""
    from snippetgen.contract import shown_values
    from snippetgen.exact import plain
    from snippetgen.openapi.validator import validator

    shown = [s for s in shown_values(document) if s.kind in {"request", "response"}]
    bodies = [(s.schema, s.direction, s.value) for s in shown if s.schema and not s.absent]
    judges = [(validator(document, schema, direction=way), value) for schema, way, value in bodies]
    judges = [(checker, value) for checker, value in judges if checker.fast_says(value)]
    engines = [(checker.fast, plain(value)) for checker, value in judges]
    ours, theirs = _fastest(judges), _fastest(engines)
    return f"{len(judges) / ours:,.0f} valid bodies a second, {ours / theirs:.2f} times what the engine takes"


def _fastest(judges: Sequence[tuple[Any, Any]], rounds: int = 20) -> float:
    """The seconds of the fastest of some rounds in which each judge is asked about its value."""
    laps = []
    for _ in range(rounds):
        start = time.process_time()
        for judge, value in judges:
            judge.is_valid(value)
        laps.append(time.process_time() - start)
    return min(laps)


def main() -> None:
    """Measure with an empty cache, and again with what the first run left there."""
    path = DOCUMENT.resolve()
    if not path.is_file():
        print(f"skipped: there is no corpus at {path}", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as cache:
        for state in ("cold", "warm"):
            print(f"{path.name}, {state} cache:", flush=True)
            code = "import sys; from pathlib import Path; from tests.bench import openapi as bench; "
            argv = [sys.executable, "-c", code + "bench.measure(Path(sys.argv[1]))", str(path)]
            subprocess.run(argv, cwd=ROOT, env={**os.environ, "XDG_CACHE_HOME": cache}, check=True)


if __name__ == "__main__":
    main()
