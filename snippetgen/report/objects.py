"""A report as one JSON object, or as a line of JSON for each finding."""

from __future__ import annotations

import json
from typing import Any

from snippetgen.report.summary import Report

__all__ = ["dump", "write_json", "write_jsonl"]


def write_json(report: Report) -> str:
    """The summary, and the snippets or the findings."""
    items = report.findings if report.proofs is None else report.proofs
    name = "findings" if report.proofs is None else "snippets"
    return dump({"summary": report.summary, name: [item.as_dict() for item in items]})


def write_jsonl(report: Report) -> str:
    """The findings."""
    return "".join(json.dumps(finding.as_dict(), ensure_ascii=False) + "\n" for finding in report.findings)


def dump(value: Any) -> str:
    """A value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
