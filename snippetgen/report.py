"""Findings and proofs as text, JSON, JSON lines, SARIF, JUnit XML, GitHub commands or one HTML page.

Each kind is a function from findings, or from proofs, to text; `KINDS` lists them.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from snippetgen import __version__
from snippetgen.errors import UsageError
from snippetgen.model import Finding
from snippetgen.proof.verify import Proof, summarize

__all__ = [
    "KINDS",
    "Report",
    "fails",
    "findings_text",
    "render_findings",
    "render_verification",
    "summarize_findings",
]

_LEVELS = ("note", "warning", "error")
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_COLOURS = {"error": "31", "fail": "31", "warning": "33", "unproven": "33", "note": "36", "pass": "32"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a writer writes: findings, the proofs that they belong to (None where none were made), a note."""

    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...] | None = None
    note: str = ""
    color: bool = False

    @property
    def summary(self) -> dict[str, Any]:
        """The counts."""
        counts = summarize_findings(self.findings) if self.proofs is None else summarize(self.proofs)
        return counts | ({"note": self.note} if self.note else {})


def render_findings(findings: Sequence[Finding], kind: str, *, note: str = "", color: bool = False) -> str:
    """The findings of a check in one of the kinds; `note` says what was checked."""
    return _writer(kind)(Report(findings=tuple(findings), note=note, color=color))


def render_verification(proofs: Sequence[Proof], kind: str, *, note: str = "", color: bool = False) -> str:
    """The proofs of a verification, with their findings, in one of the kinds."""
    findings = tuple(finding for proof in proofs for finding in proof.findings)
    return _writer(kind)(Report(findings=findings, proofs=tuple(proofs), note=note, color=color))


def findings_text(findings: Sequence[Finding], *, color: bool = False) -> str:
    """The findings as lines for people, without a count."""
    return "\n".join(_finding_line(finding, _painter(color=color)) for finding in findings)


def fails(findings: Sequence[Finding], level: str) -> bool:
    """Whether any finding is at or above the level."""
    return any(_LEVELS.index(finding.severity) >= _LEVELS.index(level) for finding in findings)


def summarize_findings(findings: Sequence[Finding]) -> dict[str, Any]:
    """The counts of findings, in all, by severity and by rule."""
    severities = Counter(finding.severity for finding in findings)
    return {
        "findings": len(findings),
        **{severity: severities[severity] for severity in ("error", "warning", "note")},
        "rules": dict(sorted(Counter(finding.rule for finding in findings).items())),
    }


def _writer(kind: str) -> Writer:
    if kind not in KINDS:
        raise UsageError(f"there is no report kind {kind!r}", fix=f"choose one of: {', '.join(KINDS)}")
    return KINDS[kind]


# Text


def _text(report: Report) -> str:
    paint = _painter(color=report.color)
    lines = [_finding_line(finding, paint) for finding in report.findings]
    lines += [_unproven_line(proof, paint) for proof in report.proofs or () if proof.verdict == "unproven"]
    lines += _language_lines(report.proofs, paint) if report.proofs else []
    lines += [f"{report.note}."] if report.note else []
    return "\n".join([*lines, _closing_line(report)]) + "\n"


def _painter(*, color: bool) -> Callable[[str, str], str]:
    return lambda text, name: f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if color else text


def _finding_line(finding: Finding, paint: Callable[[str, str], str]) -> str:
    place = f"{finding.place}: " if finding.place else ""
    subject = _subject(finding)
    where = f" [{subject}]" if subject else ""
    pointer = f" at {finding.pointer}" if finding.pointer else ""
    fix = f"\n    fix: {finding.fix}" if finding.fix else ""
    message = finding.message.replace("\n", "\n    ")
    head = f"{_visible(place)}{paint(finding.severity, finding.severity)}: "
    return head + _visible(f"{finding.rule}{where}{pointer}: {message}{fix}")


