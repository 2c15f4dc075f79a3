"""What a build depends on besides the program: files, there or not, and pages that people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from snippetgen.api import Api
from snippetgen.build import catalogs_of
from snippetgen.i18n.tag import PSEUDO, fallback_tags
from snippetgen.page.page import Address

__all__ = ["Dependencies", "dependencies"]

_READS_MORE = re.compile(r"\{%[-+]?\s*(?:include|import|from|extends)\b")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Files that a build read or looked for, and patterns below its output folder of pages with regions."""

    files: tuple[Path, ...]
    patterns: tuple[str, ...]


def dependencies(api: Api, locales: Sequence[str] = ()) -> Dependencies | None:
    """What a build of these locales depends on; None where that cannot be told beforehand.

    A reference that leads nowhere may lead somewhere tomorrow, one to the network elsewhere, and a script's
    template may read others.
    """
    bundle = api.document.bundle
    if bundle.refused or bundle.fetched or any(_reads_more(script.template) for _, script in api.scripts()):
        return None
    tags = tuple(dict.fromkeys((*locales, *api.locales)))
    patterns = (
        Address(written.path, api.site, tuple(api.slugs.items())).localized(written.path, tag)
        for written in api.regions
        for tag in tags
    )
    return Dependencies(
        tuple(dict.fromkeys((*_sources(api), *_catalogs(api, tags)))), tuple(dict.fromkeys(patterns))
    )


def _reads_more(template: Path) -> bool:
    return bool(_READS_MORE.search(template.read_text("utf-8", "replace")))


def _sources(api: Api) -> Iterator[Path]:
    document = api.document
    sources = [api.source, document.source, *document.bundle.files.values()]
    sources += [overlay.source for overlay in document.overlays]
    sources += [sample.source for endpoint in api.endpoints for sample in endpoint.samples]
    yield from (Path(source.path) for source in sources)
    for _, script in api.scripts():
        yield from (script.template, *script.files.values())


def _catalogs(api: Api, tags: Sequence[str]) -> Iterator[Path]:
    for tag in tags:
        for name in () if tag in PSEUDO else fallback_tags(tag):
            yield from catalogs_of(api).paths(name)
