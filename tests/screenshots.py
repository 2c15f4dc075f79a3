"""Takes the pictures of built pages in docs/pages/: `make screenshots`, with Chromium and MkDocs Material."""

import subprocess
import sys
import tempfile
from pathlib import Path

from snippetgen.build import build
from snippetgen.spec import load_api
from tests.conftest import ROOT, SPEC

PICTURES = ROOT / "docs" / "pages"
LOCALES = ("ja", "hi", "ar")
PAGE = "instance-segmentation"
FORMATS = """pages:
  - {format: html, path: "html/{locale}/{page}.html"}
  - {format: mkdocs-material, path: "docs/{locale}/{page}.md"}
"""
CONFIG = """site_name: Roboflow Inference API
docs_dir: docs/%s
site_dir: site/%s
use_directory_urls: false
theme: {name: material, language: %s, font: false}
markdown_extensions:
  - admonition
  - tables
  - pymdownx.superfences: {preserve_tabs: true}
  - pymdownx.tabbed: {alternate_style: true}
"""


def main() -> None:
    """Build the pages, and picture one of them in each format and locale."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = SPEC.with_name(f"{SPEC.stem}.screenshots.yaml")  # the catalogs are those of roboflow
        text = SPEC.read_text("utf-8")
        try:
            spec.write_text(text[: text.index("pages:\n")] + FORMATS, "utf-8")
            build(load_api(spec), folder)
        finally:
            spec.unlink()
        for tag in LOCALES:
            _mkdocs(folder, tag)
            _picture(folder / "html" / tag / f"{PAGE}.html", PICTURES / f"html-{tag}.png")
            _picture(folder / "site" / tag / f"{PAGE}.html", PICTURES / f"mkdocs-material-{tag}.png")


def _mkdocs(folder: Path, tag: str) -> None:
    config = folder / "mkdocs.yml"
    config.write_text(CONFIG % (tag, tag, tag), "utf-8")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", config], check=True)


def _picture(page: Path, target: Path) -> None:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1000,1000")
    options += ("--virtual-time-budget=3000",)  # milliseconds, after which nothing moves any more
    command = ["chromium", *options, f"--screenshot={target}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
