"""The text and the names of an imported spec: YAML in which nothing can be taken for something else."""

from __future__ import annotations

import re
from typing import Any

import yaml

from snippetgen.exact import ExactFloat

__all__ = ["free_name", "slug", "spec_text"]

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]  # the base is chosen at run time: libyaml's where it was built
    """Quotes every text that any version of YAML could take for something else."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Nothing is an alias: a spec is read by people."""
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9_./-]*", text) and text.lower() not in _WORDS
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def _represent_float(dumper: Any, value: ExactFloat) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:float", value.text)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(ExactFloat, _represent_float)


def spec_text(value: Any) -> str:
    """The YAML text of a spec, keys in their order."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100))


def slug(text: str, fallback: str) -> str:
    """A text as an id: lower case, with single hyphens; `fallback` where nothing of it is left."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or fallback


def free_name(name: str, taken: set[str], dash: str = "-") -> str:
    """The name, with a number behind it where it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}{dash}{number}"
    return free
