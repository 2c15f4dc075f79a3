"""A catalog as XLIFF 2 (OASIS), for translators whose tools read no PO files, and its way back.

A unit is one text to translate: a message, or one plural form of it. Its id is a digest of the message
and its context, so that a file finds its entries again, whatever was added to the catalog since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from snippetgen.api import Api
from snippetgen.atomic import write_atomically
from snippetgen.build import catalogs_of, check_catalogs, chosen_languages
from snippetgen.errors import CatalogError, Place, UsageError
from snippetgen.i18n.catalog import PRODUCT, Entry, closing_remark, entry_key, read_catalog, read_po
from snippetgen.i18n.tag import SOURCE, check_tag, fallback_tags
from snippetgen.i18n.update import written
from snippetgen.manifest import load_languages
from snippetgen.model import Finding
from snippetgen.source import read_text
from snippetgen.tree import inside

if TYPE_CHECKING:
    import polib
    from translate.storage.xliff2 import Xliff2File, Xliff2Unit

__all__ = ["Import", "Unit", "export_xliff", "import_xliff"]

_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One text of an XLIFF file; `target` is "" where there is no translation yet."""

    id: str
    source: str
    target: str
    fuzzy: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What became of a catalog: entries that changed or did not, and what could not be brought in.

    `empty` are units without a target and `absent` entries without a unit; both keep what the catalog has.
    `unknown` are units that no entry has. Where there are findings, nothing was written.
    """

    path: Path
    changed: int
    unchanged: int
    empty: int
    absent: int
    unknown: tuple[Unit, ...]
    findings: tuple[Finding, ...]


def export_xliff(api: Api, tag: str, *, product: bool = False) -> str:
    """The catalog of a locale, the project's or the product's: sources, targets, states, and notes."""
    catalog = read_catalog(_catalog_path(api, tag, product=product))
    store = _toolkit()()
    store.setsourcelanguage(SOURCE)
    store.settargetlanguage(tag)
    store.body.set("id", catalog.domain)
    for entry in catalog.entries.values():
        for index, unit_id in enumerate(_unit_ids(entry)):
            _add(store, entry, index, unit_id, tag)
    return bytes(store).decode()


def import_xliff(api: Api, path: Path, locale: str | None = None, *, product: bool = False) -> Import:
    """Bring the targets of an XLIFF file into the catalog of its language; all of them, or none.

    With `locale` it is the catalog of that locale, which a lookup from the file's language must find.
    """
    tag, units = _read(path, PRODUCT if product else api.id)
    target = _catalog_path(api, locale or tag, product=product)
    check_tag(tag)
    if locale and locale not in fallback_tags(tag):
        fix = f"import what was translated into {locale!r}"
        raise CatalogError(f"trgLang is {tag!r}, not {locale!r}", fix=fix, place=Place(str(path), 1))
    catalog = read_catalog(target)
    known = {unit_id for entry in catalog.entries.values() for unit_id in _unit_ids(entry)}
    merged = {key: _merged(entry, units) for key, entry in catalog.entries.items()}
    changed = {key: entry for key, entry in merged.items() if _differs(entry, catalog.entries[key])}
    came = replace(catalog, path=str(path), entries=changed)
    languages = load_languages() if product else chosen_languages(api)
    findings = tuple(check_catalogs([came], languages))
    if changed and not findings:
        file = read_po(target)
        for entry in file:
            if not entry.obsolete and entry_key(entry) in changed:
                _fill(entry, changed[entry_key(entry)])
        write_atomically(target, written(file, file.metadata, file.header, closing_remark(target)))
    return Import(
        path=target,
        changed=len(changed),
        unchanged=len(merged) - len(changed),
        empty=sum(not unit.target for unit in units.values()),
        absent=sum(not units.keys() & set(_unit_ids(entry)) for entry in merged.values()),
        unknown=tuple(unit for unit in units.values() if unit.id not in known),
        findings=findings,
    )


def _toolkit() -> type[Xliff2File]:
    try:
        from translate.storage.xliff2 import Xliff2File
    except ImportError as problem:
        message = "XLIFF is read and written by the translate toolkit, which is not installed"
        raise UsageError(message, fix="pip install 'snippetgen[xliff]'") from problem
    return Xliff2File


def _catalog_path(api: Api, tag: str, *, product: bool) -> Path:
    """The catalog of a locale, which must be there."""
    check_tag(tag)
    catalogs = catalogs_of(api)
    project, own = catalogs.paths(tag)
    if product:
        path, option = inside(catalogs.product, own, "locales"), " --product"
    else:
        path, option = inside(api.folder, project, "project's"), ""
    if not path.exists():
        fix = f"`snippetgen i18n update SPEC --locale {tag}{option}` creates it"
        raise UsageError(f"there is no catalog {path}", fix=fix)
    return path


def _unit_ids(entry: Entry) -> tuple[str, ...]:
    """The id of each text of an entry, an NMTOKEN; the digest is of gettext's key (context, EOT, msgid)."""
    key = entry.message if entry.context is None else f"{entry.context}\x04{entry.message}"
    digest = f"m{sha256(key.encode()).hexdigest()[:20]}"
    if not entry.plural:
        return (digest,)
    return tuple(f"{digest}-{index}" for index in range(len(entry.translations)))


