"""A manifest is held against its schema, and the schema against the values that read it."""

import json
from dataclasses import fields

import pytest

from snippetgen.errors import TemplateError
from snippetgen.limits import Limits
from snippetgen.literal import LiteralStyle, NumericEscape
from snippetgen.manifest import load_language, load_languages
from snippetgen.source import data_folder
from snippetgen.toolchain import Kit, Toolchain

SCHEMA = json.loads((data_folder("schemas") / "language.schema.json").read_text("utf-8"))
SHAPES = SCHEMA["$defs"]
PYTHON = (data_folder("templates") / "python" / "language.toml").read_text("utf-8")


def _keys(shape):
    return set(shape["properties"])


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (SHAPES["limits"], Limits),
        (SHAPES["style"], LiteralStyle),
        (SHAPES["style"]["properties"]["numeric"]["items"], NumericEscape),
        (SHAPES["toolchain"], Toolchain),
    ],
)
def test_the_schema_knows_every_fact(shape, value):
    assert _keys(shape) == {field.name for field in fields(value)}


def test_a_client_has_the_facts_of_its_kit():
    assert _keys(SHAPES["client"]) >= {field.name for field in fields(Kit)}


def test_every_manifest_is_valid():
    assert len(load_languages()) >= 10


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("rank = 20", "rnak = 20"), "the file: Additional properties are not allowed ('rnak'"),
        (('title = "Python"', 'titel = "Python"'), 'the file: "title" is a required property'),
        (("reserved = [", "reservd = ["), "/names: Additional properties are not allowed ('reservd'"),
        (("joins_headers = true", "join_headers = true"), "/clients/requests: Additional properties"),
        (("refused_methods", "refused_method"), "/clients/httpx/limits: Additional properties"),
        (("fewer =", "few ="), "/literal/0: Additional properties"),
        (('case = "snake"', 'case = "kebab"'), "/names/case:"),
        (('template = "urllib.py.jinja"\n', ""), '/clients/urllib: "template" is a required property'),
        (('template = "urllib.py.jinja"', 'template = "../x.jinja"'), "/clients/urllib/template:"),
        (('probe = [["{python}", "--version"]]', 'probe = "python"'), "/toolchain/0/probe:"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_its_key(tmp_path, change, message):
    assert change[0] in PYTHON
    folder = tmp_path / "python"
    folder.mkdir()
    (folder / "language.toml").write_text(PYTHON.replace(*change, 1), "utf-8")
    with pytest.raises(TemplateError) as caught:
        load_language("python", tmp_path)
    assert str(caught.value).startswith(f"{folder / 'language.toml'}: ")
    assert message in str(caught.value)
    assert "schemas/language.schema.json" in str(caught.value)


def test_what_extends_another_language_is_held_to_the_same_schema(tmp_path):
    for name, text in {
        "python": PYTHON,
        "micro": 'extends = "python"\ntitel = "Micro"\n[clients.urllib]\n',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "language.toml").write_text(text, "utf-8")
    with pytest.raises(TemplateError, match="'titel' was unexpected"):
        load_language("micro", tmp_path)


def test_a_manifest_cannot_extend_itself(tmp_path):
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "language.toml").write_text('extends = "loop"\n[clients]\n', "utf-8")
    with pytest.raises(TemplateError, match="the manifest extends itself"):
        load_language("loop", tmp_path)
