"""What is wrong with the catalogs of an API: what stops a build, and what only reads wrong."""

from __future__ import annotations

from collections.abc import Sequence

from snippetgen.api import Api
from snippetgen.build import catalogs_of, check_locales, check_tags, chosen_languages
from snippetgen.model import Finding

__all__ = ["check_translations"]


def check_translations(api: Api, locales: Sequence[str] = ()) -> tuple[tuple[Finding, ...], str]:
    """The findings, and a note that counts what was checked."""
    check_tags(api)
    chosen = [catalogs_of(api).locale(tag) for tag in locales or api.locales]
    findings = tuple(check_locales(chosen, chosen_languages(api)))
    entries = [e for locale in chosen for catalog in locale.catalogs for e in catalog.entries.values()]
    return findings, f"{len(entries)} translations of {len(chosen)} locales checked"
