"""Broken on purpose, and caught: each way in which docs go wrong has its finding."""

import json
import re
import shutil

import pytest

from snippetgen.source import data_folder


@pytest.fixture
def templates(tmp_path, monkeypatch):
    """A copy of the templates that takes the place of the shipped ones."""
    from snippetgen import manifest

    folder = tmp_path / "templates"
    shutil.copytree(data_folder("templates"), folder)
    monkeypatch.setattr(manifest, "data_folder", lambda _: folder)
    manifest.load_language.cache_clear()
    manifest.load_languages.cache_clear()
    yield folder
    manifest.load_language.cache_clear()
    manifest.load_languages.cache_clear()


def _verify(run_cli, tmp_path, spec, example):
    report = tmp_path / "verify.json"
    code = run_cli(
        *("verify", spec, "--endpoint", "classification", "--example", example),
        *("--language", "python", "--report", f"json={report}"),
    )
    rules = {f["rule"] for snippet in json.loads(report.read_text())["snippets"] for f in snippet["findings"]}
    return code, rules


def test_a_template_that_drops_a_query_parameter(templates, run_cli, tmp_path, project):
    """The wire is compared with the request, so what is missing is seen."""
    path = templates / "python" / "httpx.py.jinja"
    path.write_text(path.read_text().replace("{% for pair in query %}", "{% for pair in query[:1] %}"))
    code, rules = _verify(run_cli, tmp_path, project, "hosted-image")
    assert code == 1
    assert "wire/query" in rules


def test_a_template_that_sends_a_second_request(templates, run_cli, tmp_path, project):
    """Exactly one request may arrive."""
    path = templates / "python" / "httpx.py.jinja"
    path.write_text(path.read_text() + "httpx.get(response.url)\n")
    code, rules = _verify(run_cli, tmp_path, project, "hosted-image")
    assert code == 1
    assert "wire/extra-request" in rules


def test_a_template_that_hides_a_failure(templates, run_cli, tmp_path, project):
    """A documented error must be visible: a message and a non-zero exit code."""
    path = templates / "python" / "httpx.py.jinja"
    shown = 'sys.exit(f"HTTP {response.status_code}: {response.text}")'
    path.write_text(path.read_text().replace(shown, "pass"))
    code, rules = _verify(run_cli, tmp_path, project, "hosted-image")
    assert code == 1
    assert "run/silent-failure" in rules


def test_a_sample_without_a_required_key(project, run_cli, capsys):
    """The finding points at the key that is not there, in the sample's own file."""
    path = project.parent / "samples" / "instance-segmentation.json"
    sample = json.loads(path.read_text())
    del sample["predictions"][0]["class_id"]
    path.write_text(json.dumps(sample, indent=2))
    assert run_cli("check", project, "--format", "jsonl") == 1
    finding = json.loads(capsys.readouterr().out.splitlines()[0])
    assert finding["rule"] == "contract/response-schema"
    assert finding["pointer"] == "/predictions/0/class_id"
    assert finding["file"].endswith("instance-segmentation.json")


def test_a_catalog_that_translates_an_identifier(project, run_cli, tmp_path, capsys):
    """Inline code of a message must be in its translation, byte for byte."""
    path = project.parent / "locales" / "hi" / "LC_MESSAGES" / "roboflow.po"
    text = path.read_text("utf-8")
    head, entries = text.split("\n\n", 1)
    broken = re.sub(r'(msgstr (?:""\n)?"[^"]*?)`ROBOFLOW_API_KEY`', r"\1`रोबोफ़्लो`", entries, count=1)
    if broken == entries:
        broken = entries.replace("`ROBOFLOW_API_KEY` में", "`रोबोफ़्लो` में", 1)
    assert broken != entries
    path.write_text(f"{head}\n\n{broken}", "utf-8")
    assert run_cli("build", project, "--output", tmp_path / "out") == 1
    shown = capsys.readouterr().err
    assert "i18n/code" in shown
    assert "roboflow.po:" in shown
    assert not (tmp_path / "out").exists()


def test_a_spec_that_names_an_unknown_operation(project, run_cli, capsys):
    """The message has file, line, the name, and the nearest name that exists."""
    text = project.read_text()
    line = text.splitlines().index("    operation: POST /{dataset_id}/{version_id}") + 1
    project.write_text(text.replace("operation: POST /{dataset_id}/", "operation: POST /{dataset}/", 1))
    assert run_cli("check", project) == 2
    shown = capsys.readouterr().err
    assert f"roboflow.yaml:{line}" in shown
    assert "POST /{dataset}/{version_id}" in shown
    assert "POST /{dataset_id}/{version_id}" in shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("snippetgen: 1", "snippetgen: 2"), "1 was expected"),
        (("server: segment", "server: segmnt"), "did you mean 'segment'"),
        (("response: Semantic", "response: Semntic"), "did you mean 'Semantic"),
        (("samples/forbidden.json", "../../../etc/passwd"), "leaves the folder"),
        (("locales: [en, hi, ja,", "locales: [en, hindi!,"), "/locales/1"),
        (("  - id: semantic-segmentation", "  - id: instance-segmentation"), "used twice"),
        (("base64: YOUR_IMAGE.jpg", "base64: /etc/passwd"), "not below the reader's folder"),
        (("title: Roboflow Inference API", "title: [unclosed"), "not valid YAML"),
        (("path: {dataset_id: your-model,", "path: {data_id: your-model,"), "has no value"),
    ],
)
def test_bad_specs_are_named_with_their_place(project, run_cli, capsys, change, message):
    """Every mistake is one message with file and line, exit code 2 and no traceback."""
    text = project.read_text()
    assert change[0] in text
    project.write_text(text.replace(*change, 1))
    assert run_cli("check", project) == 2
    shown = capsys.readouterr().err
    assert message in shown
    assert re.search(r"roboflow\.yaml:\d+", shown)
    assert len(shown.strip().splitlines()) == 1


def test_without_its_overlay_the_document_is_found_wanting(project, run_cli, capsys):
    """What the overlay mends is reported when the overlay is taken away."""
    project.write_text(project.read_text().replace("overlays: [roboflow.overlay.yaml]\n", ""))
    assert run_cli("check", project, "--format", "json") == 1
    rules = {finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert {"contract/no-servers", "contract/no-security", "contract/undeclared-body"} <= rules
    assert "contract/undeclared-status" in rules
