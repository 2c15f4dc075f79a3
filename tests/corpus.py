"""Every real document of the corpus: loaded, checked, imported, and rendered in every default language.

`python -m tests.corpus` prints one row for each document; names (`github/api.github.com.json`) choose some.
`python -m tests.corpus --differences` lists what the corpus' manifest counts otherwise, by pointer.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from snippetgen.check import check_api
from snippetgen.contract import Judged, judge, shown_values
from snippetgen.errors import SnippetgenError, UnsupportedError
from snippetgen.importing.operations import Imports, import_operations
from snippetgen.importing.specfile import spec_text
from snippetgen.manifest import default_languages
from snippetgen.openapi.document import Document, load_document
from snippetgen.openapi.media import is_json, strip_parameters
from snippetgen.render import render
from snippetgen.spec import load_api
from tests.conftest import ROOT

CORPUS = (ROOT / ".." / "shared" / "corpus").resolve()
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_FORMAT = re.compile(r"is not an? '[^']+'$")


@dataclass(slots=True, kw_only=True)
class Row:
    """What became of one document; `seconds` are those of loading, checking, importing and rendering."""

    name: str
    version: str = ""
    operations: int = 0
    bodies: str = ""
    manifest: str = ""
    formats: int = 0
    parameters: str = ""
    requests: int = 0
    left_out: int = 0
    unsatisfied: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    snippets: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    error: str = ""

    def cells(self) -> list[str]:
        """The row of the table."""
        if self.error:
            return [self.name, self.version, self.error, *[""] * (len(HEAD) - 3)]
        numbers = (self.requests, self.left_out, len(self.broken), self.snippets, self.refused)
        times = " + ".join(f"{seconds:.1f}" for seconds in self.seconds)
        said = [self.name, self.version, f"{self.operations:,}", self.bodies, self.manifest]
        said += [self.parameters, str(self.formats)]
        return [*said, *(f"{number:,}" for number in numbers), times]


HEAD = (
    *("document", "OpenAPI", "operations", "body examples failing/unique", "manifest", "parameter examples"),
    "more by format alone",
    *("requests imported", "left out", "fail their check", "snippets", "refused by a language"),
    "seconds: load + check + import + render",
)


def documents() -> list[Path]:
    """The documents of the corpus, by name; those of version 2 are not OpenAPI 3."""
    found = (CORPUS / "openapi").rglob("*")
    return sorted(path for path in found if path.suffix in {".json", ".yaml", ".yml"})


def name_of(path: Path) -> str:
    """The name that the manifest gives a document."""
    return path.relative_to(CORPUS / "openapi").as_posix()


def manifest() -> dict[str, tuple[str, str]]:
    """The failing body and parameter examples that the manifest counts, by document."""
    rows = re.findall(
        r"^\| openapi/(\S+) (\|.*)\|$", (CORPUS / "MANIFEST.md").read_text("utf-8"), re.MULTILINE
    )
    cells = ((name, [cell.strip() for cell in rest.split("|")]) for name, rest in rows)
    return {name: (row[8], row[9]) for name, row in cells if len(row) > 10}


def judge_all(document: Document) -> list[Judged]:
    """Every documented example with what is wrong with it."""
    return [judge(document, shown) for shown in shown_values(document)]


def unique(judged: Sequence[Judged], kinds: set[str]) -> list[Judged]:
    """The examples that the manifest counts: JSON and forms, one for each schema and value."""
    found: dict[tuple[str, str], Judged] = {}
    for one in judged:
        media_type = strip_parameters(one.shown.media_type or "application/json")
        counted = is_json(media_type) or media_type in _FORMS
        if one.shown.kind in kinds and one.unchecked is None and counted:
            value = json.dumps(one.shown.value, default=str, sort_keys=True)
            found.setdefault((str(one.shown.schema), value), one)
    return list(found.values())


def failing(judged: Sequence[Judged]) -> str:
    """How many fail, formats aside, of how many."""
    return f"{sum(one.fails and not by_format(one) for one in judged)}/{len(judged)}"


def by_format(one: Judged) -> bool:
    """Whether an example fails only since formats are asserted, which the manifest's counts do not do."""
    errors = [finding.message for finding in one.findings if finding.severity == "error"]
    return bool(errors) and all(_FORMAT.search(message) for message in errors)


