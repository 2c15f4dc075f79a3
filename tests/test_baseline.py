"""A baseline accepts findings by fingerprint, and says when an entry is no longer right."""

import json
from datetime import date

import pytest

from snippetgen.baseline import accept, read_baseline, write_baseline
from snippetgen.errors import InputError, Place
from snippetgen.model import Finding

DAY = date(2026, 5, 1)
OLD = Finding(rule="contract/no-servers", message="no server", place=Place("api.json", 3), pointer="/paths")
NEW = Finding(rule="contract/path", message="no path", place=Place("api.json", 4), pointer="/paths/~1a")
FACTS = {"owner": "shop team", "reason": "moves in May"}


def _written(path, findings, **more):
    previous = read_baseline(path) if path.exists() else None
    write_baseline(path, findings, previous, FACTS | more)
    return read_baseline(path)


def test_what_is_accepted_is_taken_out(tmp_path):
    """And stays so when lines move; what is new is shown."""
    baseline = _written(tmp_path / "b.json", [OLD])
    moved = Finding(rule=OLD.rule, message=OLD.message, place=Place("./api.json", 99), pointer=OLD.pointer)
    accepted = accept([moved, NEW], baseline, DAY)
    assert accepted.findings == (NEW,)
    assert accepted.count == 1


def test_a_stale_entry_is_a_finding(tmp_path):
    accepted = accept([], _written(tmp_path / "b.json", [OLD]), DAY)
    (finding,) = accepted.findings
    assert finding.rule == "check/stale-baseline"
    assert finding.place.line == 4
    assert "contract/no-servers at api.json /paths" in finding.message


@pytest.mark.parametrize(
    ("day", "rules"),
    [(date(2026, 5, 1), []), (date(2026, 5, 2), ["contract/no-servers", "check/expired-baseline"])],
)
def test_an_entry_expires_after_its_day(tmp_path, day, rules):
    baseline = _written(tmp_path / "b.json", [OLD], expires="2026-05-01")
    assert [finding.rule for finding in accept([OLD], baseline, day).findings] == rules


def test_writing_anew_keeps_what_was_agreed(tmp_path):
    """Owner, reason and expiry stay with their finding; entries that nothing needs go."""
    path = tmp_path / "b.json"
    _written(path, [OLD, NEW], expires="2026-05-01")
    write_baseline(path, [OLD], read_baseline(path), {"owner": "somebody else", "reason": "?"})
    (entry,) = json.loads(path.read_text())["accepted"]
    assert (entry["owner"], entry["reason"], entry["expires"]) == ("shop team", "moves in May", "2026-05-01")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"owner": ""}, "owner"),
        ({"reason": None}, "reason"),
        ({"expires": "2026-02-30"}, "is no date"),
        ({"x": 1}, "x"),
    ],
)
def test_a_baseline_that_is_none_is_named(tmp_path, entry, message):
    path = tmp_path / "b.json"
    whole = {"fingerprint": "0" * 16, "rule": "a/b", **FACTS, **entry}
    path.write_text(json.dumps({"snippetgen-baseline": 1, "accepted": [whole]}))
    with pytest.raises(InputError, match=message):
        read_baseline(path)


def test_on_the_command_line(tmp_path, run_cli, capsys):
    """Write it, check with it, mend the document, and the entry is stale."""
    document, baseline = tmp_path / "api.json", tmp_path / "b.json"
    schema = {"type": "object", "required": ["a"], "properties": {"a": {}}}
    content = {"application/json": {"schema": schema, "example": {}}}
    data = {
        "openapi": "3.1.0",
        "info": {"title": "x", "version": "1"},
        "servers": [{"url": "https://x.example"}],
    }
    data["paths"] = {"/a": {"get": {"responses": {"200": {"description": "x", "content": content}}}}}
    document.write_text(json.dumps(data))
    assert run_cli("check", document) == 1
    facts = ("--owner", "me", "--reason", "later", "--expires", "2999-12-31")
    assert run_cli("check", document, "--write-baseline", baseline, *facts) == 0
    capsys.readouterr()
    assert run_cli("check", document, "--baseline", baseline, "--fail-on", "note") == 0
    assert f"2 findings accepted by {baseline}" in capsys.readouterr().out
    content["application/json"]["example"] = {"a": 1}
    document.write_text(json.dumps(data))
    assert run_cli("check", document, "--baseline", baseline) == 1
    assert "check/stale-baseline" in capsys.readouterr().out
