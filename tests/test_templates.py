"""What a snippet template may contain: layout, and nothing that computes."""

import re
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from snippetgen.manifest import default_languages, load_language, load_languages
from snippetgen.source import data_folder
from snippetgen.template import load_template
from snippetgen.text import Text

TEMPLATES = sorted(data_folder("templates").glob("*/*.jinja"))
PRINTABLE = {
    "literal",
    "expression",
    "inside",
    "comment",
    "block",
    "data",
    "identifier",
    "member",
    "nest",
    "variable",
    "chain",
}


def _problems(source: str) -> list[str]:
    tree = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).parse(source)
    problems = [f"line {node.lineno}: `~` joins strings" for node in tree.find_all(nodes.Concat)]
    for operation in (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Mod):
        problems += [f"line {node.lineno}: arithmetic" for node in tree.find_all(operation)]
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                continue
            if isinstance(node, nodes.Const):
                problems.append(f"line {node.lineno}: constant output")
            elif isinstance(node, nodes.Filter):
                if node.name not in PRINTABLE:
                    problems.append(f"line {node.lineno}: `{node.name}` does not make code")
            elif not (isinstance(node, nodes.Getattr) and node.attr == "name"):
                problems.append(f"line {node.lineno}: unfiltered output")
    problems += [f"line {node.lineno}: a macro" for node in tree.find_all(nodes.Macro)]
    return problems


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_is_layout_only(path):
    """No template joins strings, calculates, prints a constant or prints raw text."""
    assert _problems(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ 'a' ~ method | literal }}", "`~` joins strings"),
        ("{{ 'a' }}", "constant output"),
        ("{{ method }}", "unfiltered output"),
        ("{{ method | upper }}", "`upper` does not make code"),
        ("{{ (1 + 2) | literal }}", "arithmetic"),
        ("{% macro m() %}{% endmacro %}", "a macro"),
    ],
)
def test_the_check_finds(source, problem):
    """Each kind of misuse is seen."""
    assert any(problem in found for found in _problems(source))


def test_every_template_belongs_to_a_client():
    """No template lies about unused, and no manifest names one that is not there."""
    used = {
        path
        for language in load_languages()
        for client in language.clients
        for path in _with_included(client.template, (language.folder, *language.bases))
    }
    assert used == {path for path in TEMPLATES if path.parent.name != "pages"}


def _with_included(path, folders):
    """A template and what it includes, each from the first folder that has it."""
    yield path
    for include in jinja2.Environment(autoescape=True).parse(path.read_text("utf-8")).find_all(nodes.Include):
        candidates = [folder / include.template.value for folder in folders]
        yield from _with_included(next(filter(Path.is_file, candidates), candidates[0]), folders)


def test_the_languages_are_the_ten_of_the_docs():
    """Their ids are what other people's scripts pass to --language."""
    ids = [language.id for language in default_languages()]
    assert ids == ["curl", "python", "javascript", "swift", "kotlin", "java", "ruby", "php", "go", "csharp"]


@pytest.mark.parametrize("language", load_languages(), ids=lambda language: language.id)
def test_reserved_names_hold_what_the_templates_declare(language):
    """A credential can never shadow a name of its own snippet."""
    from snippetgen.model import Credential

    if language.case == "env":
        assert language.name(Credential("url", "URL")) == "URL"
        return
    for name in ("body", "url" if language.id not in {"ruby", "go"} else "response"):
        assert language.name(Credential(name, "X")) != name


# curl, Wget and HTTPie say themselves with which status they ended; raw HTTP has no branches.
SAY_IT_THEMSELVES = {"cmd/curl", "shell/httpie", "shell/wget", "http/http1.1"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_failure_shows_the_status(path):
    """A server that answers with an error and nothing else would leave the reader with an empty line."""
    client, source = f"{path.parent.name}/{path.name.split('.jinja')[0]}", path.read_text()
    if "Print the response." in source and client.rpartition(".")[0] not in SAY_IT_THEMSELVES:
        assert re.search(r"HTTP (%|\$|\{|#|\\|\" \+)", source)


ONE_LINE = '{"a": "b"}'
LINES = '{"a": 1}\n{"a": 2}\n'


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("go", ONE_LINE, '`{"a": "b"}`'),
        ("go", 'a ` and "', '"a ` and \\""'),
        ("go", LINES, f"`{LINES}`"),
        ("kotlin", ONE_LINE, '"""{"a": "b"}"""'),
        ("kotlin", '{"$a": "b"}', '"{\\"\\$a\\": \\"b\\"}"'),
        ("kotlin", LINES, '"""\n  {"a": 1}\n  {"a": 2}\n\n  """.trimIndent()'),
        ("swift", ONE_LINE, '#"{"a": "b"}"#'),
        ("swift", '""#', r'"\"\"#"'),
        ("java", ONE_LINE, '"""\n  {"a": "b"}"""'),
        ("java", 'W/"etag"', r'"W/\"etag\""'),
        ("php", "{\n}", "<<<'JSON'\n  {\n  }\n  JSON"),
        ("php", "one\ntwo", "<<<'TEXT'\n  one\n  two\n  TEXT"),
    ],
)
def test_a_text_is_written_as_a_person_of_the_language_would(name, text, code):
    """Raw where nothing needs an escape, else escaped; the compilers read both in test_literal_proof."""
    assert load_language(name).lines(Text.of(text), "  ") == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"tags": ["a", 1, None]}, '{\n    "tags": ["a", 1, None],\n}'),
        ({"nested": [["a"]]}, '{\n    "nested": [\n        ["a"],\n    ],\n}'),
        ({"long": ["x" * 80]}, '{\n    "long": [\n        "' + "x" * 80 + '",\n    ],\n}'),
        (["a"], '[\n    "a",\n]'),
        ([], "[]"),
    ],
)
def test_a_list_of_scalars_is_one_line_where_it_fits(value, code):
    """The outermost value stands behind code whose length its template knows."""
    python = load_language("python")
    template = load_template(python.default_client.template, python)
    assert template.environment.filters["data"](value) == code


def test_a_language_that_extends_another_has_its_facts_and_its_own():
    """TypeScript writes JavaScript's literals, which are proved by its runtime; the rest is its own."""
    typescript, javascript = (load_language(name) for name in ("typescript", "javascript"))
    assert (typescript.literal, typescript.block) == (javascript.literal, javascript.block)
    assert typescript.client("fetch").limits == javascript.client("fetch").limits
    assert typescript.client("fetch").template != javascript.client("fetch").template
    assert [client.id for client in typescript.clients] == ["fetch"]


def test_a_manifest_error_names_the_file(tmp_path: Path):
    """A broken manifest is reported with its place, not as a traceback."""
    from snippetgen.errors import TemplateError

    folder = tmp_path / "rust"
    folder.mkdir()
    (folder / "language.toml").write_text('title = "Rust"\n[names\n')
    with pytest.raises(TemplateError, match=r"rust.language\.toml.*not valid TOML"):
        load_language("rust", tmp_path)
