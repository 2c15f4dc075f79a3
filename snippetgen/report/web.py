"""A report as one HTML page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Sequence

from snippetgen.model import Finding
from snippetgen.proof.verdict import Proof
from snippetgen.report.line import closing_line, subject_of
from snippetgen.report.summary import Report
from snippetgen.wording import visible

__all__ = ["write_html"]

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


def write_html(report: Report) -> str:
    """A table of the snippets and one of the findings."""
    tables: list[str] = []
    heads: tuple[str, ...]
    if report.proofs:
        heads = ("Verdict", "Endpoint", "Example", "Client", "Tier", "Seconds", "Reason")
        tables.append(_html_table("Snippets", heads, [_proof_row(proof) for proof in report.proofs]))
    if report.findings:
        heads = ("Severity", "Rule", "Place", "Snippet", "Pointer", "Message")
        tables.append(_html_table("Findings", heads, [_finding_row(finding) for finding in report.findings]))
    title = "snippetgen: findings" if report.proofs is None else "snippetgen: proofs"
    summary = html.escape(f"{report.note}. {closing_line(report)}" if report.note else closing_line(report))
    return _PAGE.format(title=title, summary=summary, tables="\n".join(tables))


def _proof_row(proof: Proof) -> tuple[str, ...]:
    client = f"{proof.language}/{proof.client}"
    place = (proof.endpoint or "", proof.example, client, proof.tier)
    return (proof.verdict, *place, f"{proof.seconds:.2f}", proof.reason)


def _finding_row(finding: Finding) -> tuple[str, ...]:
    place = (str(finding.place or ""), subject_of(finding), finding.pointer or "")
    message = finding.message + (f"\n{finding.fix}" if finding.fix else "")
    return (finding.severity, finding.rule, *place, message)


def _html_table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(cells: Sequence[str]) -> str:
        first = f'<td class="{html.escape(cells[0])}">{html.escape(cells[0])}</td>'
        middle = "".join(f"<td>{html.escape(visible(cell))}</td>" for cell in cells[1:-1])
        return f'<tr>{first}{middle}<td class="message">{html.escape(visible(cells[-1]))}</td></tr>'

    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = "\n".join(map(row, rows))
    return f"<h2>{caption}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