def _add(store: Xliff2File, entry: Entry, index: int, unit_id: str, tag: str) -> None:
    is_first_of_many = index == 0 and len(entry.translations) > 1
    source = entry.message if is_first_of_many else entry.plural or entry.message
    target = entry.translations[index]
    unit = store.addsourceunit(source)
    unit.setid(unit_id)
    if target:
        unit.target = target
        unit.markfuzzy(entry.fuzzy)
        unit.xmlelement.find(unit.namespaced("target")).set(f"{_XML}lang", tag)
    if (unit.source, unit.target or "") != (source, target):
        raise CatalogError("the entry holds characters that XML does not have", place=entry.place)
    for category, note in _notes(entry, index):
        unit.addnote(note, category)
    _conform(unit)


def _notes(entry: Entry, index: int) -> Iterator[tuple[str, str]]:
    """What a translator should know, each with its category."""
    if entry.context is not None:
        yield "context", entry.context
    if entry.plural:
        yield "plural", f"form {index + 1} of {len(entry.translations)}: {entry.message} / {entry.plural}"
    if entry.previous:
        yield "previous", entry.previous
    for comment in entry.comments:
        yield "developer", comment


def _conform(unit: Xliff2Unit) -> None:
    """Put where XLIFF 2.0 (sections 4.2.2.5 and 4.3.2) wants it what the toolkit puts into the segment."""
    segment, parent = unit.xmlelement, unit.getunitelement()
    parent.set(f"{_XML}space", segment.attrib.pop(f"{_XML}space"))
    parent.set("canResegment", "no")
    notes = segment.find(unit.namespaced("notes"))
    if notes is not None:
        parent.insert(0, notes)


def _read(path: Path, domain: str) -> tuple[str, Mapping[str, Unit]]:
    """The language of an XLIFF file and its units by id; the toolkit's parser resolves no entities."""
    toolkit, text = _toolkit(), read_text(path, CatalogError)
    try:
        store = toolkit.parsestring(text.encode())
    except (SyntaxError, ValueError, AssertionError) as problem:
        line = getattr(problem, "lineno", None)
        raise CatalogError(
            f"not an XLIFF 2 file: {problem}".rstrip(": "), place=Place(str(path), line)
        ) from problem
    if store.document.docinfo.doctype:
        raise CatalogError("XLIFF has no document type declaration", fix="remove it", place=Place(str(path)))
    tag, found = store.gettargetlanguage(), store.body.get("id")
    if not tag:
        raise CatalogError("trgLang is missing", fix="name the target language", place=Place(str(path), 1))
    if found != domain:
        fix = "add --product" if found == PRODUCT else "import it with the spec that it was exported from"
        raise CatalogError(f"the file is of {found!r}, not of {domain!r}", fix=fix, place=Place(str(path)))
    units: dict[str, Unit] = {}
    for unit in (_unit(unit, path, tag) for unit in store.units):
        if unit.id in units:
            raise CatalogError(f"the unit {unit.id!r} stands twice", fix="keep one", place=unit.place)
        units[unit.id] = unit
    return tag, units


def _unit(unit: Xliff2Unit, path: Path, tag: str) -> Unit:
    place = Place(str(path), unit.xmlelement.sourceline)
    target = unit.xmlelement.find(unit.namespaced("target"))
    if target is not None and len(target):
        message = f"the target of {unit.getid()!r} holds elements, but its source is plain text"
        raise CatalogError(message, fix="write it as plain text", place=place)
    written_in = tag if target is None else target.get(f"{_XML}lang", tag)
    if written_in.lower() != tag.lower():
        message = f"the target of {unit.getid()!r} is in {written_in!r}, but trgLang is {tag!r}"
        raise CatalogError(message, fix="name the language of the targets in both places", place=place)
    return Unit(
        id=unit.getid() or "",
        source=unit.source or "",
        target=unit.target or "",
        fuzzy=unit.isfuzzy(),
        place=place,
    )


def _merged(entry: Entry, units: Mapping[str, Unit]) -> Entry:
    """The entry with the targets that came for it; without one it stays what it was."""
    ids = _unit_ids(entry)
    came = [units[unit_id] for unit_id in ids if unit_id in units and units[unit_id].target]
    if not came:
        return entry
    texts = {unit.id: unit.target for unit in came}
    is_partial = len(came) < len(ids)
    return replace(
        entry,
        translations=tuple(texts.get(i, old) for i, old in zip(ids, entry.translations, strict=True)),
        fuzzy=any(unit.fuzzy for unit in came) or (is_partial and entry.fuzzy),
        place=came[0].place,
    )


def _differs(entry: Entry, before: Entry) -> bool:
    return (entry.translations, entry.fuzzy) != (before.translations, before.fuzzy)


def _fill(entry: polib.POEntry, came: Entry) -> None:
    """Write into an entry of a PO file what came for it; what was made for today's message is not fuzzy."""
    if came.plural:
        entry.msgstr_plural = dict(enumerate(came.translations))
    else:
        entry.msgstr = came.translation
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"] + ["fuzzy"] * came.fuzzy
    if not came.fuzzy:
        entry.previous_msgctxt = entry.previous_msgid = entry.previous_msgid_plural = None
