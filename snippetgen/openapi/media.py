"""Media types (RFC 9110 section 8.3.1) and statuses, as keys of an OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["encodings", "is_json", "is_json_lines", "match_media_type", "match_status", "strip_parameters"]


def strip_parameters(media_type: str) -> str:
    """`Text/HTML; charset=utf-8` as `text/html`."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether the content is JSON: application/json, or the `+json` suffix (RFC 6839)."""
    essence = strip_parameters(media_type)
    return essence in {"application/json", "text/json"} or essence.endswith("+json")


def is_json_lines(media_type: str) -> bool:
    """Whether the content is one JSON value on each line (OAS 3.2, sequential media types)."""
    return strip_parameters(media_type) in {"application/jsonl", "application/x-ndjson"}


def encodings(entry: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The Encoding Objects of a Media Type Object by property; one that is no object says nothing.

    Neither does a style that is no text.
    """
    declared = entry.get("encoding")
    named = declared.items() if isinstance(declared, dict) else ()
    return {
        name: {k: v for k, v in facts.items() if k != "style" or isinstance(v, str)}
        for name, facts in named
        if isinstance(facts, dict)
    }


def match_media_type(declared: Iterable[str], sent: str) -> str | None:
    """The declared key that governs what was sent: exact, then without parameters, `type/*`, `*/*`.

    Parameters decide only between keys that are alike without them.
    """
    ranks = {}
    essence = strip_parameters(sent)
    for key in declared:
        rank = _rank(key, sent, essence)
        if rank is not None and rank not in ranks:
            ranks[rank] = key
    return ranks[min(ranks)] if ranks else None


def _rank(key: str, sent: str, essence: str) -> int | None:
    if _canonical(key) == _canonical(sent):
        return 0
    pattern = strip_parameters(key)
    if pattern == essence:
        return 1 if ";" not in key else 2
    if pattern == essence.partition("/")[0] + "/*":
        return 3
    return 4 if pattern in {"*/*", "*"} else None


def _canonical(media_type: str) -> tuple[str, frozenset[str]]:
    essence, *parameters = media_type.split(";")
    return essence.strip().lower(), frozenset(
        p.strip().lower().replace('"', "") for p in parameters if p.strip()
    )


def match_status(declared: Iterable[str], status: str) -> str | None:
    """The declared key that governs a status: exact, then `2XX`, then `default`."""
    keys = {key.upper(): key for key in declared}
    candidates = (status.upper(), f"{status[:1]}XX", "DEFAULT")
    return next((keys[c] for c in candidates if c in keys), None)