def row(path: Path, counted: tuple[str, str]) -> Row:
    """What becomes of one document; a problem that stops it is named, not raised."""
    result = Row(name=name_of(path), manifest=counted[0])
    try:
        _fill(result, path)
    except SnippetgenError as problem:
        result.error = problem.message
    return result


def _fill(result: Row, path: Path) -> None:
    clock = [time.perf_counter()]
    document = load_document(path)
    result.version, result.operations = document.version, len(document.operations())
    clock.append(time.perf_counter())
    _fill_examples(result, document)
    clock.append(time.perf_counter())
    imports = import_operations(document, document.operations(), files=[path.name])
    clock.append(time.perf_counter())
    result.requests = imports.examples
    lacking = [finding for finding in imports.findings if finding.rule == "import/unsatisfied-schema"]
    findings = [finding for finding in lacking if finding.severity == "error"]
    result.unsatisfied = [f"{finding.pointer}: {finding.message}" for finding in findings]
    result.left_out = len(findings)
    if imports.spec["endpoints"]:
        _fill_snippets(result, path, imports)
    clock.append(time.perf_counter())
    result.seconds = [after - before for before, after in pairwise(clock)]


def _fill_examples(result: Row, document: Document) -> None:
    judged = judge_all(document)
    bodies = unique(judged, {"request", "response"})
    parameters = unique(judged, {"parameter"})
    result.bodies, result.parameters = failing(bodies), failing(parameters)
    result.formats = sum(map(by_format, (*bodies, *parameters)))


def _fill_snippets(result: Row, path: Path, imports: Imports) -> None:
    """Write the spec beside the document, load it, check it, and render its requests."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / path.name).write_bytes(path.read_bytes())
        spec = Path(folder) / "imported.yaml"
        spec.write_text(spec_text(imports.spec), "utf-8")
        api = load_api(spec)
        lacking = {f.pointer for f in imports.findings if f.rule == "import/unsupported-security"}
        named = {endpoint.id for endpoint in api.endpoints if endpoint.operation.pointer in lacking}
        found = (f for f in check_api(api) if f.severity == "error" and f.example)
        requests = [f for f in found if f.rule != "contract/security" or f.endpoint not in named]
        result.broken = [f"{f.endpoint}/{f.example} {f.rule}: {f.message}" for f in requests]
        for request in (example.request for endpoint in api.endpoints for example in endpoint.examples):
            for language in default_languages():
                try:
                    render(request, language)
                    result.snippets += 1
                except UnsupportedError:
                    result.refused += 1


def differences(path: Path) -> Iterator[str]:
    """The failing body examples, by pointer, with what is wrong; one line each."""
    document = load_document(path)
    for one in unique(judge_all(document), {"request", "response"}):
        if one.fails:
            first = next(finding for finding in one.findings if finding.severity == "error")
            kind = "format" if by_format(one) else "schema"
            yield f"{name_of(path)} {kind} {one.shown.pointer}: {first.message[:200]}"


def main(arguments: Sequence[str]) -> int:
    """Print the table, and after it what could not be imported; 1 where a request fails its own check."""
    if not CORPUS.is_dir():
        print(f"skipped: there is no corpus at {CORPUS}", file=sys.stderr)  # noqa: T201
        return 0
    names = [name for name in arguments if not name.startswith("--")]
    chosen = [path for path in documents() if not names or any(name in name_of(path) for name in names)]
    if "--differences" in arguments:
        for path in chosen:
            print(*differences(path), sep="\n")  # noqa: T201
        return 0
    rows: list[Row] = []
    _print_row(HEAD)
    _print_row(["---"] * len(HEAD))
    for path in chosen:
        rows.append(row(path, manifest().get(name_of(path), ("", ""))))
        _print_row(rows[-1].cells())
    for one in rows:
        for line in (*one.unsatisfied, *(f"FAILS {broken}" for broken in one.broken)):
            print(f"- {one.name}: {line}")  # noqa: T201
    return int(any(one.broken for one in rows))


def _print_row(cells: Sequence[Any]) -> None:
    print(f"| {' | '.join(map(str, cells))} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
