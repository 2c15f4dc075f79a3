"""`Code` is target-language text; everything else is raw text until a `Literal` made it code.

A literal style is a table: delimiters, escapes, and how a character without an escape of its own is
written by number. Each language's table stands in its `language.toml`, cites that language's
reference, and is proved by that language's compiler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial

from snippetgen.errors import UnsupportedError

__all__ = ["SPELLING", "Code", "CommentStyle", "Literal", "LiteralStyle", "NumericEscape"]

# Invisible, hiding nothing, and needed in spelling: the joiners of Hindi and Persian, French no-break spaces.
SPELLING = "\u200c\u200d\u00a0\u202f"


class Code(str):
    """Text of the target language; the only type that a template may print."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class NumericEscape:
    """How characters up to code point `upto` are written by number.

    `unit` says what is counted: `codepoint`, `utf16` code units or `utf8` bytes; `format` is a
    `str.format` pattern for one unit.
    """

    format: str
    upto: int = 0x10FFFF
    unit: str = "codepoint"

    def encode(self, char: str) -> str:
        """The escape of one character."""
        if self.unit == "utf8":
            return "".join(self.format.format(byte) for byte in char.encode())
        if self.unit == "utf16":
            raw = char.encode("utf-16-be")
            return "".join(self.format.format(int.from_bytes(raw[i : i + 2])) for i in range(0, len(raw), 2))
        return self.format.format(ord(char))


@dataclass(frozen=True, kw_only=True)
class LiteralStyle:
    """One way of writing a string, and which texts it can hold.

    A text is accepted when it matches `accepts` as a whole and, for a style without numeric escapes,
    when every character outside `escapes` is printable or listed in `plain`. `hole` is the pattern
    of an interpolated expression, None where the style has none; `holes` are those of one that is encoded,
    by encoding; `accepts` sees U+FFFC in the place of each. `margin` says that the lines of the text are
    indented like the closing delimiter, and that the language strips that again; with
    `indent`, the lines are indented by that and the delimiter is not. `chunk` is how many characters may
    stand in a row, where a compiler takes no more; `glue` then stands between. `fewer` are two characters:
    the style is for texts that hold fewer of the first than of the second. `doubled` are two as well: the
    first is doubled where it stands before the second, or at the end.
    """

    open: str
    close: str
    escapes: Mapping[str, str] = field(default_factory=dict)
    numeric: tuple[NumericEscape, ...] = ()
    accepts: str | None = None
    plain: str = ""
    hole: str | None = None
    holes: Mapping[str, str] = field(default_factory=dict)
    margin: bool = False
    indent: str | None = None
    chunk: int | None = None
    glue: str = ""
    fewer: str = ""
    doubled: str = ""

    @cached_property
    def _sequences(self) -> Callable[[str], str]:
        if not self.escapes:
            return str
        keys = sorted(self.escapes, key=len, reverse=True)
        substitute = re.compile("|".join(map(re.escape, keys))).sub
        return partial(substitute, lambda match: self.escapes[match[0]])

    @cached_property
    def _accepts(self) -> re.Pattern[str] | None:
        return re.compile(self.accepts, re.DOTALL) if self.accepts is not None else None

    def accepts_text(self, text: str) -> bool:
        """Whether this style can hold the text."""
        if self._accepts and not self._accepts.fullmatch(text):
            return False
        if self.fewer and text.count(self.fewer[0]) >= text.count(self.fewer[1]):
            return False
        if self.numeric or text.isprintable():
            return True
        return all(char.isprintable() or char in self.plain or char in self.escapes for char in text)

    def escape(self, text: str) -> str:
        """The text as it stands between the delimiters."""
        if self.doubled:
            mark, before = map(re.escape, self.doubled)
            text = re.sub(rf"({mark}+)(?={before}|\Z)", r"\1\1", text)
        if self.chunk and len(text) > self.chunk:
            chunks = (text[i : i + self.chunk] for i in range(0, len(text), self.chunk))
            return self.glue.join(map(self.escape, chunks))
        if text.isprintable():
            return self._sequences(text)
        pieces = re.split(r"([^\x20-\x7e])", text)
        return "".join(
            self._sequences(piece) if index % 2 == 0 else self._char(piece)
            for index, piece in enumerate(pieces)
        )

    def _char(self, char: str) -> str:
        if char in self.escapes:
            return self.escapes[char]
        if char.isprintable() or char in self.plain:
            return char
        return next(n for n in self.numeric if ord(char) <= n.upto).encode(char)

    def encode(self, text: str) -> Code:
        """The text as a string literal of the language."""
        return Code(f"{self.open}{self.escape(text)}{self.close}")


@dataclass(frozen=True)
class Literal:
    """The styles of a language in order of preference; the first that accepts a text writes it."""

    styles: tuple[LiteralStyle, ...]

    def encode(self, text: str) -> Code:
        """The text as code, or UnsupportedError where no style can hold it."""
        return self.style(text).encode(text)

    def holds(self, text: str) -> bool:
        """Whether a style can hold the text."""
        return any(style.accepts_text(text) for style in self.styles)

    def style(self, text: str) -> LiteralStyle:
        """The first style that can hold the text."""
        if not text.isascii():
            _refuse_surrogates(text)
        for style in self.styles:
            if style.accepts_text(text):
                return style
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise UnsupportedError(f"no string literal of the language can hold {shown!r}")


def _refuse_surrogates(text: str) -> None:
    half = next((char for char in text if "\ud800" <= char <= "\udfff"), None)
    if half is not None:
        message = f"U+{ord(half):04X} is half of a surrogate pair, which no UTF-8 text can hold"
        raise UnsupportedError(message, fix="write the whole character")


@dataclass(frozen=True, kw_only=True)
class CommentStyle:
    """How a sentence becomes a comment that nothing inside it can end.

    `refuses` are sequences that end or change a comment in this language (`?>` in PHP, a Unicode
    escape in Java).
    """

    prefix: str
    refuses: tuple[str, ...] = ()

    @lru_cache(maxsize=4096)  # noqa: B019  # a handful of styles, and sentences that every snippet repeats
    def encode(self, text: str) -> Code:
        """The sentence as one comment line; line breaks and no-break spaces become spaces."""
        for sequence in self.refuses:
            if sequence in text:
                raise UnsupportedError(f"a comment of this language cannot hold {sequence!r}: {text!r}")
        for char in text:
            if not char.isprintable() and char not in "\n" + SPELLING:
                raise UnsupportedError(
                    f"a comment cannot hold the invisible character U+{ord(char):04X}: {text!r}"
                )
        return Code(f"{self.prefix}{' '.join(text.split())}")
