"""A report as SARIF 2.1.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from snippetgen import __version__
from snippetgen.model import Finding
from snippetgen.openapi.remote import is_remote
from snippetgen.report.line import subject_of
from snippetgen.report.objects import dump
from snippetgen.report.summary import Report

__all__ = ["write_sarif"]


def write_sarif(report: Report) -> str:
    """One run with every finding as a result."""
    rules = sorted({finding.rule for finding in report.findings})
    driver = {
        "name": "snippetgen",
        "version": __version__,
        "rules": [{"id": rule, "help": {"text": f"see docs/rules/{rule}.md"}} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, rules) for finding in report.findings],
        "properties": {"summary": report.summary},
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _uri(file: str) -> str:
    """The relative reference of a path; a file that was fetched has a URL already."""
    return file if is_remote(file) else quote(file)


def _sarif_result(finding: Finding, rules: Sequence[str]) -> dict[str, Any]:
    fix = f"\n{finding.fix}" if finding.fix else ""
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": finding.severity,
        "message": {"text": finding.message + fix},
        "partialFingerprints": {"snippetgen/v1": finding.fingerprint},
    }
    location: dict[str, Any] = {}
    if finding.place:
        region = {"startLine": finding.place.line, "startColumn": finding.place.column}
        known = {key: value for key, value in region.items() if value is not None}
        location["physicalLocation"] = {"artifactLocation": {"uri": _uri(finding.place.file)}}
        location["physicalLocation"] |= {"region": known} if known else {}
    subject = subject_of(finding)
    if subject or finding.pointer:
        name = {"fullyQualifiedName": subject + (f"#{finding.pointer}" if finding.pointer else "")}
        location["logicalLocations"] = [name]
    return result | ({"locations": [location]} if location else {})
