"""The security schemes of a document as the credentials of an endpoint spec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snippetgen.importing.specfile import free_name
from snippetgen.openapi.document import Document, Operation

__all__ = ["Schemes", "read_schemes"]

_FILLER = frozenset({"api", "rest", "http", "openapi", "specification", "spec", "the", "public", "of", "for"})


@dataclass(frozen=True, slots=True)
class Schemes:
    """The credentials by name, the name of each scheme's credential, and why other schemes have none."""

    credentials: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    unsupported: Mapping[str, str]

    def chosen(self, operation: Operation) -> tuple[str, ...] | None:
        """The credentials of the operation's first alternative that a spec can state; () where it needs none.

        None where it needs some and no alternative can be stated.
        """
        alternatives = sorted(operation.security, key=lambda schemes: not schemes)
        for schemes in alternatives:
            names = tuple(self.names[scheme] for scheme in schemes if scheme in self.names)
            places = [self.place(name) for name in names]
            if len(names) == len(schemes) and len(set(places)) == len(places):
                return names
        return None if alternatives else ()

    def place(self, name: str) -> tuple[str, str]:
        """Where a credential is sent; two cannot be sent in one place."""
        facts = self.credentials[name]
        if "scheme" in facts:
            return "header", "authorization"
        return facts["in"], facts["name"].lower()


def read_schemes(document: Document) -> Schemes:
    """The credentials for every scheme of a document; environment names begin with the API's."""
    credentials: dict[str, Mapping[str, str]] = {}
    names: dict[str, str] = {}
    unsupported: dict[str, str] = {}
    prefix = _prefix(document.title)
    for scheme, facts in document.security_schemes.items():
        name = free_name(_identifier(scheme), set(credentials), "_")
        try:
            credentials[name] = _credential(facts, f"{prefix}{name.upper()}")
            names[scheme] = name
        except ValueError as problem:
            unsupported[scheme] = str(problem)
    return Schemes(credentials, names, unsupported)


def _prefix(title: str) -> str:
    """The API's name as an environment variable begins, without the words that every API has."""
    words = [word for word in re.findall(r"[A-Za-z0-9]+", title) if word.lower() not in _FILLER]
    named = [word for word in words if not re.fullmatch(r"[vV]?[0-9.]+", word)][:2]
    prefix = "_".join(named).upper()
    return f"{prefix}_" if prefix and not prefix[0].isdigit() else ""


def _identifier(scheme: str) -> str:
    """The name of a scheme as a variable has it."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", scheme)
    name = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").lower()
    return name if re.match(r"[a-z_]", name) else f"key_{name}".rstrip("_")


def _credential(facts: Mapping[str, Any], env: str) -> Mapping[str, str]:
    """What a spec says about a Security Scheme Object; ValueError where it has no words for it."""
    kind, scheme = str(facts.get("type")), str(facts.get("scheme", "")).lower()
    shown = {"env": env, "placeholder": f"YOUR_{env}"}
    if kind == "apiKey":
        location = str(facts.get("in"))
        if location not in {"query", "header", "cookie"} or not facts.get("name"):
            raise ValueError(f"an API key in {location!r}")
        return {"in": location, "name": str(facts["name"]), **shown}
    if kind in {"oauth2", "openIdConnect"} or (kind == "http" and scheme == "bearer"):
        return {"scheme": "bearer", **shown}
    if kind == "http" and scheme == "basic":
        users = {"username_env": f"{env}_USERNAME", "password_env": f"{env}_PASSWORD"}
        return {"scheme": "basic", **users, "placeholder": f"YOUR_{env}"}
    raise ValueError(f"{kind} {scheme}".strip())
