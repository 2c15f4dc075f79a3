"""A place is found by pointer, and finding many of them reads the file once."""

import json

import pytest

from snippetgen import position, source
from snippetgen.errors import InputError, Place
from snippetgen.exact import dumps
from snippetgen.source import Source, escape_pointer, load

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
    seen, events = [], position.events
    monkeypatch.setattr(position, "events", lambda text: seen.append(1) or events(text))
    position._index.cache_clear()
    data = {"paths": {f"/p{number}": {"get": {}} for number in range(1000)}}
    text = "paths:\n" + "".join(f"  {path}:\n    get: {{}}\n" for path in data["paths"])
    document = Source("x.yaml", text, data)
    lines = [document.place(escape_pointer("paths", path, "get")).line for path in data["paths"]]
    assert lines == [3 + 2 * number for number in range(1000)]
    assert len(seen) == 1


@pytest.mark.parametrize("indent", [None, 1])
def test_json_is_positioned_as_yaml_is(indent):
    """Both scanners show the same place, whatever the keys and strings look like."""
    data = {'a"b': ["x", {"\n": {}, "é\U0001f600": [[]]}, []], "a": {}, "": {"/~": 1.5}}
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    pointers = [
        "",
        "/a",
        "/",
        "//~1~0",
        '/a"b',
        '/a"b/0',
        '/a"b/1',
        '/a"b/1/\n',
        '/a"b/2',
        '/a"b/1/é\U0001f600/0',
    ]
    found = [Source("x.json", text, data).place(pointer) for pointer in pointers]
    as_yaml = [Source("x.json", "# \n" + text, data).place(pointer) for pointer in pointers]
    assert [(p.line, p.column) for p in found] == [(p.line - 1, p.column) for p in as_yaml]
    assert len(set(found)) == len(pointers)


def test_escapes_that_yaml_refuses_have_a_place_in_json():
    """A surrogate pair and a tab are JSON."""
    text = '{\n\t"\\ud83d\\ude00": {"b": 1}\n}'
    assert Source("x.json", text, {}).place("/\U0001f600/b") == Place("x.json", 2, 19)


def read(path, text, name="x.yaml"):
    """The value of a file with that text."""
    (path / name).write_text(text, encoding="utf-8")
    return load(path / name).data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02", "2024-01-02"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("[no, yes, on, off, y, n, No]", ["no", "yes", "on", "off", "y", "n", "No"]),
        ("[true, True, FALSE, tRUE]", [True, True, False, "tRUE"]),
        ("[12:30:45, 190:20]", ["12:30:45", "190:20"]),
        ("[1_000, 0b1, 0o17, 0x1F, 017, -0, +12]", ["1_000", "0b1", 15, 31, 17, 0, 12]),
        ("[1.10, .5, 1., 1e3, 1.e3, e3, 1.2.3]", [1.1, 0.5, 1.0, 1000.0, 1000.0, "e3", "1.2.3"]),
        ("[~, null, NULL, '', nUll]", [None, None, None, "", "nUll"]),
        ("200: {no: 1, ~: 2, 1.50: 3, true: 4}", {"200": {"no": 1, "~": 2, "1.50": 3, "true": 4}}),
        ("[!!str 1, !!int '7', ! 7, !!float 2, !!null '', !!bool true]", ["1", 7, "7", 2.0, None, True]),
        ("{a: &x [1, &y b], c: *x, d: *y}", {"a": [1, "b"], "c": [1, "b"], "d": "b"}),
        ("'<<': 1", {"<<": 1}),
        ("=: =", {"=": "="}),
        ('{"a":1, b: "\\u00e9"}', {"a": 1, "b": "é"}),
        ("--- !!map\na: |\n  x\n  y\n", {"a": "x\ny\n"}),
    ],
)
def test_yaml_is_read_by_the_core_schema_of_1_2(tmp_path, text, expected):
    """Only what JSON has becomes more than a string, and every key is one."""
    found = read(tmp_path, text)
    assert found == expected
    assert json.dumps(found) == json.dumps(expected)


