"""Draw docs/verify.svg anew: what `snippetgen verify` shows, as a picture (`make picture`)."""

import subprocess
import sys
from io import StringIO

from rich.console import Console
from rich.text import Text

from tests.conftest import ROOT, SPEC

__all__: list[str] = []

COMMAND = "snippetgen verify specs/roboflow/roboflow.yaml --require all"


def draw() -> None:
    """Run the command and write the picture; a run that fails draws nothing."""
    argv = [sys.executable, "-m", "snippetgen", "verify", str(SPEC), "--require", "all", "--quiet"]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, check=True)
    console = Console(record=True, width=84, file=StringIO())
    console.print(Text.assemble(("$ ", "green"), COMMAND))
    for line in done.stdout.rstrip().splitlines():
        console.print(Text.from_markup(line.replace("pass", "[green]pass[/green]")))
    (ROOT / "docs" / "verify.svg").write_text(console.export_svg(title="snippetgen"), "utf-8")


if __name__ == "__main__":
    draw()
