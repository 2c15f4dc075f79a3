"""A `Locale` is a language tag with the gettext catalogs that translate into it.

Two catalogs take part: the project's, beside its endpoint spec, and the product's, for the words and
comments that snippetgen itself writes. A sentence that no catalog translates stays English and is
counted. A translation keeps what its sentence cannot lose: placeholders, code, links.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from snippetgen.errors import CatalogError, Place, UsageError
from snippetgen.model import Finding
from snippetgen.prose import Prose
from snippetgen.source import data_folder, read_text

__all__ = [
    "PRODUCT",
    "SOURCE",
    "Catalog",
    "Catalogs",
    "Entry",
    "Locale",
    "check_catalog",
    "check_tag",
    "po_path",
    "read_catalog",
]

SOURCE = "en"  # the language that messages are written in; it has no catalog
PRODUCT = "snippetgen"
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
# A line as GNU gettext's manual writes it; Babel takes the quotes off unseen where one is missing.
_LINE = re.compile(r'(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*")?')
_JOINERS = "\u200c\u200d"  # Hindi and Persian spelling needs them; they hide nothing

Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a catalog; `translation` is "" where there is none yet."""

    message: str
    translation: str
    context: str | None
    fuzzy: bool
    place: Place

    @property
    def usable(self) -> bool:
        """Whether a reader may see the translation."""
        return bool(self.translation) and not self.fuzzy


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A PO file that was read: the messages of one domain in one language."""

    tag: str
    domain: str
    path: str
    entries: Mapping[Key, Entry]

    def get(self, message: str, context: str | None = None) -> str | None:
        """The translation of a message, or None where a reader may not see one."""
        entry = self.entries.get((context, message))
        return entry.translation if entry and entry.usable else None


@dataclass(frozen=True, slots=True)
class Locale:
    """A language tag with its catalogs, the first that knows a message wins."""

    tag: str
    catalogs: tuple[Catalog, ...] = ()
    missing: dict[str, None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """The messages that were asked for and stayed English, each once, in order of first use."""
        return tuple(self.missing)

    def translate(self, message: str, context: str | None = None, /, **values: object) -> str:
        """The message in this language, with `{name}` replaced by the value of that name."""
        text = self._find(message, context)
        if not values:
            return text
        return _HOLE.sub(lambda hole: str(values.get(hole[1], hole[0])), text)

    def _find(self, message: str, context: str | None) -> str:
        if self.tag == SOURCE:
            return message
        for catalog in self.catalogs:
            text = catalog.get(message, context)
            if text is not None:
                return text
        self.missing[message] = None
        return message


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Where catalogs lie: the product's folder and, for a project, its own folder and domain."""

    project: Path | None = None
    domain: str = ""
    product: Path = field(default_factory=lambda: data_folder("locales"))

    def paths(self, tag: str) -> tuple[Path, ...]:
        """The PO files of a tag, the project's first, whether they exist or not."""
        product = po_path(self.product, tag, PRODUCT)
        return (po_path(self.project, tag, self.domain), product) if self.project else (product,)

    def locale(self, tag: str) -> Locale:
        """The locale of a tag; `zh-Hant-TW` also reads the catalogs of `zh-Hant` and `zh`."""
        check_tag(tag)
        if tag == SOURCE:
            return Locale(tag)
        chain = [path for candidate in _ancestry(tag) for path in self.paths(candidate) if path.exists()]
        return Locale(tag, tuple(read_catalog(path) for path in chain))


def po_path(folder: Path, tag: str, domain: str) -> Path:
    """Where gettext looks for the catalog of a domain."""
    return folder / tag / "LC_MESSAGES" / f"{domain}.po"


def _ancestry(tag: str) -> Iterator[str]:
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


def check_tag(tag: str) -> None:
    """Raise UsageError unless the tag is well-formed (BCP 47) and names a language that CLDR knows."""
    if tag == SOURCE:
        return
    fix = "use a BCP 47 tag such as hi, pt-BR or zh-Hant"
    if not _TAG.fullmatch(tag):
        raise UsageError(f"{tag!r} is not a language tag", fix=fix)
    from babel import Locale as Known
    from babel import UnknownLocaleError

    try:
        Known.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as problem:
        raise UsageError(f"no language is known by the tag {tag!r}", fix=fix) from problem


