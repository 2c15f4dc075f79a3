"""Overlays mend documents, say why, and do not rot."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.errors import DocumentError
from snippetgen.openapi.document import load_document
from snippetgen.openapi.overlay import apply_overlay, load_overlay
from snippetgen.source import load
from tests.conftest import ROOT

ROBOFLOW = ROOT / "specs" / "roboflow"
SEED = ROOT.parent / "shared" / "seeds" / "rest-api.hi.md"
HEAD = {"overlay": "1.0.0", "info": {"title": "T", "version": "1"}}


def apply(path: Path, data: Any, *actions: dict[str, Any]) -> Any:
    """The data after these actions."""
    file = path / "o.json"
    file.write_text(json.dumps(HEAD | {"actions": list(actions)}), encoding="utf-8")
    return apply_overlay(load_overlay(file), data)


def test_objects_merge_and_lists_grow(tmp_path: Path) -> None:
    """Objects merge recursively, lists concatenate, a primitive is replaced, and the input stays as it is."""
    data = {"a": {"x": 1, "l": [1], "deep": {"k": "v"}}}
    before = deepcopy(data)
    update = {"x": 2, "l": [2], "deep": {"n": None}}
    assert apply(tmp_path, data, {"target": "$.a", "update": update}) == {
        "a": {"x": 2, "l": [1, 2], "deep": {"k": "v", "n": None}}
    }
    assert data == before


def test_a_list_target_takes_an_entry(tmp_path: Path) -> None:
    """An update of a list is appended to it."""
    assert apply(tmp_path, {"l": [1]}, {"target": "$.l", "update": {"n": 2}}) == {"l": [1, {"n": 2}]}


def test_each_match_gets_its_own_copy(tmp_path: Path) -> None:
    """Two nodes that take one update do not share it."""
    result = apply(tmp_path, {"a": {}, "b": {}}, {"target": "$.*", "update": {"l": []}})
    result["a"]["l"].append(1)
    assert result["b"]["l"] == []


@given(st.lists(st.integers(0, 9), min_size=1))
def test_remove_takes_every_match(tmp_path_factory: pytest.TempPathFactory, numbers: list[int]) -> None:
    """Removing several items of one list removes just those."""
    data = {"l": [*numbers, 5]}
    result = apply(tmp_path_factory.mktemp("o"), data, {"target": "$.l[?@ >= 5]", "remove": True})
    assert result == {"l": [n for n in numbers if n < 5]}


def test_actions_apply_in_order(tmp_path: Path) -> None:
    """A later action sees what an earlier one did."""
    actions = {"target": "$", "update": {"a": {"b": 1}}}, {"target": "$.a.b", "remove": True}
    assert apply(tmp_path, {}, *actions) == {"a": {}}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ({"target": "$.none", "remove": True}, "matches nothing"),
        ({"target": "$.a[", "remove": True}, "is no JSONPath"),
        ({"target": "$.a.n", "update": 1}, "neither object nor array"),
        ({"target": "$.a", "update": 1}, "must be an object"),
        ({"target": "$", "remove": True}, "whole document"),
        ({"target": "$.a"}, "needs `update` or `remove: true`"),
        ({"target": "$.a", "remove": "yes"}, "`remove` must be true or false"),
        ({"update": {}}, "needs a `target`"),
    ],
)
def test_bad_actions(tmp_path: Path, action: dict[str, Any], expected: str) -> None:
    """An action that does nothing, or nothing lawful, is an error."""
    with pytest.raises(DocumentError, match=r"o\.json:1:") as caught:
        apply(tmp_path, {"a": {"n": 1}}, action)
    assert expected in str(caught.value)


def test_error_shows_the_line_of_the_action(tmp_path: Path) -> None:
    """A target that matches nothing names the line on which it stands."""
    file = tmp_path / "o.yaml"
    file.write_text(
        "overlay: 1.0.0\ninfo: {title: T, version: '1'}\nactions:\n  - target: $.x\n    remove: true\n"
    )
    with pytest.raises(DocumentError, match=r"o\.yaml:4:5: "):
        apply_overlay(load_overlay(file), {})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"overlay": "2.0.0"}, "version is '2.0.0'"),
        ({"info": {"title": "T"}}, "`info.version`"),
        ({"actions": []}, "must be a list that is not empty"),
        ({"actions": {}}, "must be a list that is not empty"),
    ],
)
def test_shape(tmp_path: Path, fields: dict[str, Any], expected: str) -> None:
    """What is not an overlay of version 1.0 is refused."""
    file = tmp_path / "o.json"
    file.write_text(json.dumps(HEAD | {"actions": [{"target": "$", "update": {}}]} | fields))
    with pytest.raises(DocumentError) as caught:
        load_overlay(file)
    assert expected in str(caught.value)


def test_the_document_is_the_published_one() -> None:
    """The file that ships is the published JSON, byte for byte; only the overlay mends it."""
    if not SEED.exists():
        pytest.skip("the published page is not at hand")
    published = SEED.read_bytes().split(b"\n")[25]
    assert (ROBOFLOW / "roboflow.openapi.json").read_bytes() == published


def test_every_action_has_its_reason_and_its_effect() -> None:
    """Each action of the overlay that ships says why, and changes the document."""
    overlay = load_overlay(ROBOFLOW / "roboflow.overlay.yaml")
    assert all(len(action.description) > 40 for action in overlay.actions)
    data = load(ROBOFLOW / "roboflow.openapi.json").data
    for i, action in enumerate(overlay.actions):
        step = apply_overlay(type(overlay)(source=overlay.source, title="", actions=(action,)), data)
        assert step != data, f"action {i} does nothing"
        data = step
    mended = load_document(ROBOFLOW / "roboflow.openapi.json", [ROBOFLOW / "roboflow.overlay.yaml"])
    assert mended.data == data
    assert mended.source.data != data