def _unproven_line(proof: Proof, paint: Callable[[str, str], str]) -> str:
    return f"{paint('unproven', 'unproven')}: {_visible(_name(proof))}: {_visible(proof.reason)}"


def _language_lines(proofs: Sequence[Proof], paint: Callable[[str, str], str]) -> list[str]:
    lines = []
    for language, counts in summarize(proofs)["languages"].items():
        parts = [paint(f"{count} {verdict}", verdict) for verdict, count in counts.items() if count]
        lines.append(f"{language:<12} {', '.join(parts)}")
    return lines


def _closing_line(report: Report) -> str:
    counts, proofs = summarize_findings(report.findings), report.proofs
    found = ", ".join(_plural(counts[severity], severity) for severity in ("error", "warning", "note"))
    if proofs is None:
        return f"{found}."
    verdicts = summarize(proofs)
    said = f"{_plural(len(proofs), 'snippet')}: " + ", ".join(
        f"{verdicts[verdict]} {word}"
        for verdict, word in (("pass", "passed"), ("fail", "failed"), ("unproven", "unproven"))
    )
    skipped = "".join(f"; {count} not {tier}" for tier, count in verdicts["skipped"].items())
    return f"{said}{skipped}. {found}."


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _subject(finding: Finding) -> str:
    client = f"{finding.language}/{finding.client}" if finding.client else finding.language
    return ", ".join(part for part in (finding.endpoint, finding.example, client, finding.locale) if part)


def _name(proof: Proof) -> str:
    return ", ".join(p for p in (proof.endpoint, proof.example, f"{proof.language}/{proof.client}") if p)


def _visible(text: str) -> str:
    """The text with every character that steers a terminal, or hides in it, written out."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


# JSON


def _json(report: Report) -> str:
    items = report.findings if report.proofs is None else report.proofs
    name = "findings" if report.proofs is None else "snippets"
    return _dump({"summary": report.summary, name: [item.as_dict() for item in items]})


def _jsonl(report: Report) -> str:
    return "".join(json.dumps(finding.as_dict(), ensure_ascii=False) + "\n" for finding in report.findings)


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


# SARIF 2.1.0


def _sarif(report: Report) -> str:
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
    return _dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


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
        location["physicalLocation"] = {"artifactLocation": {"uri": quote(finding.place.file)}}
        location["physicalLocation"] |= {"region": known} if known else {}
    subject = _subject(finding)
    if subject or finding.pointer:
        name = {"fullyQualifiedName": subject + (f"#{finding.pointer}" if finding.pointer else "")}
        location["logicalLocations"] = [name]
    return result | ({"locations": [location]} if location else {})


# JUnit XML


def _junit(report: Report) -> str:
    suite = ET.Element("testsuite", name="snippetgen")
    if report.proofs is None:
        for finding in report.findings:
            _junit_case(suite, finding.rule, _subject(finding) or str(finding.place or ""), [finding], 0.0)
    for proof in report.proofs or ():
        subject = ".".join(part for part in (proof.endpoint, proof.example) if part)
        case = _junit_case(suite, f"{proof.language}/{proof.client}", subject, proof.findings, proof.seconds)
        if proof.verdict == "unproven":
            ET.SubElement(case, "skipped", message=_xml_text(proof.reason))
    counted = (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped"))
    for name, path in counted:
        suite.set(name, str(len(suite.findall(path))))
    suite.set("errors", "0")
    suite.set("time", f"{sum(proof.seconds for proof in report.proofs or ()):.3f}")
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _junit_case(
    suite: ET.Element, name: str, subject: str, findings: Sequence[Finding], seconds: float
) -> ET.Element:
    facts = {"name": _xml_text(name), "classname": _xml_text(subject or "snippetgen")}
    case = ET.SubElement(suite, "testcase", facts, time=f"{seconds:.3f}")
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        first = {"message": _xml_text(errors[0].message), "type": errors[0].rule}
        failure = ET.SubElement(case, "failure", first)
        failure.text = _xml_text("\n".join(_finding_line(finding, _plain) for finding in errors))
    rest = [finding for finding in findings if finding.severity != "error"]
    if rest:
        output = ET.SubElement(case, "system-out")
        output.text = _xml_text("\n".join(_finding_line(finding, _plain) for finding in rest))
    return case


def _plain(text: str, _: str) -> str:
    return text


def _xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 section 2.2 has no way to hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


# GitHub workflow commands


def _github(report: Report) -> str:
    commands = [_github_command(finding) for finding in report.findings]
    unproven = (proof for proof in report.proofs or () if proof.verdict == "unproven")
    commands += [
        f"::notice title=unproven::{_github_data(f'{_name(proof)}: {proof.reason}')}" for proof in unproven
    ]
    return "".join(f"{command}\n" for command in commands)


def _github_command(finding: Finding) -> str:
    place = finding.place
    facts = {"file": place.file, "line": place.line, "col": place.column} if place else {}
    properties = {**facts, "title": finding.rule}
    known = ((key, str(value)) for key, value in properties.items() if value is not None)
    given = ",".join(f"{key}={_github_property(value)}" for key, value in known)
    subject = _subject(finding)
    text = f"{subject}: {finding.message}" if subject else finding.message
    text += f" ({finding.fix})" if finding.fix else ""
    command = "notice" if finding.severity == "note" else finding.severity
    return f"::{command} {given}::{_github_data(text)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")


# HTML

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin-block: 1rem 2rem; }}
th, td {{ border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: start; vertical-align: top; }}
td.message {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
.error, .fail {{ color: light-dark(#b3261e, #ff8a80); }}
.warning, .unproven {{ color: light-dark(#8a5300, #ffcc66); }}
.pass {{ color: light-dark(#146c2e, #7ddc94); }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{summary}</p>
{tables}
</body>
</html>
"""


