"""An update brings catalogs to the messages of today and loses nothing that a translator wrote.

A translation whose message changed stays, is marked fuzzy and keeps the message that it was made for;
one whose message is gone becomes obsolete and stays until it is purged. Files are written without dates
and line numbers, in the order of the messages, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from snippetgen.api import Api
from snippetgen.atomic import write_atomically
from snippetgen.build import catalogs_of
from snippetgen.i18n.catalog import PRODUCT, Key, closing_remark, entry_key, read_po
from snippetgen.i18n.message import Message, Messages, extract
from snippetgen.i18n.tag import PSEUDO, SOURCE, check_tag
from snippetgen.tree import inside

if TYPE_CHECKING:
    import polib

__all__ = ["Target", "Update", "targets", "template", "update", "written"]

_FIELDS = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
SIMILAR = 0.7  # how much of a message must be the same, where nothing else says that it was changed


@dataclass(frozen=True, slots=True)
class Target:
    """A catalog of a locale in one of the two domains, and the messages that belong into it."""

    path: Path
    domain: str
    tag: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What became of a catalog: `text` is what it should hold, the counts are of its entries."""

    path: Path
    tag: str
    text: str
    changed: bool
    translated: int
    fuzzy: int
    missing: int
    obsolete: int


def targets(api: Api, messages: Messages, locales: Sequence[str] = ()) -> Iterator[Target]:
    """The catalogs of these locales, by default all of the spec's."""
    catalogs = catalogs_of(api)
    for tag in locales or api.locales:
        check_tag(tag)
        if tag != SOURCE and tag not in PSEUDO:
            project, own = catalogs.paths(tag)
            yield Target(inside(catalogs.product, own, "locales"), PRODUCT, tag, messages.product)
            yield Target(inside(api.folder, project, "project's"), api.id, tag, messages.project)


def update(
    api: Api,
    locales: Sequence[str] = (),
    *,
    product: bool = False,
    purge: bool = False,
    check: bool = False,
    root: Path | None = None,
) -> tuple[Update, ...]:
    """Bring the catalogs of these locales, by default all of the spec's, up to date.

    `product` brings those of snippetgen itself, too; `purge` drops what is obsolete; `check` writes nothing.
    Every catalog is read and merged before the first is written.
    """
    wanted = targets(api, extract(api, root), locales)
    updates = tuple(_updated(t, purge=purge) for t in wanted if product or t.domain != PRODUCT)
    for made in updates:
        if made.changed and not check:
            write_atomically(made.path, made.text)
    return updates


def template(messages: Sequence[Message]) -> str:
    """The POT file of a domain: its messages, with nothing translated."""
    return written([_fresh(message, 2) for message in messages], _FIELDS)


def _updated(target: Target, *, purge: bool) -> Update:
    known = read_po(target.path) if target.path.exists() else None
    before = target.path.read_bytes() if known is not None else None
    count, rule = _plural_rule(target.tag)
    entries = list(_merged(target.messages, list(known or ()), count))
    if purge:
        entries = [entry for entry in entries if not entry.obsolete]
    fields = {**(known.metadata if known else {}), **_FIELDS, "Language": target.tag, "Plural-Forms": rule}
    closing = closing_remark(target.path) if known else ""
    text = written(entries, fields, known.header if known else "", closing)
    current = [entry for entry in entries if not entry.obsolete]
    return Update(
        path=target.path,
        tag=target.tag,
        text=text,
        changed=before != text.encode(),
        translated=sum(entry.translated() for entry in current),
        fuzzy=sum(entry.fuzzy for entry in current),
        missing=sum(not entry.translated() and not entry.fuzzy for entry in current),
        obsolete=len(entries) - len(current),
    )


def _plural_rule(tag: str) -> tuple[int, str]:
    """The number of plural forms of a language, and the expression that chooses one."""
    from babel.messages.plurals import get_plural

    rule = get_plural(tag.replace("-", "_"))
    return rule.num_plurals, rule.plural_forms