def test_not_a_number_and_infinity(tmp_path):
    """The core schema has them."""
    assert str(read(tmp_path, "[.nan, -.inf, .INF]")) == "[nan, -inf, inf]"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "the key 'a' stands on line 1 already", 3),
        ("x:\n  '200': 1\n  200: 2\n", "the key '200' stands on line 2 already", 3),
        ("? [a]\n: 1\n", "a key must be a plain string", 1),
        ("a: &x {b: *x}\n", "the alias *x has no anchor before it", 1),
        ("a: 1\nb: *nobody\n", "the alias *nobody has no anchor before it", 2),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "merges in YAML 1.1 only", 3),
        ("a: !!python/name:os.system x\n", "is not allowed", 1),
        ("a: !!set {b}\n", "is not allowed", 1),
        ("a: !!int b\n", "is no tag:yaml.org,2002:int", 1),
        ("a: 1\n---\nb: 1\n", "a second document begins here", 2),
        ("a: [1\n", "not valid YAML", 2),
        ("", "the file is empty", None),
        ("# nothing\n", "the file is empty", None),
        ("a: " + "[" * 201 + "]" * 201, "nested more than 200 levels deep", 1),
        ("a: " + "9" * 5000, "a number is too long", 1),
        ("a: \x00", "not valid YAML", None),
    ],
)
def test_bad_yaml_is_told_with_its_line(tmp_path, text, message, line):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert caught.value.place.line == line


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('{"a": {"b": 1,\n "c": 2,\n "b": 3}}', "the key 'b' stands on line 1 already", 3),
        ('{"x": "\\"b\\": 1", "b": 1,\n\n"b": 3}', "the key 'b' stands on line 1 already", 3),
        ('{"a": 1,\n}', "not valid JSON", 2),
        ('{"a": NaN}', "NaN is not JSON", None),
        ('{"a": "\\ud83d"}', "is half of a character", None),
        ('{"a":' + "[" * 201 + "]" * 201 + "}", "nested more than 200 levels deep", None),
        ("[" * 100_000, "nested more than 200 levels deep", None),
        ("[" + "9" * 5000 + "]", "a number is too long", None),
    ],
)
def test_bad_json_is_told_with_its_line(tmp_path, text, message, line):
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, "x.json")
    assert message in str(caught.value)
    assert caught.value.place.line == line


def test_a_flow_mapping_is_yaml_too(tmp_path):
    """A brace begins JSON, and in a file that is called YAML also a flow mapping."""
    assert read(tmp_path, "{a: [no], b: 2}") == {"a": ["no"], "b": 2}


def test_aliases_that_explode_are_refused(tmp_path):
    """Nine levels of nine aliases each would be four hundred million values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(InputError, match="the aliases expand to more than"):
        read(tmp_path, "\n".join(lines))


def long_yaml():
    """A text that is long enough to be cached."""
    return "numbers: [1.10, 1e400, 12345678901234567890123]\n" + "".join(f"k{n}: no\n" for n in range(30_000))


def test_a_long_yaml_file_is_read_once(tmp_path, monkeypatch):
    """The second reading is of the cache, and gives the same value to the last digit."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = read(tmp_path, long_yaml())
    monkeypatch.setattr(source.yamlcore, "loads", lambda _: pytest.fail("read again"))
    again = load(tmp_path / "x.yaml").data
    assert dumps(again) == dumps(first)
    assert dumps(again["numbers"], None) == "[1.10, 1e400, 12345678901234567890123]"


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-5], lambda data: data.replace(b"no", b"na", 1), lambda _: b"", lambda _: b"\xff"],
)
def test_a_damaged_cache_is_not_believed(tmp_path, monkeypatch, damage):
    """A truncated or altered file is read anew and written anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = read(tmp_path, long_yaml())
    (file,) = (tmp_path / "cache" / "snippetgen").iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert load(tmp_path / "x.yaml").data == first
    assert file.read_bytes() == whole


@pytest.mark.parametrize("cache", ["file", "shared", "read-only"])
def test_a_cache_that_cannot_be_used_is_none(tmp_path, monkeypatch, cache):
    """No folder, or one that others may write to, means no cache and no error."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    if cache == "file":
        folder.write_text("")
    else:
        (folder / "snippetgen").mkdir(parents=True)
        (folder / "snippetgen").chmod(0o777 if cache == "shared" else 0o500)
    assert read(tmp_path, long_yaml())["k1"] == "no"
    assert cache == "read-only" or not [*folder.glob("snippetgen/*")]


def test_the_cache_keeps_what_was_used_last(tmp_path, monkeypatch):
    """Its size is bounded."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("snippetgen.cache.MAX_FILES", 2)
    for number in range(4):
        read(tmp_path, f"n: {number}\n" + long_yaml())
    assert len([*(tmp_path / "cache" / "snippetgen").iterdir()]) == 2
