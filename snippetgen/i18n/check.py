"""What is wrong with the catalogs of an API: what stops a build, and what only reads wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from snippetgen.api import Api
from snippetgen.build import catalogs_of, check_locales, check_tags, chosen_languages
from snippetgen.errors import Place, UsageError
from snippetgen.finding import Finding
from snippetgen.i18n.catalog import Catalog, Entry, read_po
from snippetgen.i18n.form import brackets, length, space, terminator, truncated
from snippetgen.i18n.rule import Glossary, Rule, Translation
from snippetgen.i18n.tag import check_tag
from snippetgen.i18n.wording import acronym, date, kept_term, number, source_language, term
from snippetgen.i18n.writing import TERMINATORS, writing

__all__ = ["RULES", "check_codes", "check_translations", "check_wording"]

WORDING = (
    Rule("i18n/kept-term", "error", kept_term),
    Rule("i18n/term", "error", term),
    Rule("i18n/acronym", "warning", acronym),
    Rule("i18n/source-language", "error", source_language),
    Rule("i18n/number", "warning", number),
    Rule("i18n/date", "error", date),
    Rule("i18n/terminator", "warning", terminator),
    Rule("i18n/brackets", "warning", brackets),
    Rule("i18n/space", "warning", space),
    Rule("i18n/length", "warning", length),
    Rule("i18n/truncated", "error", truncated),
)
RULES = (*(rule.id for rule in WORDING), "i18n/two-translations", "i18n/locale-code")


def check_translations(api: Api, locales: Sequence[str] = ()) -> tuple[tuple[Finding, ...], str]:
    """The findings, and a note that counts what was checked."""
    check_tags(api)
    chosen = [catalogs_of(api).locale(tag) for tag in dict.fromkeys(locales or api.locales)]
    glossary = Glossary(api.kept_terms, api.terms)
    findings = [*check_codes(api.folder / "locales"), *check_locales(chosen, chosen_languages(api))]
    for locale in chosen:
        findings += check_wording([c for c in locale.catalogs if c.tag == locale.tag], glossary)
    entries = {
        id(entry) for locale in chosen for catalog in locale.catalogs for entry in catalog.entries.values()
    }
    return tuple(dict.fromkeys(findings)), f"{len(entries)} translations of {len(chosen)} locales checked"


def check_wording(catalogs: Sequence[Catalog], glossary: Glossary) -> Iterator[Finding]:
    """What reads wrong in the catalogs of one locale."""
    for catalog in catalogs:
        for entry in filter(_is_shown, catalog.entries.values()):
            yield from _entry_findings(entry, catalog.tag, glossary)
    yield from _contradictions(catalogs)


def _is_shown(entry: Entry) -> bool:
    return entry.usable


def _entry_findings(entry: Entry, tag: str, glossary: Glossary) -> Iterator[Finding]:
    forms = [Translation(entry, text, writing(tag), glossary) for text in dict.fromkeys(entry.translations)]
    for rule in WORDING:
        for message, fix in dict.fromkeys(problem for form in forms for problem in rule.problems(form)):
            yield Finding(
                rule=rule.id, severity=rule.severity, message=message, fix=fix, place=entry.place, locale=tag
            )


def _contradictions(catalogs: Iterable[Catalog]) -> Iterator[Finding]:
    """Messages that differ in capital letters and marks only, and have two translations."""
    seen: dict[str, Entry] = {}
    for catalog in catalogs:
        for entry in filter(_is_shown, catalog.entries.values()):
            first = seen.setdefault(_bare(entry.message), entry) if entry.context is None else entry
            if _bare(first.translation) != _bare(entry.translation):
                message = f"{first.translation!r} in {first.place} translates the same words otherwise"
                yield Finding(
                    rule="i18n/two-translations",
                    severity="warning",
                    message=message,
                    fix="use one of them, or tell them apart by msgctxt",
                    place=entry.place,
                    locale=catalog.tag,
                )


def _bare(text: str) -> str:
    return text.casefold().rstrip("".join(TERMINATORS))


def check_codes(folder: Path) -> Iterator[Finding]:
    """Folders whose name is no language, catalogs that nobody reads, and headers that say what is not so."""
    for path in sorted(folder.glob("[!._]*/")):
        try:
            check_tag(path.name)
        except UsageError as problem:
            yield _code_finding(problem.message, problem.fix or "", Place(str(path)), path.name)
            continue
        for catalog in sorted(path.glob("LC_MESSAGES/*.po")):
            yield from _header_findings(catalog, path.name)
    read = set(folder.glob("*/LC_MESSAGES/*.po"))
    for path in sorted(set(folder.rglob("*.po")) - read):
        fix = f"put it where it is looked for: {folder / 'ja' / 'LC_MESSAGES' / path.name}, for Japanese"
        yield _code_finding("no catalog is read from here", fix, Place(str(path)), None)


def _header_findings(path: Path, tag: str) -> Iterator[Finding]:
    fields, fix = read_po(path).metadata, "`snippetgen i18n update` mends the header"
    stated = fields.get("Language", tag).replace("_", "-")
    if stated != tag:
        message = f"the header says Language: {stated}, but the folder is {tag}"
        yield _code_finding(message, fix, Place(str(path), 1), tag)
    charset = re.search(r"charset=([^\s;]+)", fields.get("Content-Type", ""))
    if charset and charset[1].lower() not in {"utf-8", "utf8"}:
        message = f"the header says charset={charset[1]}, but the catalog is UTF-8"
        yield _code_finding(message, fix, Place(str(path), 1), tag)


def _code_finding(message: str, fix: str, place: Place, tag: str | None) -> Finding:
    return Finding(rule="i18n/locale-code", message=message, fix=fix, place=place, locale=tag)
