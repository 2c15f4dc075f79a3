"""A place is found by pointer, and finding many of them reads the file once."""

import json

import pytest
import yaml

from snippetgen import source
from snippetgen.errors import Place
from snippetgen.source import Source, escape_pointer

TEXT = """\
a:
  b/c: [1, {d: 2}]
  b/c: again
1: x
"""


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 1, 1),
        ("/a", 1, 1),
        ("/a/b~1c", 2, 3),
        ("/a/b~1c/1", 2, 12),
        ("/a/b~1c/1/d", 2, 13),
        ("/a/b~1c/7/d", 2, 3),
        ("/a/none/d", 1, 1),
        ("/1", 4, 1),
    ],
)
def test_the_value_or_its_nearest_ancestor(pointer, line, column):
    """Of a repeated key, the first is shown."""
    assert Source("x.yaml", TEXT, {}).place(pointer) == Place("x.yaml", line, column)


def test_a_text_that_is_no_yaml_has_no_lines():
    assert Source("x.txt", "a: [", {}).place("/a") == Place("x.txt")


def test_many_places_read_the_text_once(monkeypatch):
    """Thousands of findings in one large document cost one reading of it."""
    seen, compose = [], yaml.compose
    monkeypatch.setattr(yaml, "compose", lambda *args, **options: seen.append(1) or compose(*args, **options))
    source._compose.cache_clear()
    data = {"paths": {f"/p{number}": {"get": {}} for number in range(1000)}}
    document = Source("x.json", json.dumps(data, indent=1), data)
    lines = [document.place(escape_pointer("paths", path, "get")).line for path in data["paths"]]
    assert lines == [4 + 3 * number for number in range(1000)]
    assert len(seen) == 1