def read_catalog(path: Path) -> Catalog:
    """Read a PO file; CatalogError says at which line it is broken."""
    from babel.messages.pofile import PoFileError, read_po

    text = read_text(path, CatalogError)
    for number, line in enumerate(text.split("\n"), start=1):
        if not _LINE.fullmatch(line.strip()):
            raise CatalogError(
                "not a line of a PO file", fix="quote the text", place=Place(str(path), number)
            )
    try:
        parsed = read_po(io.StringIO(text), abort_invalid=True)
    except PoFileError as problem:
        reason = str(problem).removesuffix(f" on {problem.lineno}")
        raise CatalogError(
            f"not a PO file: {reason}", place=Place(str(path), problem.lineno + 1)
        ) from problem
    except (ValueError, LookupError, AttributeError, TypeError) as problem:
        raise CatalogError(f"not a PO file: {problem}", place=Place(str(path))) from problem
    entries = {}
    for message in parsed:
        if message.id:
            entry = _entry(message, path)
            entries[entry.context, entry.message] = entry
    tag, domain = path.parent.parent.name, path.stem
    return Catalog(tag=tag, domain=domain, path=str(path), entries=entries)


def _entry(message: object, path: Path) -> Entry:
    source, target = getattr(message, "id", ""), getattr(message, "string", "")
    place = Place(str(path), getattr(message, "lineno", None))
    if not isinstance(source, str) or not isinstance(target, str):
        fix = "write the sentence so that it fits every number"
        raise CatalogError("plural messages are not supported", place=place, fix=fix)
    context, fuzzy = getattr(message, "context", None), bool(getattr(message, "fuzzy", False))
    return Entry(message=source, translation=target, context=context, fuzzy=fuzzy, place=place)


def check_catalog(catalog: Catalog, refused: Iterable[str] = ()) -> Iterator[Finding]:
    """What is wrong with the translations of a catalog.

    `refused` are sequences that would end or change a comment in some language (`?>`, a Unicode escape).
    """
    endings = tuple(refused)
    for entry in catalog.entries.values():
        if entry.usable:
            for rule, message, fix in _problems(entry, endings):
                yield Finding(rule=rule, message=message, fix=fix, place=entry.place, locale=catalog.tag)


def _problems(entry: Entry, refused: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    source, target = Prose.parse(entry.message), Prose.parse(entry.translation)
    for rule, what, ours, theirs in (
        ("i18n/placeholder", "placeholder", source.holes(), target.holes()),
        ("i18n/code", "identifier", source.codes(), target.codes()),
        ("i18n/link", "link", source.links(), target.links()),
    ):
        yield from _difference(rule, what, Counter(ours), Counter(theirs))
    hidden = next((c for c in entry.translation if not c.isprintable() and c not in "\n" + _JOINERS), None)
    if hidden:
        message = f"the translation holds the invisible character U+{ord(hidden):04X}"
        yield "i18n/control", message, "remove it; it could reorder or hide what a reader sees"
    for sequence in refused:
        if sequence in entry.translation and sequence not in entry.message:
            message = f"the translation holds {sequence!r}, which a comment cannot hold in every language"
            yield "i18n/comment", message, "write it in other words"


def _difference(
    rule: str, what: str, ours: Counter[str], theirs: Counter[str]
) -> Iterator[tuple[str, str, str]]:
    lost, added = list((ours - theirs).elements()), list((theirs - ours).elements())
    fix = "copy it from the message, letter for letter"
    if lost:
        instead = f"; it has {_listed(added)} instead" if added else ""
        yield rule, f"the translation lacks the {what} {_listed(lost)}{instead}", fix
    elif added:
        yield rule, f"the translation has the {what} {_listed(added)}, which the message has not", "remove it"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
