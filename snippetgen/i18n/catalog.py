"""A `Catalog` is a gettext PO file that was read: the messages of one domain in one language."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from snippetgen.errors import CatalogError, Place
from snippetgen.source import read_text

if TYPE_CHECKING:
    import polib

__all__ = [
    "PRODUCT",
    "Catalog",
    "Entry",
    "Key",
    "closing_remark",
    "entry_key",
    "po_path",
    "read_catalog",
    "read_po",
]

PRODUCT = "snippetgen"  # the domain of what snippetgen itself says
Key = tuple[str | None, str]  # msgctxt and msgid

# A line as GNU gettext's manual writes it; a reader takes the quotes off unseen where one is missing.
_LINE = re.compile(
    r'(?:#[^~|].*|#|#~?\|?\s*(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*"'
    r'|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:[^"\\]|\\.)*")?'
)
_REMARK_LINE = re.compile(r"\s*(?:#(?!~).*)?")
_MESSAGE_LINE = re.compile(r'(#~ ?)?msgid\s+"')
_PLURAL_RULE = re.compile(r"\s*nplurals\s*=\s*([1-6])\s*;\s*plural\s*=\s*([n0-9()!=<>&|?:%+*/ -]+);?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a catalog.

    `translations` holds one text, or one for each plural form; "" where there is none yet. `previous` is
    the message that a fuzzy translation was made for.
    """

    message: str
    translations: tuple[str, ...]
    place: Place
    context: str | None = None
    plural: str | None = None
    fuzzy: bool = False
    previous: str | None = None
    comments: tuple[str, ...] = ()

    @property
    def is_title(self) -> bool:
        """Whether the message is the title of a page or of an example, as its comment says."""
        return any(comment.startswith("title") for comment in self.comments)

    @property
    def translation(self) -> str:
        """The translation, of a plural message that of its first form."""
        return self.translations[0]

    @property
    def usable(self) -> bool:
        """Whether a reader may see the translation."""
        return all(self.translations) and not self.fuzzy


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """The messages of a PO file by context and text; `rule` is gettext's expression for plural forms."""

    tag: str
    domain: str
    path: str
    entries: Mapping[Key, Entry]
    rule: str = "0"

    def get(self, message: str, context: str | None = None) -> Entry | None:
        """The entry of a message, or None where a reader may not see its translation."""
        entry = self.entries.get((context, message))
        return entry if entry and entry.usable else None

    def plural(self, number: int) -> int:
        """The index of the form that the number takes."""
        return _compiled(self.rule)(number)


def po_path(folder: Path, tag: str, domain: str) -> Path:
    """Where gettext looks for the catalog of a domain."""
    return folder / tag / "LC_MESSAGES" / f"{domain}.po"


def entry_key(entry: polib.POEntry) -> Key:
    """What an entry of a PO file is found by."""
    return entry.msgctxt, entry.msgid


def read_po(path: Path) -> polib.POFile:
    """A PO file with everything in it; CatalogError says at which line it is broken or repeats a message.

    The line of an entry is that of its msgid.
    """
    import polib

    text = read_text(path, CatalogError)
    if not text.strip():
        fix = "bring its text back, or remove the file and let `snippetgen i18n update` write a new one"
        raise CatalogError("the catalog is empty", fix=fix, place=Place(str(path)))
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not _LINE.fullmatch(line.strip()):
            raise CatalogError(
                "not a line of a PO file", fix="quote the text", place=Place(str(path), number)
            )
    try:
        file = polib.pofile(str(path), encoding="utf-8-sig", wrapwidth=0, check_for_duplicates=False)
    except (OSError, ValueError, LookupError) as problem:
        found = re.search(r"\(line (\d+)\)", str(problem))
        place = Place(str(path), int(found[1]) if found else None)
        raise CatalogError("not a PO file: an entry is incomplete here", place=place) from problem
    starts = [number for number, line in enumerate(lines, start=1) if _MESSAGE_LINE.match(line)]
    entries = list(file)
    for entry, number in zip(entries, starts[len(starts) - len(entries) :], strict=True):
        entry.linenum = number
    _check_unique(file, path)
    return file


def closing_remark(path: Path) -> str:
    """The comments behind the last entry of a PO file, which belong to no entry."""
    lines = read_text(path, CatalogError).split("\n")
    ends = [number for number, line in enumerate(lines, start=1) if not _REMARK_LINE.fullmatch(line)]
    return "\n".join(lines[ends[-1] :] if ends else lines).strip()


def _check_unique(file: polib.POFile, path: Path) -> None:
    """Raise CatalogError where a message stands twice, for nobody knows which translation is right."""
    seen: dict[Key, polib.POEntry] = {}
    for entry in file:
        first = entry if entry.obsolete else seen.setdefault(entry_key(entry), entry)
        if first is not entry:
            message = f"the message stands twice, first in line {first.linenum}"
            raise CatalogError(message, fix="keep one of them", place=Place(str(path), entry.linenum))


def read_catalog(path: Path) -> Catalog:
    """The catalog in a PO file; its obsolete entries are not in it."""
    file = read_po(path)
    forms, rule = _plural_rule(file.metadata.get("Plural-Forms"), path)
    entries = {(entry.context, entry.message): entry for entry in _entries(file, path, forms)}
    tag = path.parent.parent.name
    return Catalog(tag=tag, domain=path.stem, path=str(path), entries=entries, rule=rule)


def _entries(file: polib.POFile, path: Path, forms: int) -> Iterator[Entry]:
    for entry in file:
        if entry.obsolete or not entry.msgid:
            continue
        plurals = tuple(entry.msgstr_plural.get(index, "") for index in range(forms))
        yield Entry(
            message=entry.msgid,
            plural=entry.msgid_plural or None,
            translations=plurals if entry.msgid_plural else (entry.msgstr,),
            context=entry.msgctxt,
            fuzzy=entry.fuzzy,
            previous=entry.previous_msgid,
            comments=tuple(entry.comment.splitlines()),
            place=Place(str(path), entry.linenum),
        )


def _plural_rule(header: str | None, path: Path) -> tuple[int, str]:
    """The number of plural forms, and the expression that chooses one; without a header there is one form."""
    if header is None:
        return 1, "0"
    rule = _PLURAL_RULE.fullmatch(header)
    try:
        if rule is None:
            raise ValueError("it is not of the form nplurals=N; plural=EXPRESSION")  # noqa: TRY301  # one remedy
        _compiled(rule[2])
    except (ValueError, RecursionError) as problem:
        fix = "`snippetgen i18n update` writes the one of the language"
        raise CatalogError(
            f"the header Plural-Forms is wrong: {problem}", fix=fix, place=Place(str(path))
        ) from problem
    return int(rule[1]), rule[2]


@cache
def _compiled(rule: str) -> Callable[[int], int]:
    return gettext.c2py(rule)
