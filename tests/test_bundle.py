"""A document of several files, and what a reference must not reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from snippetgen.check import check_bare
from snippetgen.errors import DocumentError
from snippetgen.finding import Finding
from snippetgen.openapi.document import Document, load_document
from snippetgen.openapi.validator import validator

ROOT = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /pets:
    $ref: paths/pets.yaml
components:
  schemas:
    Name: {type: string, example: {$ref: nowhere.yaml}}
"""
FILES = {
    "api.yaml": ROOT,
    "paths/pets.yaml": """\
parameters:
  - $ref: ../common.json#/parameters/Limit
get:
  responses:
    '200':
      description: yes
      content:
        application/json:
          schema: {$ref: "../schemas/a%20pet.yaml"}
""",
    "schemas/a pet.yaml": """\
type: object
required: [name]
properties:
  name: {$ref: '../api.yaml#/components/schemas/Name'}
  mother: {$ref: '#'}
  owner: {$ref: owner.yaml#/Owner}
  default: {$ref: '#/properties/name'}
""",
    "schemas/owner.yaml": "Owner:\n  properties:\n    pets: {type: array, items: {$ref: a pet.yaml}}\n",
    "common.json": json.dumps(
        {"parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}}}
    ),
}


def write(folder: Path, **files: str) -> Path:
    """The files of the example with these over them; the document's own path."""
    for name, text in (FILES | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "api.yaml"


def pet(document: Document) -> Any:
    """The validator of the response."""
    schema = document.operations()[0].responses()["200"].content["application/json"]
    return validator(document, str(schema), direction="response")


def findings(path: Path) -> list[Finding]:
    """What `check` says about a document."""
    return list(check_bare(load_document(path)).findings)


def test_files_make_one_document(tmp_path: Path) -> None:
    """Path items, parameters and schemas may stand in other files, which may lead in circles."""
    document = load_document(write(tmp_path))
    (operation,) = document.operations()
    assert (str(operation), operation.parameters[0].type_label) == ("GET /pets", "integer")
    good = {"name": "a", "mother": {"name": "b"}, "owner": {"pets": [{"name": "c"}]}, "default": "d"}
    assert pet(document).is_valid(good)
    assert not pet(document).is_valid({"name": 1})
    assert not pet(document).is_valid({"name": "a", "owner": {"pets": [{}]}})
    assert not pet(document).is_valid({"name": "a", "default": 1})


def test_a_place_is_in_its_own_file(tmp_path: Path) -> None:
    """What is said about another file shows that file and its line."""
    operation = load_document(write(tmp_path)).operations()[0]
    place = operation.document.place(operation.pointer + "/responses/200")
    assert (place.file, place.line) == (str(tmp_path / "paths" / "pets.yaml"), 5)


def test_the_documents_folder_is_relative_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are found from the document's folder, wherever the command is run."""
    write(tmp_path)
    monkeypatch.chdir(tmp_path.parent)
    assert load_document(f"{tmp_path.name}/api.yaml").operations()[0].parameters[0].name == "limit"


def test_an_overlay_comes_first(tmp_path: Path) -> None:
    """An overlay may bring in another file."""
    document = write(
        tmp_path, **{"api.yaml": ROOT.replace("/pets", "/nothing").replace("paths/pets.yaml", "'#/x'")}
    )
    (tmp_path / "overlay.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n"
        "  - target: $.paths\n    update: {/nothing: {$ref: paths/pets.yaml}}\n"
    )
    assert str(load_document(document, [tmp_path / "overlay.yaml"]).operations()[0]) == "GET /nothing"


@pytest.mark.parametrize(
    ("ref", "reason"),
    [
        ("https://example.com/pet.yaml", "nothing is fetched"),
        ("//example.com/pet.yaml", "nothing is fetched"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("/etc/passwd", "leaves the folder"),
        ("../outside.yaml#/Pet", "leaves the folder"),
        ("%2E%2E/outside.yaml#/Pet", "leaves the folder"),
        ("link.yaml#/Pet", "leaves the folder"),
        ("folder/outside.yaml#/Pet", "leaves the folder"),
        ("schemas", "there is no such file"),
        ("pipe", "there is no such file"),
        ("none.yaml", "there is no such file"),
        ("broken.yaml", "broken.yaml:2:1: not valid YAML"),
        ("a%00b", "there is no such file"),
        ("a" * 300, "there is no such file"),
        ("loop.yaml", "there is no such file"),
    ],
)
def test_what_a_reference_must_not_reach(tmp_path: Path, ref: str, reason: str) -> None:
    """Nothing outside of the folder is read, by no spelling and no link; the rest of the document works."""
    import os

    folder = tmp_path / "api"
    text = ROOT + f"    Pet: {{$ref: '{ref}'}}\n"
    document_path = write(folder, **{"api.yaml": text, "broken.yaml": "a: [\n"})
    (tmp_path / "outside.yaml").write_text("Pet: {type: string}\n")
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "folder").symlink_to(tmp_path)
    (folder / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder / "pipe")
    document = load_document(document_path)
    assert pet(document).is_valid({"name": "a"})
    with pytest.raises(DocumentError, match=reason) as caught:
        validator(document, "Pet", direction="response")
    assert caught.value.place is not None
    assert caught.value.place.line == 9
    assert caught.value.fix


OWN = """\
openapi: 3.2.0
$self: https://e.example/v1/api.yaml
info: {{title: T, version: '1'}}
paths: {{}}
components:
  schemas:
    Name: {{type: string}}
    Pet: {{type: object, properties: {{name: {{$ref: '{ref}'}}}}}}
"""


@pytest.mark.parametrize(
    "base", ["https://e.example/v1/api.yaml", "api.yaml", "/v1/api.yaml", "../v1/api.yaml"]
)
def test_a_document_is_known_by_its_self(tmp_path: Path, base: str) -> None:
    """OpenAPI 3.2: `$self` is the base of the references in the document, and its own address."""
    path = tmp_path / "openapi.yaml"
    path.write_text(OWN.format(ref=f"{base}#/components/schemas/Name"))
    checker = validator(load_document(path), "Pet", direction="response")
    assert checker.is_valid({"name": "a"})
    assert not checker.is_valid({"name": 5})


def test_another_address_is_not_the_documents(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(OWN.format(ref="https://e.example/v2/api.yaml#/components/schemas/Name"))
    with pytest.raises(DocumentError, match="leads to the network"):
        validator(load_document(path), "Pet", direction="response")


def test_an_identifier_is_no_file(tmp_path: Path) -> None:
    """A reference to the `$id` of a component is not looked for in the folder."""
    text = ROOT + "    A: {$ref: pet.json}\n    B: {$id: pet.json, type: integer}\n"
    document = load_document(write(tmp_path, **{"api.yaml": text}))
    assert validator(document, "A", direction="response").is_valid(1)
    assert not validator(document, "A", direction="response").is_valid("1")


@pytest.mark.parametrize("ref", ["list", "https://x.example/list", "list#", "../list"])
def test_a_reference_beside_an_identifier_is_relative_to_it(tmp_path: Path, ref: str) -> None:
    """The base of a `$ref` is the `$id` beside it (JSON Schema 2020-12 core, section 8.2.1)."""
    at = "https://x.example/more/words" if ref.startswith("..") else "https://x.example/words"
    components = f"    A: {{$id: '{at}', $ref: '{ref}'}}\n"
    components += "    B: {$id: 'https://x.example/list', type: array}\n"
    document = load_document(write(tmp_path, **{"api.yaml": ROOT + components}))
    assert document.resolve({"$ref": "#/components/schemas/A"}) == {
        "$id": "https://x.example/list",
        "type": "array",
    }
    assert validator(document, "A", direction="response").is_valid([])
    assert not validator(document, "A", direction="response").is_valid({})


def test_a_resource_within_a_resource_and_its_anchors(tmp_path: Path) -> None:
    """Fragments and nested identifiers are relative to the resource that they stand in."""
    inner = "$defs: {n: {$id: in/n, type: integer}, m: {$anchor: m, type: string}}"
    text = ROOT + f"    A: {{$id: 'https://x.example/a', $ref: in/n, {inner}}}\n"
    text += "    B: {$ref: 'https://x.example/a#m'}\n    C: {$ref: 'https://x.example/a#/$defs/m'}\n"
    document = load_document(write(tmp_path, **{"api.yaml": text}))
    kinds = {name: document.resolve(f"#/components/schemas/{name}")["type"] for name in "ABC"}
    assert kinds == {"A": "integer", "B": "string", "C": "string"}


@pytest.mark.parametrize("identifier", ["foo.json", "./foo.json", "https://x.example/foo.json"])
@pytest.mark.parametrize("fragment", ["", "#/$defs/n", "#m", "#/$defs/none", "#none"])
def test_what_a_resource_does_not_have_is_a_finding(tmp_path: Path, identifier: str, fragment: str) -> None:
    """A reference into a schema with an `$id` is followed, or told where it leads nowhere."""
    components = f"    A: {{$ref: '{identifier}{fragment}'}}\n"
    components += (
        f"    B: {{$id: '{identifier}', type: integer, $defs: {{n: {{$anchor: m, type: integer}}}}}}\n"
    )
    path = write(tmp_path, **{"api.yaml": ROOT + components})
    found = [f for f in findings(path) if f.rule == "contract/unusable-schema"]
    if "none" in fragment:
        assert [f.pointer for f in found] == ["/components/schemas/A/$ref"]
        assert found[0].message.endswith("leads nowhere")
    else:
        judge = validator(load_document(path), "A", direction="response")
        assert (found, judge.is_valid(1), judge.is_valid("1")) == ([], True, False)


def test_an_identifier_that_is_no_uri_is_no_traceback(tmp_path: Path) -> None:
    """Such a resource has no name that a reference could lead to."""
    components = "    A: {$id: 'https://[x', properties: {a: {$id: 'https://[y', $ref: '#/$defs/z'}}}\n"
    path = write(tmp_path, **{"api.yaml": ROOT + components + "    B: {$ref: 'https://[z#a'}\n"})
    assert "/components/schemas/B/$ref" in [finding.pointer for finding in findings(path)]


# What is said about other files


def test_a_finding_has_the_pointer_within_its_own_file(tmp_path: Path) -> None:
    """File, line and pointer belong together, and a message names the file."""
    pets = FILES["paths/pets.yaml"].replace("responses:", "responses: []\n  x-was:")
    found = findings(write(tmp_path, **{"paths/pets.yaml": pets}))
    (broken,) = (f for f in found if f.rule == "contract/broken-part")
    assert broken.place is not None
    assert (broken.place.file, broken.place.line) == (str(tmp_path / "paths" / "pets.yaml"), 4)
    assert broken.pointer == "/get/responses"
    assert broken.message.startswith(
        "paths/pets.yaml#/get/responses must be an object; paths/pets.yaml#/get is"
    )


def test_no_finding_shows_how_files_are_held_together(tmp_path: Path) -> None:
    """Where a reference leads nowhere in another file, that file is named as people know it."""
    pet = FILES["schemas/a pet.yaml"].replace("owner.yaml#/Owner", "owner.yaml#/Nobody")
    found = findings(write(tmp_path, **{"schemas/a pet.yaml": pet}))
    assert "the reference 'schemas/owner.yaml#/Nobody' leads nowhere" in [f.message for f in found]
    assert "x-snippetgen-files" not in repr(found)


def test_a_schema_of_another_file_is_checked_without_an_example(tmp_path: Path) -> None:
    """It is held to JSON Schema like a component, once, however many references lead to it."""
    owner = FILES["schemas/owner.yaml"].replace("array", "list")
    found = findings(write(tmp_path, **{"schemas/owner.yaml": owner}))
    (unlawful,) = (f for f in found if f.rule == "contract/unusable-schema")
    assert unlawful.place is not None
    assert unlawful.place.file.endswith("owner.yaml")
    assert unlawful.pointer == "/Owner/properties/pets/type"


def test_a_lost_operation_of_another_file_is_counted(
    tmp_path: Path, run_cli: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """`import` names it and counts it as left out; asked for by name, it says why it cannot be used."""
    pets = FILES["paths/pets.yaml"].replace("responses:", "responses: []\n  x-was:")
    more = ROOT.replace("paths:", "paths:\n  /more:\n    get: {responses: {'200': {description: yes}}}")
    document = write(tmp_path, **{"paths/pets.yaml": pets, "api.yaml": more})
    assert run_cli("import", document, "--output", tmp_path / "spec.yaml") == 1
    shown = capsys.readouterr()
    assert "1 example request of 1 operation, 1 left out" in shown.out
    assert "pets.yaml:4" in shown.err
    assert run_cli("import", document, "--output", tmp_path / "spec.yaml", "--operation", "GET /pets") == 2
    assert "GET /pets cannot be used: paths/pets.yaml#/get/responses must be" in capsys.readouterr().err
