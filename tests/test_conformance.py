"""The published conformance suites: every verdict is right, or docs/conformance.md says why not."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from snippetgen.exact import loads
from snippetgen.openapi.dialect import Checker
from snippetgen.openapi.document import load_document
from snippetgen.openapi.metaschema import departures
from tests.conftest import ROOT

CORPUS = ROOT.parent / "shared" / "corpus" / "conformance"
SUITE = CORPUS / "jsonschema-suite"
HOST = "http://localhost:1234/"
PAGE = (ROOT / "docs" / "conformance.md").read_text("utf-8")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"{CORPUS} is not there")


class Case(NamedTuple):
    """One test of the suite with what each engine said: the two together, the reference, the fast one."""

    file: str
    name: str
    expected: bool
    verdict: bool
    reference: bool
    fast: bool


def _table(heading: str) -> dict[str, tuple[str, ...]]:
    """The rows of the page's table under a heading, by their first cell."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!---)(.*) \|$", section, re.MULTILINE)[1:]
    return {cells[0]: cells[1:] for row in rows if (cells := tuple(re.split(r"\s\|\s", row)))}


@cache
def _remotes() -> dict[str, dict[str, Any]]:
    """The schemas that tests refer to by URL, each as an embedded resource of that URL."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((SUITE / "remotes").rglob("*.json")):
        name, schema = path.relative_to(SUITE / "remotes").as_posix(), loads(path.read_text("utf-8"))
        if isinstance(schema, dict) and (name.startswith("draft2020-12") or "draft" not in name):
            own = schema.setdefault("$id", HOST + name)
            found[HOST + name] = (
                schema if own == HOST + name else {"$id": HOST + name, "$ref": own, "$defs": {"": schema}}
            )
    return found


def _embedded(schema: Any) -> dict[str, Any]:
    """The schema with the remote ones that it names (2020-12 core, section 9.3: compound documents)."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    needed: dict[str, Any] = {}
    queue = [schema]
    while queue:
        text = json.dumps(queue.pop())
        for url, remote in _remotes().items():
            if url.rpartition("/")[2] in text and url not in needed and f'"$id": "{url}"' not in text:
                needed[url] = remote
                queue.append(remote)
    return {**schema, "$defs": {**needed, **schema.get("$defs", {})}} if needed else dict(schema)


def _cases() -> Iterator[Case]:
    folder = SUITE / "tests" / "draft2020-12"
    for path in sorted(folder.rglob("*.json")):
        for group in loads(path.read_text("utf-8")):
            checker = Checker(_embedded(group["schema"]))
            for test in group["tests"]:
                yield Case(
                    path.relative_to(folder).as_posix(),
                    f"{group['description']}: {test['description']}",
                    test["valid"],
                    *(_answer(engine, test["data"]) == test["valid"] for engine in _engines(checker)),
                )


def _engines(checker: Checker) -> tuple[Any, Any, Any]:
    return checker.is_valid, checker.reference.is_valid, checker.fast_says


def _answer(engine: Any, value: Any) -> bool | None:
    from referencing.exceptions import Unresolvable

    try:
        return bool(engine(value))
    except Unresolvable:
        return None


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*_cases()]


def _part(case: Case) -> str:
    return case.file.partition("/")[0] if "/" in case.file else "required"


def test_the_figures_of_the_page_are_those_of_the_suite(cases: list[Case]) -> None:
    """How many tests there are in each part, and how many each engine answers as expected."""
    for part, figures in _table("JSON Schema 2020-12").items():
        mine = [case for case in cases if _part(case) == part]
        counts = (len(mine), *(sum(case[index] for case in mine) for index in (3, 4, 5)))
        assert figures == tuple(f"{count:,}" for count in counts), part
    assert {_part(case) for case in cases} == {*_table("JSON Schema 2020-12")}


def test_every_other_verdict_is_named(cases: list[Case]) -> None:
    """What is answered otherwise than the suite expects is on the page, file by file, and nothing else is."""
    wrong = Counter(case.file for case in cases if not case.verdict)
    named = {name.strip("`"): int(cells[0]) for name, cells in _table("Where the verdict differs").items()}
    assert dict(wrong) == named


def test_the_engines_disagree_only_where_the_page_says(cases: list[Case]) -> None:
    """Where one of the engines differs from the verdict of both, the file is named with its reason."""
    differ = Counter(case.file for case in cases if case.reference != case.fast)
    named = {name.strip("`"): int(cells[0]) for name, cells in _table("Where the engines disagree").items()}
    assert dict(differ) == named


def _instances() -> list[Path]:
    return [
        path
        for kind in ("pass", "fail")
        for path in sorted(CORPUS.glob(f"oai-v3.*/tests/schema/{kind}/*.yaml"))
    ]


@pytest.mark.parametrize("path", _instances(), ids=lambda path: "-".join(path.parts[-5:-4] + path.parts[-2:]))
def test_an_instance_of_the_openapi_initiative(path: Path) -> None:
    """A document that must pass has no departure from its meta-schema, one that must fail has one."""
    assert bool([*departures(load_document(path))]) is (path.parent.name == "fail")


def test_the_figures_of_the_instances() -> None:
    """The page counts what is tried."""
    counted = Counter((path.parts[-5].removeprefix("oai-v"), path.parent.name) for path in _instances())
    for version, (right, wrong) in _table("OpenAPI documents").items():
        assert (int(right), int(wrong)) == (counted[version, "pass"], counted[version, "fail"])
    assert {version for version, _ in counted} == {*_table("OpenAPI documents")}
