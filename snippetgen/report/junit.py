"""A report as JUnit XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from snippetgen.model import Finding
from snippetgen.report.line import finding_line, subject_of
from snippetgen.report.summary import Report

__all__ = ["write_junit"]


def write_junit(report: Report) -> str:
    """One suite with a case for each snippet, or for each finding."""
    suite = ET.Element("testsuite", name="snippetgen")
    if report.proofs is None:
        for finding in report.findings:
            _junit_case(suite, finding.rule, subject_of(finding) or str(finding.place or ""), [finding], 0.0)
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
        failure.text = _xml_text("\n".join(finding_line(finding, _plain) for finding in errors))
    rest = [finding for finding in findings if finding.severity != "error"]
    if rest:
        output = ET.SubElement(case, "system-out")
        output.text = _xml_text("\n".join(finding_line(finding, _plain) for finding in rest))
    return case


def _plain(text: str, _: str) -> str:
    return text


def _xml_text(text: str) -> str:
    """The text without the characters that XML 1.0 section 2.2 has no way to hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
