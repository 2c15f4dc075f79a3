"""`Prose` is a sentence that people write: text with the little Markdown that a spec or a catalog may use.

Code spans, emphasis, strong emphasis and links to http(s) or relative targets are understood; anything else,
HTML and template tags included, is text. A page format writes prose through its own escape table, so no
sentence can close a tab, a fence or a table cell, whoever translated it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

__all__ = ["Prose", "Span"]

_LINK_TARGET = r"(?:https?://[^\s<>()\[\]\"'`{}|\\^]+|(?!//)[A-Za-z0-9._~/#?=&%-]+|\{[A-Za-z_]+\})"
_INLINE = re.compile(
    r"(?P<ticks>(?<!`)`+(?!`))(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    rf"|\[(?P<label>[^\[\]]+)\]\((?P<target>{_LINK_TARGET})\)"
    r"|\*\*(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*"
    r"|(?<!\*)\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*(?!\*)"
)
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # no-break spaces are what their writer meant them to be
_HOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BARE_URL = re.compile(r"(?:https?|ftp)://[^\s<]+|(?<![a-z0-9])www\.[^\s<]+", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"(?<!\w)(?:[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)(?!\w)|(?<!\w)'([A-Za-z0-9_.-]+)'(?!\w)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of prose: `kind` is text, code, strong, emphasis or link; the last three hold `spans`."""

    kind: str
    text: str = ""
    target: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def plain(self) -> str:
        """The characters without their markup."""
        return self.text + "".join(span.plain for span in self.spans)

    def walk(self) -> Iterator[Span]:
        """The span and every span inside it."""
        yield self
        for span in self.spans:
            yield from span.walk()


@dataclass(frozen=True, slots=True)
class Prose:
    """Spans in a row, on one line: line breaks and runs of blanks are one blank, where a line may break."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Prose:
        """The prose that a sentence of a spec, a document or a catalog stands for."""
        return cls(tuple(_parse(_BLANKS.sub(" ", text).strip(" "))))

    @classmethod
    def raw(cls, text: str) -> Prose:
        """These characters, with no markup in them."""
        return cls((Span("text", text),) if text else ())

    @classmethod
    def code(cls, text: str) -> Prose:
        """A text as code."""
        return cls((Span("code", text),))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def __add__(self, other: Prose) -> Prose:
        return Prose((*self.spans, *other.spans))

    @property
    def plain(self) -> str:
        """The characters without their markup."""
        return "".join(span.plain for span in self.spans)

    def walk(self) -> Iterator[Span]:
        """Every span, outermost first."""
        for span in self.spans:
            yield from span.walk()

    def fill(self, values: Mapping[str, Prose]) -> Prose:
        """The prose with each `{name}` replaced by the value of that name; unknown names stay."""
        return Prose(tuple(filled for span in self.spans for filled in _fill(span, values)))

    def codes(self) -> list[str]:
        """What a translation must keep, letter for letter: code, `'quoted'` words and snake_case names."""
        found = [span.text for span in self.walk() if span.kind == "code"]
        for span in self.walk():
            if span.kind == "text":
                found += [match[1] or match[0] for match in _IDENTIFIER.finditer(_HOLE.sub(" ", span.text))]
        return sorted(found)

    def links(self) -> list[str]:
        """The targets of the links, and the bare URLs, which several sites make links of."""
        targets = [span.target for span in self.walk() if span.kind == "link"]
        for span in self.walk():
            if span.kind == "text":
                targets += [_trimmed(url) for url in _BARE_URL.findall(span.text)]
        return sorted(targets)

    def holes(self) -> list[str]:
        """The names of the placeholders."""
        return sorted(name for span in self.walk() for name in _HOLE.findall(span.text))


def _trimmed(url: str) -> str:
    """A bare URL without the punctuation of the sentence behind it, which no site takes into the link."""
    while url[-1:] != "/" and unicodedata.category(url[-1]).startswith("P"):
        url = url[:-1]
    return url


def _parse(text: str) -> Iterator[Span]:
    done = 0
    for match in _INLINE.finditer(text):
        if match.start() > done:
            yield Span("text", text[done : match.start()])
        yield _span(match)
        done = match.end()
    if done < len(text):
        yield Span("text", text[done:])


def _span(match: re.Match[str]) -> Span:
    if match["code"] is not None:
        code = match["code"]
        padded = len(code) > 2 and code[0] == code[-1] == " " and code.strip() != ""
        return Span("code", code[1:-1] if padded else code)
    if match["label"] is not None:
        return Span("link", target=match["target"], spans=tuple(_parse(match["label"])))
    kind = "strong" if match["strong"] is not None else "emphasis"
    return Span(kind, spans=tuple(_parse(match[kind])))


def _fill(span: Span, values: Mapping[str, Prose]) -> Iterator[Span]:
    if span.kind == "code":
        yield replace(
            span, text=_HOLE.sub(lambda m: values[m[1]].plain if m[1] in values else m[0], span.text)
        )
    elif span.kind == "text":
        for index, piece in enumerate(_HOLE.split(span.text)):
            if index % 2 and piece in values:
                yield from values[piece].spans
            elif piece:
                yield Span("text", f"{{{piece}}}" if index % 2 else piece)
    else:
        inner = tuple(filled for child in span.spans for filled in _fill(child, values))
        name = span.target[1:-1]
        filled_target = values[name].plain if span.target.startswith("{") and name in values else span.target
        yield replace(span, spans=inner, target=filled_target)
