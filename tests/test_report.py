"""Every kind of report is well-formed, whatever stands in a finding."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from snippetgen.atomic import write_atomically
from snippetgen.errors import Place, UsageError
from snippetgen.model import Finding
from snippetgen.proof.verify import Proof
from snippetgen.report import KINDS, fails, findings_text, render_findings, render_verification

NASTY = "a<b> & \"c\" 'd' ]]> --> %0A::error::x\r\nsecond \x1b[2J\x00\u202e,é世👋"
FINDINGS = (
    Finding(
        rule="wire/query",
        message=NASTY,
        fix="do: this, then that",
        place=Place("docs/a b:c,d.md", 12, 3),
        endpoint="seg",
        example="local",
        language="go",
        client="net-http",
        locale="hi",
        pointer="/a~1b",
    ),
    Finding(rule="run/warning", severity="warning", message="careful"),
    Finding(rule="page/note", severity="note", message="by the way", place=Place("x.md")),
)


def proof(verdict, tier="wire", findings=(), reason=""):
    return Proof(
        endpoint="seg",
        example="local",
        language="go",
        client="net-http",
        tier=tier,
        verdict=verdict,
        reason=reason,
        seconds=0.25,
        findings=tuple(findings),
    )


PROOFS = (
    proof("pass"),
    proof("fail", "ran", FINDINGS[:2], NASTY),
    proof("unproven", "parsed", (), "no toolchain: x"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_report(kind):
    assert isinstance(render_findings((), kind), str)
    assert isinstance(render_verification((), kind), str)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("findings", [(), FINDINGS], ids=["none", "some"])
def test_a_report_is_whole_lines(kind, findings):
    """So that it can be printed as it stands: no finding is no line of JSON, not an empty one."""
    text = render_findings(findings, kind)
    assert text == "" or text.endswith("\n")


def test_an_unknown_kind_is_a_usage_error():
    with pytest.raises(UsageError, match="there is no report kind 'xml'"):
        render_findings((), "xml")


def test_text_puts_the_place_first():
    text = render_findings(FINDINGS, "text", note="3 requests checked")
    assert text.startswith(
        "docs/a b:c,d.md:12:3: error: wire/query [seg, local, go/net-http, hi] at /a~1b: a<b>"
    )
    assert "    fix: do: this" in text
    assert text.endswith("3 requests checked.\n1 error, 1 warning, 1 note.\n")
    assert findings_text(FINDINGS[1:2]) == "warning: run/warning: careful"


@pytest.mark.parametrize("kind", ["text", "html"])
def test_nothing_steers_the_terminal(kind):
    """Control characters and bidirectional overrides from a snippet's output are written out."""
    text = render_findings(FINDINGS, kind)
    assert not {"\x1b", "\x00", "\u202e"} & set(text)
    assert "\\x1b[2J\\x00\\u202e" in text


def test_colour_only_where_it_is_asked_for():
    assert "\x1b[31merror\x1b[0m" in render_findings(FINDINGS, "text", color=True)


def test_text_of_proofs_counts_verdicts():
    text = render_verification(PROOFS, "text")
    assert "unproven: seg, local, go/net-http: no toolchain: x" in text
    assert "go           1 pass, 1 fail, 1 unproven" in text
    assert text.endswith("3 snippets: 1 passed, 1 failed, 1 unproven. 1 error, 1 warning, 0 notes.\n")


def test_json_has_the_shape_that_others_rely_on():
    data = json.loads(render_verification(PROOFS, "json"))
    assert set(data) == {"summary", "snippets"}
    assert {k: data["summary"][k] for k in ("pass", "fail", "unproven")} == {
        "pass": 1,
        "fail": 1,
        "unproven": 1,
    }
    assert set(data["snippets"][1]) == {
        *("endpoint", "example", "language", "client", "tier", "verdict", "reason", "seconds", "findings"),
    }
    data = json.loads(render_findings(FINDINGS, "json"))
    assert data["findings"][0] == FINDINGS[0].as_dict()
    assert data["summary"]["error"] == 1
    data = json.loads(render_findings(FINDINGS, "json", note="7 findings accepted"))
    assert (data["summary"]["note"], data["summary"]["remark"]) == (
        len([finding for finding in FINDINGS if finding.severity == "note"]),
        "7 findings accepted",
    )


def test_jsonl_is_one_finding_a_line():
    lines = render_findings(FINDINGS, "jsonl").splitlines()
    assert [json.loads(line)["rule"] for line in lines] == [finding.rule for finding in FINDINGS]


def test_sarif():
    run = json.loads(render_findings(FINDINGS, "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [finding.rule for finding in FINDINGS]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "docs/a%20b%3Ac%2Cd.md"},
        "region": {"startLine": 12, "startColumn": 3},
    }
    assert "locations" not in run["results"][1]
    assert "region" not in run["results"][2]["locations"][0]["physicalLocation"]


def test_junit():
    """One case a snippet; a failure for the first error, skipped for unproven."""
    suite = ET.fromstring(render_verification(PROOFS, "junit")).find("testsuite")
    assert suite is not None
    assert {key: suite.get(key) for key in ("tests", "failures", "skipped", "errors", "time")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
        "errors": "0",
        "time": "0.750",
    }
    cases = suite.findall("testcase")
    assert [case.get("classname") for case in cases] == ["seg.local"] * 3
    assert cases[1].find("failure").get("type") == "wire/query"
    assert "careful" in cases[1].find("system-out").text
    assert cases[2].find("skipped").get("message") == "no toolchain: x"
    ET.fromstring(render_findings(FINDINGS, "junit"))


def test_github_commands_cannot_be_forged():
    lines = render_findings(FINDINGS, "github").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("::error file=docs/a b%3Ac%2Cd.md,line=12,col=3,title=wire/query::seg, local")
    assert "%250A::error::x%0D%0Asecond" in lines[0]
    assert lines[1] == "::warning title=run/warning::careful"
    assert lines[2] == "::notice file=x.md,title=page/note::by the way"


def test_html_is_one_escaped_page():
    page = render_verification(PROOFS, "html")
    assert "a&lt;b&gt; &amp; &quot;c&quot;" in page
    assert "<b>" not in page
    assert page.count("<tr>") == 2 + 3 + 2
    assert "http" not in page.replace("http-equiv", "").replace("net-http", "")


def test_fails_at_or_above_the_level():
    warning = FINDINGS[1:2]
    assert [fails(warning, level) for level in ("error", "warning", "note")] == [False, True, True]
    assert not fails((), "note")


def test_a_file_is_replaced_whole(tmp_path):
    """The mode and a symbolic link stay; folders are made; a failure leaves the old file and no other."""
    target = tmp_path / "a" / "b.txt"
    write_atomically(target, "one\r\n")
    assert target.read_bytes() == b"one\r\n"
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(target)
    write_atomically(link, b"two")
    assert link.is_symlink()
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    with pytest.raises(UnicodeEncodeError):
        write_atomically(target, "\ud800")
    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["b.txt"]


def test_no_name_and_no_message_begins_a_line_of_its_own():
    """A log's reader obeys lines that begin with `::`, and a name may come from a stranger's file."""
    hostile = "::error::x\n::error::no\r\n::error::y"
    finding = Finding(
        rule="wire/query",
        message=hostile,
        fix=hostile,
        place=Place(hostile),
        example=hostile,
        pointer=hostile,
    )
    unproven = replace(PROOFS[2], example=hostile, reason=hostile)
    text = render_verification((replace(PROOFS[1], findings=(finding,)), unproven), "text", note=hostile)
    assert "::error::no" in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]
