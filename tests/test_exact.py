"""JSON numbers stay as they were written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippetgen.exact import ExactFloat, dumps, is_data, loads
from snippetgen.request import build_body

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@pytest.mark.parametrize("text", ["1.10", "0.1000000000000000055511151231257827", "1e400", "-0.0", "1E+2"])
def test_a_decimal_keeps_its_spelling(text):
    """What was written is what is sent, beyond what a float can hold."""
    assert dumps(loads(text)) == text


@given(VALUES)
def test_any_value_is_the_json_of_the_standard_library(value):
    """Both layouts read back as the same value."""
    assert json.loads(dumps(value)) == value
    assert json.loads(dumps(value, None)) == value


def test_the_layout_is_the_standard_librarys():
    """Two spaces a level, as `json.dumps` writes it."""
    value = {"a": [1, {"b": []}], "c": {}, "d": "é\u2028"}
    assert dumps(value) == json.dumps(value, indent=2, ensure_ascii=False)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "NaN", "Infinity", "{", ""])
def test_what_is_not_json_is_refused(text):
    """A repeated key and a number that is none are errors, not last-one-wins."""
    with pytest.raises(ValueError, match=r".+"):
        loads(text)


def test_a_float_that_loses_digits_is_not_data():
    """No language's own number could send it."""
    assert is_data(ExactFloat("1.10"))
    assert not is_data(ExactFloat("0.1000000000000000055"))


def test_a_file_can_stand_in_a_json_body():
    """`{$base64: FILE}` becomes a string of the file's Base64 text; the rest stays as it is."""
    body = build_body({"json": {"image": {"$base64": "a.png"}, "n": 1}})
    assert body.files == ("a.png",)
    assert loads(body.content.resolve({}, {"a.png": b"\xff"})) == {"image": "/w==", "n": 1}
    assert not body.is_data
