"""The shape of the package: who may import whom, and what is public."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import snippetgen
from tests.conftest import ROOT

PACKAGE = Path(snippetgen.__file__).parent


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in PACKAGE.rglob("*.py") if "data" not in path.parts and _name(path)}
_TEXT = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ORDER = re.search(r"<!-- layers -->(.*)<!-- /layers -->", _TEXT, re.DOTALL)[1].split()


def _imports(module: str) -> set[str]:
    """The modules of the package that a module imports, wherever in its text; types alone do not count."""
    found = set()
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    typed = [
        node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    ignored = {inner for node in typed for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node not in ignored:
            assert not node.level, "imports are absolute"
            base = (node.module or "").removeprefix("snippetgen").removeprefix(".")
            if (node.module or "").split(".")[0] == "snippetgen":
                inner = {f"{base}.{alias.name}".removeprefix(".") for alias in node.names} & set(MODULES)
                found |= inner or ({base} if base else set())
    return found


def test_every_module_stands_in_one_layer():
    """ARCHITECTURE.md lists every module once, and nothing that is not there."""
    assert sorted(ORDER) == sorted(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_from_before_it(module):
    """Dependencies point one way: up the list."""
    assert {name for name in _imports(module) if ORDER.index(name) >= ORDER.index(module)} == set()


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"__main__"}))
def test_all_lists_what_is_public(module):
    """`__all__` names every public definition of the module itself, and each name in it exists."""
    loaded = importlib.import_module(f"snippetgen.{module}")
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    assert all(hasattr(loaded, name) for name in loaded.__all__)
    assert defined <= set(loaded.__all__)


def test_rendering_starts_without_the_heavy_libraries():
    """One snippet on the command line loads neither the validators nor the terminal library."""
    import subprocess
    import sys

    code = (
        "import sys; sys.argv = ['snippetgen', 'render', sys.argv[1], '--language', 'go', '--example', "
        "'hosted-image']\n"
        "from snippetgen.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'jsonschema', 'rich', 'babel', 'httpx', 'tree_sitter', 'xml', 'multiprocessing'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    spec = ROOT / "specs" / "roboflow" / "roboflow.yaml"
    done = subprocess.run([sys.executable, "-c", code, str(spec)], check=True, capture_output=True, text=True)
    assert done.stderr.strip().splitlines()[-1] == "[]"
