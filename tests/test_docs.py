"""The docs say what is true: rules have pages, links lead somewhere, examples do what is said of them.

Names are looked up by walking the package, so that moving a module breaks no test here.
"""

import ast
import importlib
import json
import pkgutil
import re
import shlex
import tomllib
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml

import snippetgen
from tests.conftest import ROOT

DOCS = ROOT / "docs"
RULES = DOCS / "rules"
GUIDES = [
    path for name in ("README", "CONTRIBUTING", "ARCHITECTURE") if (path := ROOT / f"{name}.md").is_file()
]
PAGES = [*GUIDES, *sorted(DOCS.rglob("*.md"))]
RULE_PAGES = sorted(path for path in RULES.glob("*/*.md"))
# Their examples are complete: a document, a request, what arrived. Where nothing arrives, nothing is shown.
PROVED = {"contract", "import", "wire"}
SHOWN = [p for p in RULE_PAGES if p.parent.name in PROVED and p.stem != "no-request"]
SHOWN.append(RULES / "check" / "coverage.md")
FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=ticks)`*[ \t]*$", re.MULTILINE | re.DOTALL
)
PROMPT = "$ .venv/bin/snippetgen "


@cache
def _modules():
    names = (info.name for info in pkgutil.walk_packages(snippetgen.__path__, "snippetgen."))
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


def _public(name):
    """What the package calls by that name, in whichever module it is."""
    return next(getattr(module, name) for module in _modules() if name in getattr(module, "__all__", ()))


@cache
def _rules():
    """Every rule of the code: the lists named RULES, and what is written out where a finding is made."""
    listed = {rule for module in _modules() for rule in getattr(module, "RULES", ())}
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(snippetgen.__file__).parent.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named = {node.value.value for node in nodes if isinstance(node, ast.keyword) and _is_rule(node)}
    families = {rule.split("/")[0] for rule in listed | named} | {path.parent.name for path in RULE_PAGES}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    written = {text for text in texts if re.fullmatch(rf"({'|'.join(families)})/[a-z]+(-[a-z]+)*", text)}
    return frozenset(listed | named | written)


def _is_rule(node):
    text = node.value.value if node.arg == "rule" and isinstance(node.value, ast.Constant) else None
    return isinstance(text, str) and bool(re.fullmatch(r"[a-z0-9]+/[a-z-]+", text))


def _blocks(text, *infos):
    """The fenced blocks of a Markdown text: language and content, in order."""
    found = ((match["info"].strip(), match["code"]) for match in FENCE.finditer(text))
    return [(info, code) for info, code in found if not infos or info in infos]


def _id(path):
    return path.relative_to(ROOT).as_posix()


def _rule(path):
    return path.relative_to(RULES).with_suffix("").as_posix()


# Rules


def test_every_rule_has_a_page_and_every_page_a_rule():
    """A finding's rule leads to its page; no page is about what is gone."""
    assert {_rule(path) for path in RULE_PAGES} == _rules()


def test_the_table_of_rules_is_complete():
    """Each rule stands once in the table, with its severity and its link."""
    rows = re.findall(
        r"^\| \[(\S+)\]\((\S+)\.md\) \| (\w+) \|", (RULES / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(name for name, _, _ in rows) == sorted(_rules())
    for name, link, severity in rows:
        assert link == name
        assert f"**Severity:** {severity}\n" in (RULES / f"{name}.md").read_text("utf-8")


@pytest.mark.parametrize("path", RULE_PAGES, ids=_rule)
def test_a_rule_page_has_its_parts(path):
    """What it means, why it matters, an example that fails, one that is mended, and what to do."""
    text = path.read_text("utf-8")
    headings = re.findall(r"^#+ .*$", FENCE.sub("", text), re.MULTILINE)
    parts = ["## Why it matters", "## Fails", "## Mended", "## What to do"]
    assert headings == [f"# {_rule(path)}", *parts]
    fails, mended = _sections(path)
    assert _blocks(fails)
    assert _blocks(mended)


def _sections(path):
    """The failing example, and the mended one."""
    _, fails, mended, _ = re.split(
        r"^## (?:Fails|Mended|What to do)\n", path.read_text("utf-8"), flags=re.MULTILINE
    )
    return fails, mended


class _Project:
    """A spec and a document made of the fragments that a page shows; later ones replace earlier ones."""

    def __init__(self, folder):
        self.folder = folder
        self.document = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"}}
        self.spec = {
            "snippetgen": 1,
            "openapi": "openapi.json",
            "servers": {"main": "https://api.example.com"},
        }
        self.endpoint = {"id": "items", "server": "main", "examples": [{"id": "first"}]}
        self.sample = None
        self.exchanges = []

    def add(self, text):
        self.exchanges = [_exchange(code) for _, code in _blocks(text, "http")]
        for info, code in _blocks(text, "yaml", "json"):
            if info == "json":
                self.sample = code
                continue
            for key, value in yaml.safe_load(code).items():
                self._home(key, value)[key] = value

    def _home(self, key, value):
        if key in {"openapi", "paths", "webhooks", "components"}:
            return self.document
        if key == "servers" and isinstance(value, list):
            return self.document
        return self.spec if key in {"languages", "servers", "credentials"} else self.endpoint

    def load(self):
        endpoint = dict(self.endpoint)
        method, _, path = endpoint.get("operation", "").partition(" ")
        document = {"paths": {path: {method.lower(): {}}}} | self.document
        path, item = next(iter(document["paths"].items()))
        endpoint.setdefault("operation", f"{next(iter(item)).upper()} {path}")
        if self.sample:
            endpoint.setdefault("samples", {"200": "samples/answer.json"})
            for name in endpoint["samples"].values():
                (self.folder / name).parent.mkdir(exist_ok=True)
                (self.folder / name).write_text(self.sample, "utf-8")
        (self.folder / "openapi.json").write_text(json.dumps(document), "utf-8")
        (self.folder / "spec.json").write_text(json.dumps({**self.spec, "endpoints": [endpoint]}), "utf-8")
        return _public("load_api")(self.folder / "spec.json")

    def contract(self):
        """What `check` finds, and what a proof finds in the requests that are shown as they arrived."""
        api = self.load()
        yield from _public("check_api")(api)
        yield from self.bare()
        endpoint, request = api.endpoints[0], api.endpoints[0].examples[0].request
        for exchange in self.exchanges:
            arrived = _public("received")(request, exchange)
            yield from _public("check_request")(endpoint.operation, arrived, {})

    def bare(self):
        """What `check` finds in the document by itself, as much of it as can be."""
        (self.folder / "openapi.json").write_text(json.dumps(self.document), "utf-8")
        checked = _public("check_bare")(_public("load_document")(self.folder / "openapi.json"), schemas=True)
        yield from (*checked.findings, *checked.coverage.findings(100, "the document"))

    def imports(self):
        """What `import` finds in the document."""
        (self.folder / "openapi.json").write_text(json.dumps(self.document), "utf-8")
        document = _public("load_document")(self.folder / "openapi.json")
        yield from _public("import_operations")(document, document.operations(), files=["x"]).findings
        yield from _public("left_webhooks")(document)

    def wire(self):
        """What a proof finds in the requests that are shown as they arrived."""
        return _public("compare")(self.load().endpoints[0].examples[0].request, {}, {}, self.exchanges)


def _exchange(code):
    head, _, body = code.partition("\n\n")
    (method, target, version), *lines = [line.split(" ", 2) for line in head.splitlines()]
    headers = tuple((name.removesuffix(":"), " ".join(rest)) for name, *rest in lines)
    facts = {"method": method, "target": target, "version": version, "headers": headers}
    return _public("Exchange")(raw=code.encode(), body=body.rstrip("\n").encode(), **facts)


@pytest.mark.parametrize("path", SHOWN, ids=_rule)
def test_an_example_of_a_rule_fails_and_is_mended(path, tmp_path):
    """The failing example has the finding, with the page's severity; the mended one has it no more."""
    rule, (fails, mended) = _rule(path), _sections(path)
    project = _Project(tmp_path)
    looks = {
        "check": project.bare,
        "contract": project.contract,
        "import": project.imports,
        "wire": project.wire,
    }
    look = looks[rule.partition("/")[0]]
    project.add(fails)
    found = {finding.severity for finding in look() if finding.rule == rule}
    assert found, "the failing example does not fail"
    assert f"**Severity:** {found.pop()}\n" in path.read_text("utf-8")
    project.add(mended)
    assert [finding.message for finding in look() if finding.rule == rule] == []


@pytest.mark.parametrize("path", sorted((RULES / "i18n").glob("*.md")), ids=_rule)
def test_a_translation_fails_and_is_mended(path, tmp_path):
    """The failing entry has its finding and no other; the mended one has none."""
    fails, mended = (
        _translation_findings(part, tmp_path / str(index)) for index, part in enumerate(_sections(path))
    )
    assert {(f.rule, f.severity) for f in fails} == {(_rule(path), _severity(path))}
    assert mended == []


def _severity(path):
    return re.search(r"^\*\*Severity:\*\* (\w+)$", path.read_text("utf-8"), re.MULTILINE)[1]


def _translation_findings(section, folder):
    """What `i18n check` says of an example: a catalog of the locale behind `po`, by default German."""
    ((info, entry),) = [(info, code) for info, code in _blocks(section) if info.split()[0] == "po"]
    tag = (*info.split(), "de")[1]
    glossary = next((yaml.safe_load(code)["glossary"] for _, code in _blocks(section, "yaml")), {})
    catalog = folder / tag / "LC_MESSAGES" / "shop.po"
    catalog.parent.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    catalog.write_text(header + entry.replace("\\u200b", "\u200b"), "utf-8")
    misnamed = list(_public("check_codes")(folder))
    if misnamed:
        return misnamed
    refused = {text for language in _public("load_languages")() for text in language.comment.refuses}
    read = _public("read_catalog")(catalog)
    terms = _public("Glossary")(tuple(glossary.get("keep", ())), glossary.get("translate", {}))
    return list(_public("check_catalog")(read, refused)) or list(_public("check_wording")([read], terms))


def test_a_snippet_fails_to_parse_and_is_mended():
    """The parser reports the failing example of parse/error, and not the mended one."""
    fails, mended = (_blocks(part, "python")[0][1] for part in _sections(RULES / "parse" / "error.md"))
    errors = _public("syntax_errors")(fails, "tree_sitter_python")
    if errors is None:
        pytest.skip("the parser is not installed")
    assert errors
    assert _public("syntax_errors")(mended, "tree_sitter_python") == []


# Links


def _links(path):
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", FENCE.sub("", path.read_text("utf-8")))
    return [link for link in re.findall(r"\]\(([^()\s]+)\)", text) if not re.match(r"[a-z]+:", link)]


def _anchors(path):
    """The fragments that a page's headings have, as GitHub makes them."""
    headings = re.findall(r"^#{1,6} (.+)$", FENCE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=_id)
def test_links_lead_somewhere(path):
    """Every relative link names a file that exists, and a heading that this file has."""
    for link in _links(path):
        name, _, fragment = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), f"{_id(path)} links to {link}"
        assert not fragment or fragment in _anchors(target), f"{_id(path)} links to {link}"


# The endpoint spec


SCHEMA = json.loads((ROOT / "schemas" / "endpoint-spec.schema.json").read_text("utf-8"))
SPEC_BLOCKS = [code for _, code in _blocks((DOCS / "endpoint-spec.md").read_text("utf-8"), "yaml")]


@pytest.mark.parametrize("code", SPEC_BLOCKS, ids=lambda code: code.splitlines()[0])
def test_an_example_of_the_spec_is_valid(code):
    """A whole spec as it stands; a fragment in the place where its keys belong."""
    data = yaml.safe_load(code)
    if not code.startswith("snippetgen: 1"):
        data = _completed(data)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)


def _completed(fragment):
    """A whole spec around a fragment, which is of the top, of an endpoint or of an example."""
    example, endpoint = {"id": "first"}, {"id": "items", "operation": "GET /items"}
    spec = {"snippetgen": 1, "openapi": "openapi.yaml"}
    for key, value in fragment.items():
        top = key in SCHEMA["properties"] and not (key == "credentials" and isinstance(value, list))
        below = endpoint if key in SCHEMA["$defs"]["endpoint"]["properties"] else example
        (spec if top else below)[key] = value
    return {"endpoints": [{"examples": [example], **endpoint}], **spec}


def test_every_key_of_the_spec_is_explained():
    """Each key of the schema, however deep, stands in the page as code."""
    shapes = [SCHEMA, *SCHEMA["$defs"].values()]
    shapes += [
        inner for shape in shapes for inner in shape.get("properties", {}).values() if inner is not True
    ]
    text = (DOCS / "endpoint-spec.md").read_text("utf-8")
    keys = {key for shape in shapes for key in shape.get("properties", {})}
    assert {
        key for key in keys if not re.search(rf"`{key}`|^#+ {key}$|\b{key}:", text, re.MULTILINE)
    } == set()


# The languages


def test_every_client_is_in_the_list_of_languages():
    """Each language with its id and what installs it, each client with its title and what it refuses."""
    text = (DOCS / "languages.md").read_text("utf-8")
    for language in _public("load_languages")():
        assert f"`{language.id}`" in text
        assert all(toolchain.install.partition(" (")[0] in text for toolchain in language.toolchains)
        for name, facts in tomllib.loads((language.folder / "language.toml").read_text("utf-8"))[
            "clients"
        ].items():
            row = next(
                (line for line in text.splitlines() if line.startswith(f"| `{language.id}/{name}` |")), ""
            )
            assert language.client(name).title in text
            assert row or not facts.get("limits"), (
                f"languages.md does not say what {language.id}/{name} refuses"
            )
            refused = [
                word
                for words in facts.get("limits", {}).values()
                if isinstance(words, list)
                for word in words
            ]
            assert [word for word in refused if word != "*" and f"`{word}`" not in row] == []


# Commands


def _commands():
    blocks = [code for path in PAGES for _, code in _blocks(path.read_text("utf-8"), "console")]
    lines = [line for code in blocks for line in code.splitlines() if line.startswith(PROMPT)]
    return list(dict.fromkeys(line.removeprefix(PROMPT).partition("  # ")[0] for line in lines))


def test_the_readme_shows_commands():
    """There is something to run."""
    assert len(_commands()) >= 5


def test_the_commands_of_the_docs_work(run_cli, tmp_path, monkeypatch, capsys):
    """Each command ends with exit code 0, in the order of the page; none writes into the repository."""
    monkeypatch.chdir(ROOT)
    for command in _commands():
        arguments = shlex.split(command)
        if arguments[0] == "verify" and not _provable(arguments):
            continue
        assert arguments[0] not in {"build", "schemas"} or {"--check", "--output"} & {*arguments}
        places = [i for i, word in enumerate(arguments) if word in {"--output", "--report"}]
        for index in places:
            kind, separator, name = arguments[index + 1].rpartition("=")
            arguments[index + 1] = f"{kind}{separator}{tmp_path / name}"
        code = run_cli(*arguments)
        shown = capsys.readouterr()
        assert code == 0, f"{PROMPT}{command}\n{shown.out}{shown.err}"


def _provable(arguments):
    """Whether a toolchain is here for every language that the command names; all languages are too many."""
    names = [arguments[i + 1] for i, word in enumerate(arguments) if word == "--language"]
    find = _public("find_toolchain")
    return bool(names) and all(find(_public("load_language")(name.partition("/")[0])) for name in names)
