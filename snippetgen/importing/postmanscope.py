"""What an item of a Postman collection inherits from its folders and from the collection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Scope", "as_text", "enabled"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an item inherits: variables, authentication, behaviour, and whether a script stands above it."""

    values: Mapping[str, str]
    given: Mapping[str, str]
    auth: Mapping[str, Any] | None = None
    keeps_body: bool = False
    scripted: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any], given: Mapping[str, str]) -> Scope:
        """The scope of a whole collection; values that were `given` go over its own."""
        return cls({}, given).inside(data)

    def inside(self, data: Mapping[str, Any]) -> Scope:
        """The scope of an item, a folder or the collection itself."""
        own = {
            name: as_text(item.get("value"))
            for name, item in enabled(data.get("variable"), "key", "id")
            if item.get("type") != "secret"
        }
        behaviour = data.get("protocolProfileBehavior") or {}
        scripts = any(e.get("listen") == "prerequest" and _has_code(e) for e in data.get("event") or ())
        return Scope(
            values={**self.values, **own, **self.given},
            given=self.given,
            auth=data.get("auth") or self.auth,
            keeps_body=bool(behaviour.get("disableBodyPruning", self.keeps_body)),
            scripted=self.scripted or scripts,
        )


def _has_code(event: Mapping[str, Any]) -> bool:
    script = event.get("script") or {}
    lines = script.get("exec") or () if isinstance(script, dict) else ()
    return any(line.strip() for line in ([lines] if isinstance(lines, str) else lines))


def enabled(items: Any, *keys: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The entries of a list that are not disabled, each with its name."""
    for item in items if isinstance(items, list) else ():
        name = next((item[key] for key in keys if item.get(key) is not None), None)
        if name is not None and not item.get("disabled"):
            yield as_text(name), item


def as_text(value: Any) -> str:
    """A value as the characters that stand for it."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