def _html(report: Report) -> str:
    tables: list[str] = []
    heads: tuple[str, ...]
    if report.proofs:
        heads = ("Verdict", "Endpoint", "Example", "Client", "Tier", "Seconds", "Reason")
        tables.append(_html_table("Snippets", heads, [_proof_row(proof) for proof in report.proofs]))
    if report.findings:
        heads = ("Severity", "Rule", "Place", "Snippet", "Pointer", "Message")
        tables.append(_html_table("Findings", heads, [_finding_row(finding) for finding in report.findings]))
    title = "snippetgen: findings" if report.proofs is None else "snippetgen: proofs"
    summary = html.escape(f"{report.note}. {_closing_line(report)}" if report.note else _closing_line(report))
    return _PAGE.format(title=title, summary=summary, tables="\n".join(tables))


def _proof_row(proof: Proof) -> tuple[str, ...]:
    client = f"{proof.language}/{proof.client}"
    place = (proof.endpoint or "", proof.example, client, proof.tier)
    return (proof.verdict, *place, f"{proof.seconds:.2f}", proof.reason)


def _finding_row(finding: Finding) -> tuple[str, ...]:
    place = (str(finding.place or ""), _subject(finding), finding.pointer or "")
    message = finding.message + (f"\n{finding.fix}" if finding.fix else "")
    return (finding.severity, finding.rule, *place, message)


def _html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str]) -> str:
        first = f'<td class="{html.escape(cells[0])}">{html.escape(cells[0])}</td>'
        middle = "".join(f"<td>{html.escape(_visible(cell))}</td>" for cell in cells[1:-1])
        return f'<tr>{first}{middle}<td class="message">{html.escape(_visible(cells[-1]))}</td></tr>'

    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = "\n".join(map(row, rows))
    return f"<h2>{caption}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


Writer = Callable[[Report], str]

KINDS: dict[str, Writer] = {
    "text": _text,
    "json": _json,
    "jsonl": _jsonl,
    "sarif": _sarif,
    "junit": _junit,
    "github": _github,
    "html": _html,
}
