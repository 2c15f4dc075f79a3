"""How long the largest document of the corpus takes: loaded, checked, imported; and what memory that needs.

`python -m tests.bench.openapi` prints processor seconds, which other work on the machine changes little.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import ROOT

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