def written(
    entries: Iterable[polib.POEntry], fields: Mapping[str, str], header: str = "", closing: str = ""
) -> str:
    """The PO text; `fields` are the header entry's, `header` and `closing` the first and the last remark."""
    import polib

    file = polib.POFile(wrapwidth=0)
    file.header, file.metadata = header, dict(fields)
    file.extend(sorted(entries, key=lambda entry: (entry.msgid, entry.msgctxt or "")))
    text = str(file)
    text = (text if header else text.removeprefix("#\n")).rstrip("\n")
    return f"{text}\n\n{closing}\n" if closing else f"{text}\n"


def _fresh(message: Message, forms: int) -> polib.POEntry:
    import polib

    return _shaped(polib.POEntry(comment="\n".join(message.comments)), message, forms, message.context)


def _merged(
    messages: Sequence[Message], known: Sequence[polib.POEntry], forms: int
) -> Iterator[polib.POEntry]:
    """The entries that a catalog has for the messages of today, and those that became obsolete."""
    wanted = {message.key: message for message in messages}
    best_last = sorted(known, key=lambda entry: (_has_translation(entry), not entry.obsolete))
    by_key = {entry_key(entry): entry for entry in best_last}
    spare = [entry for entry in known if by_key[entry_key(entry)] is not entry]
    gone: dict[Key, polib.POEntry] = {}
    for key, entry in by_key.items():
        message = _message_of(key, wanted)
        if message:
            yield _kept(entry, message, forms)
        else:
            gone[key] = entry
    for key in [key for key in wanted if key not in by_key]:
        source = _predecessor(wanted[key], gone)
        yield _changed(gone.pop(source), wanted[key], forms) if source else _fresh(wanted[key], forms)
    for entry in (*gone.values(), *spare):
        if _has_translation(entry) or entry.tcomment:
            entry.obsolete, entry.comment = True, ""
            yield entry


def _message_of(key: Key, wanted: Mapping[Key, Message]) -> Message | None:
    """The message that an entry translates: its own, or that whose element its context names."""
    context, text = key
    plain = wanted.get((None, text))
    return wanted.get(key) or (plain if plain and context in plain.elements else None)


def _kept(entry: polib.POEntry, message: Message, forms: int) -> polib.POEntry:
    entry.obsolete, entry.comment = False, "\n".join(message.comments)
    return _shaped(entry, message, forms, entry.msgctxt)


def _changed(entry: polib.POEntry, message: Message, forms: int) -> polib.POEntry:
    """The entry for a message that was changed; back at the text it was made for, it is right again."""
    made_for = entry.previous_msgid if entry.fuzzy and entry.previous_msgid else entry.msgid
    if _has_translation(entry):
        is_back = made_for == message.text and entry.msgctxt in {None, message.context}
        others = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.flags = others if is_back else [*others, "fuzzy"]
        entry.previous_msgid = None if is_back else made_for
    entry.obsolete, entry.comment = False, "\n".join(message.comments)
    return _shaped(entry, message, forms, message.context)


def _has_translation(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def _shaped(entry: polib.POEntry, message: Message, forms: int, context: str | None) -> polib.POEntry:
    """The entry with its message, and as many forms as that needs; a form too many becomes a remark."""
    had = entry.msgstr_plural or {0: entry.msgstr}
    count = forms if message.plural else 1
    lost = [text for index, text in sorted(had.items()) if index >= count and text]
    entry.tcomment = "\n".join(filter(None, (entry.tcomment, *lost)))
    entry.msgid, entry.msgid_plural = message.text, message.plural or ""
    entry.msgctxt = context  # type: ignore[assignment]  # the stubs do not know entries without one
    entry.msgstr = "" if message.plural else had.get(0, "")
    entry.msgstr_plural = {index: had.get(index, "") for index in range(count)} if message.plural else {}
    return entry


def _predecessor(message: Message, gone: Mapping[Key, polib.POEntry]) -> Key | None:
    """The entry that a new message was made from: its text of before, a similar text, or the same element."""
    for key, entry in gone.items():
        if message.text in {entry.previous_msgid, entry.msgid}:
            return key
    texts = {entry.msgid: key for key, entry in gone.items() if _has_translation(entry)}
    similar = get_close_matches(message.text, texts, n=1, cutoff=SIMILAR)
    if similar:
        return texts[similar[0]]
    comment = "\n".join(message.comments)
    same = [key for key, entry in gone.items() if comment and entry.comment == comment and not entry.obsolete]
    return same[0] if len(same) == 1 else None
