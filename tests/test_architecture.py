"""The shape of the package: who may import whom, and what is public."""

import ast
import importlib
from pathlib import Path

import pytest

import snippetgen

PACKAGE = Path(snippetgen.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem not in {"__init__", "__main__"})

# Each layer imports only what stands above it, or an earlier module of its own line.
LAYERS = tuple(
    line.split()
    for line in (PACKAGE.parent / "ARCHITECTURE.md").read_text("utf-8").splitlines()
    if line.startswith("    ")
)


def _imports(module: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("snippetgen."):
            found.add(node.module.split(".")[1])
        assert not (isinstance(node, ast.ImportFrom) and node.level), "imports are absolute"
    return found


def test_every_module_stands_in_one_layer():
    """ARCHITECTURE.md lists every module once, and nothing that is not there."""
    assert sorted(name for layer in LAYERS for name in layer) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_from_before_it(module):
    """Dependencies point one way: up the list."""
    order = [name for layer in LAYERS for name in layer]
    assert not {name for name in _imports(module) if order.index(name) >= order.index(module)}


@pytest.mark.parametrize("module", MODULES)
def test_all_lists_what_is_public(module):
    """`__all__` names every public definition of the module itself, sorted, and each exists."""
    loaded = importlib.import_module(f"snippetgen.{module}")
    tree = ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))
    defined = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    assert all(hasattr(loaded, name) for name in loaded.__all__)
    assert defined <= set(loaded.__all__)
