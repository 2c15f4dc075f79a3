"""A baseline: the findings that somebody has accepted, each with an owner, a reason and perhaps an expiry.

A finding is known again by its fingerprint. What is accepted is counted and not shown; an entry that
matches nothing, or whose day has passed, is a finding itself, so that a baseline only shrinks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from snippetgen.atomic import write_atomically
from snippetgen.errors import InputError
from snippetgen.model import Finding
from snippetgen.shape import check_shape
from snippetgen.source import Source, escape_pointer, load

__all__ = ["RULES", "Accepted", "Baseline", "accept", "read_baseline", "write_baseline"]

RULES = ("check/expired-baseline", "check/stale-baseline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A baseline file: its entries by fingerprint, and where each stands."""

    source: Source
    entries: Mapping[str, Mapping[str, Any]]
    pointers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What is left of findings, with what is wrong with the baseline itself; and how many it accepts."""

    findings: tuple[Finding, ...]
    count: int


def read_baseline(path: str | Path) -> Baseline:
    """The baseline in a file; InputError where it is none."""
    source = load(path)
    check_shape(source, "baseline.schema.json", InputError)
    entries: dict[str, Mapping[str, Any]] = {}
    pointers: dict[str, str] = {}
    for index, entry in enumerate(source.data["accepted"]):
        pointers[entry["fingerprint"]] = escape_pointer("accepted", index)
        entries[entry["fingerprint"]] = entry
        _expiry(source, entry, index)
    return Baseline(source=source, entries=entries, pointers=pointers)


def _expiry(source: Source, entry: Mapping[str, Any], index: int) -> None:
    """Refuse a day that no calendar has."""
    try:
        date.fromisoformat(entry.get("expires", "2000-01-01"))
    except ValueError as problem:
        place = source.place(escape_pointer("accepted", index, "expires"))
        raise InputError(f"{entry['expires']!r} is no date", fix="write YYYY-MM-DD", place=place) from problem


def accept(findings: Sequence[Finding], baseline: Baseline, today: date) -> Accepted:
    """The findings that the baseline does not accept on that day, and the findings about its entries."""
    expired = {
        key
        for key, entry in baseline.entries.items()
        if "expires" in entry and date.fromisoformat(entry["expires"]) < today
    }
    accepted = baseline.entries.keys() - expired
    left = [finding for finding in findings if finding.fingerprint not in accepted]
    present = {finding.fingerprint for finding in findings}
    idle = [key for key in baseline.entries if key not in present & accepted]
    said = (_about(baseline, key, expired=key in present) for key in idle)
    return Accepted(findings=(*left, *said), count=len(findings) - len(left))


def _about(baseline: Baseline, key: str, *, expired: bool) -> Finding:
    """The finding about an entry that accepts nothing (any more)."""
    entry, pointer = baseline.entries[key], baseline.pointers[key]
    what = f"{entry['rule']} at {entry['place']}" if entry.get("place") else str(entry["rule"])
    place = baseline.source.place(pointer)
    if expired:
        rule, fix = "check/expired-baseline", "mend what it is about, or agree on another day"
        message = f"the finding {what} was accepted until {entry['expires']} by {entry['owner']}"
    else:
        rule, fix = "check/stale-baseline", "remove the entry, or write the baseline anew"
        message = f"the finding {what} is accepted, but it is not there any more"
    return Finding(rule=rule, message=message, place=place, pointer=pointer, fix=fix)


def write_baseline(
    path: str | Path, findings: Sequence[Finding], previous: Baseline | None, facts: Mapping[str, str]
) -> None:
    """Accept these findings: with the owner, reason and expiry that they had, else with those of `facts`."""
    entries = dict(_entries(findings, previous.entries if previous else {}, facts))
    value = {"snippetgen-baseline": 1, "accepted": list(entries.values())}
    write_atomically(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _entries(
    findings: Sequence[Finding], known: Mapping[str, Mapping[str, Any]], facts: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for finding in findings:
        key = finding.fingerprint
        entry: dict[str, Any] = {"fingerprint": key, "rule": finding.rule}
        if finding.place:
            entry["place"] = f"{finding.place.file}{' ' + finding.pointer if finding.pointer else ''}"
        agreed = known.get(key, facts)
        entry |= {name: agreed[name] for name in ("owner", "reason", "expires") if name in agreed}
        yield key, {**entry, "message": finding.message}
