"""A report as GitHub workflow commands, which annotate a pull request."""

from __future__ import annotations

from snippetgen.model import Finding
from snippetgen.report.line import name_of, subject_of
from snippetgen.report.summary import Report

__all__ = ["write_github"]


def write_github(report: Report) -> str:
    """One command for each finding, and for each snippet that is unproven."""
    commands = [_github_command(finding) for finding in report.findings]
    unproven = (proof for proof in report.proofs or () if proof.verdict == "unproven")
    commands += [
        f"::notice title=unproven::{_github_data(f'{name_of(proof)}: {proof.reason}')}" for proof in unproven
    ]
    return "".join(f"{command}\n" for command in commands)


def _github_command(finding: Finding) -> str:
    place = finding.place
    facts = {"file": place.file, "line": place.line, "col": place.column} if place else {}
    properties = {**facts, "title": finding.rule}
    known = ((key, str(value)) for key, value in properties.items() if value is not None)
    given = ",".join(f"{key}={_github_property(value)}" for key, value in known)
    subject = subject_of(finding)
    text = f"{subject}: {finding.message}" if subject else finding.message
    text += f" ({finding.fix})" if finding.fix else ""
    command = "notice" if finding.severity == "note" else finding.severity
    return f"::{command} {given}::{_github_data(text)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")
