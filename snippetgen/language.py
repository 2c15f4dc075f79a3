"""A `Language` is the folder `templates/<id>/` read: its facts, its literals, its clients."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from snippetgen.errors import UnsupportedError, UsageError
from snippetgen.limits import Limits
from snippetgen.literal import Code, CommentStyle, Literal, LiteralStyle
from snippetgen.model import Request
from snippetgen.text import Credential, Encoded, Named, Part, Text
from snippetgen.toolchain import Kit, Toolchain

__all__ = ["Client", "Language"]

HOLE = "\ufffc"  # object replacement character: an expression, where a style is asked what it accepts
MAX_LINES = 200  # compilers recurse into a chain of operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One library or tool that sends requests in a language; `template` lays its snippet out.

    `pairs` says which queries and forms the client's own builder encodes in order: `all`, those whose
    names are `unique`, or `none`, where the snippet joins encoded terms itself. `implied` are the
    media types, by body kind, that the client declares by itself. `joins_headers` says that a name
    cannot stand twice among its headers, so that repeated ones are joined (RFC 9110 section 5.3).
    `pair_pattern` is what `name=value` must match as a whole for that builder, `header_charset` the
    character set of a header's value beyond which the language's function `header` encodes it. `basic`
    says that it takes user and password apart and encodes them itself (RFC 7617).
    `blocks` says whether its snippets may hold the language's block literals; `functions` take the place
    of the language's. `kit` is what proves it beside the language's toolchain.
    """

    id: str
    title: str
    template: Path
    install: str | None
    pairs: str
    pair_pattern: str | None
    header_charset: str | None
    basic: bool
    implied: Mapping[str, str]
    joins_headers: bool
    blocks: bool
    functions: Mapping[str, str]
    limits: Limits
    kit: Kit

    def refusal(self, request: Request) -> str | None:
        """Why this client cannot express the request, or None where it can."""
        reason = self.limits.refusal(request)
        return reason and f"{self.title} {reason}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """A programming language as the docs show it; compared by identity, for it is loaded once.

    An `optional` one takes part only where it is asked for by name. Where it extends another, `bases` are
    the folders of the templates that it shares. `join` stands between the operands of
    an expression, `nested` where that is an argument. `wrap` takes its place where they stand on lines of
    their own, because one of `width` would not hold them; `operands` says that then each does, as the
    language's formatter has it, rather than each text. `eager` says that known characters are encoded when
    the snippet is written rather than when it runs. `variable` is how one is written outside of strings,
    empty where it stands in interpolated strings only. `lead` stands before a value that
    is too long for its line, and with `leads_operands` before wrapped operands too; where there is one, a
    value on the line of its name has a space before it.
    """

    id: str
    title: str
    highlight: str
    file_name: str
    folder: Path
    bases: tuple[Path, ...]
    clients: tuple[Client, ...]
    toolchains: tuple[Toolchain, ...]
    literal: Literal
    block: Literal
    data: Mapping[str, str]
    comment: CommentStyle
    interpolations: tuple[LiteralStyle, ...]
    join: str
    nested: str
    wrap: str
    lead: str
    leads_operands: bool
    width: int
    operands: bool
    eager: bool
    functions: Mapping[str, str]
    variable: str
    case: str
    reserved: frozenset[str]
    grammar: str | None
    optional: bool

    @property
    def default_client(self) -> Client:
        """The client that is shown where none is asked for."""
        return self.clients[0]

    def client(self, name: str) -> Client:
        """The client of that id."""
        for client in self.clients:
            if client.id == name:
                return client
        names = ", ".join(client.id for client in self.clients)
        raise UsageError(f"{self.title} has no client {name!r}", fix=f"choose one of: {names}")

    @cache  # noqa: B019  # languages are loaded once and live as long as the process
    def preferring(self, name: str) -> Language:
        """The same language with another default client."""
        chosen = self.client(name)
        others = tuple(other for other in self.clients if other is not chosen)
        return replace(self, clients=(chosen, *others))

    @cache  # noqa: B019  # languages are loaded once and live as long as the process
    def written_for(self, client: str) -> Language:
        """The language as the snippets of a client write it."""
        chosen = self.client(client)
        block = self.block if chosen.blocks else self.literal
        return replace(self, block=block, functions={**self.functions, **chosen.functions})

    def client_for(self, request: Request) -> Client:
        """The first client that can express the request; UnsupportedError names every refusal."""
        refusals = []
        for client in self.clients:
            reason = client.refusal(request)
            if reason is None:
                return client
            refusals.append(reason)
        raise UnsupportedError("; ".join(refusals))

    def name(self, credential: Credential) -> Code:
        """The variable that holds a credential."""
        words = [
            word.lower() for word in re.split(r"[^0-9A-Za-z]+|(?<=[a-z0-9])(?=[A-Z])", credential.id) if word
        ]
        if self.case == "env":
            return Code(credential.env)
        joined = (
            "_".join(words) if self.case == "snake" else words[0] + "".join(w.capitalize() for w in words[1:])
        )
        safe = f"_{joined}" if joined[:1].isdigit() else joined
        if safe in self.reserved:
            safe += "_value" if self.case == "snake" else "Value"
        return Code(safe)

    def expression(self, text: Text, join: str | None = None) -> Code:
        """A text as an expression: a literal, a variable, an interpolation or parts that are joined."""
        return Code((join or self.join).join(self._operands(text)))

    def chain(self, texts: Sequence[Text], margin: str = "", column: int = 0) -> Code:
        """Texts that are joined, on one line where that fits behind `column`, else on several.

        `margin` is the white space before every further line.
        """
        text = Text.join(texts)
        whole = self.expression(text) if len(texts) > 1 else self.lines(text, margin)
        if "\n" in whole or column + len(whole) <= self.width:
            return Code(f" {whole}") if self.lead else whole
        lead, wrap = (pattern.replace("{margin}", margin) for pattern in (self.lead, self.wrap))
        if not wrap or (text.literal is not None and len(texts) == 1):
            return Code(lead + whole)
        pieces: list[str] = [self.expression(text) for text in texts]
        if self.operands or any(len(margin) + len(piece) > self.width for piece in pieces):
            pieces = [operand for text in texts for operand in self._operands(text)]
        return Code((lead if self.leads_operands else " " if lead else "") + wrap.join(pieces))

    def lines(self, text: Text, margin: str = "") -> Code:
        """A text as an expression that shows its lines as lines, where the language can do that.

        `margin` is the white space before the lines of a literal that the language strips again.
        """
        literal = text.literal
        if literal is None:
            return self.expression(text)
        style = self.block.style(literal)
        if self.wrap and margin and style is self.literal.styles[0] and literal.count("\n") < MAX_LINES:
            pieces = map(self.literal.encode, _split_lines(literal))
            return Code(self.wrap.replace("{margin}", margin).join(pieces))
        if not style.margin:
            return style.encode(literal)
        inner = style.escape(literal)
        opening, closing = (fence.replace("{margin}", margin) for fence in (style.open, style.close))
        margin = margin if style.indent is None else style.indent
        last = (
            margin if style.indent is None and inner.endswith("\n") and not closing.startswith("\n") else ""
        )
        return Code(opening + re.sub(r"\n(?=[^\n])", f"\n{margin}", inner) + last + closing)

    def _operands(self, text: Text) -> list[str]:
        """The operands of a text's expression."""
        text = text.encoded() if self.eager else text
        if text.literal is not None:
            return [self.literal.encode(text.literal)]
        if len(text.parts) > 1 or self.join == "":
            style = next((style for style in self.interpolations if _fits(text, style)), None)
            if style:
                inner = "".join(self._inside(part, style) for part in text.parts)
                return [f"{style.open}{inner}{style.close}"]
        return [self._operand(part) for part in text.parts]

    def _inside(self, part: Part, style: LiteralStyle) -> str:
        """A part as it stands in an interpolated string."""
        if isinstance(part, str):
            return style.escape(part)
        if isinstance(part, Encoded):
            return style.holes[part.encoding].replace("{}", self._variable(part.text.parts[0]))
        return (style.hole or "{}").replace("{}", self._variable(part))

    def _variable(self, part: Part) -> str:
        if isinstance(part, Credential):
            return self.name(part)
        return part.name if isinstance(part, Named) else ""

    def _operand(self, part: Part) -> Code:
        if isinstance(part, str):
            return self.literal.encode(part)
        if isinstance(part, Encoded):
            if part.encoding not in self.functions:
                raise UnsupportedError(f"{self.title} has no {part.encoding} encoding in its manifest")
            return Code(self.functions[part.encoding].replace("{}", self.expression(part.text, self.nested)))
        if not self.variable:
            raise UnsupportedError(f"no string of {self.title} can hold these characters beside a variable")
        return Code(self.variable.replace("{}", self._variable(part)))


def _split_lines(text: str) -> list[str]:
    """The lines of a text with their ends; a text without a line has one, which is empty."""
    return re.findall(r"[^\n]*\n|[^\n]+", text) or [""]


def _fits(text: Text, style: LiteralStyle) -> bool:
    """Whether an interpolated string can hold the text."""
    if not all(_is_inside(part, style) for part in text.parts):
        return False
    return style.accepts_text("".join(part if isinstance(part, str) else HOLE for part in text.parts))


def _is_inside(part: Part, style: LiteralStyle) -> bool:
    """Whether an interpolated string has a place for a part."""
    if not isinstance(part, Encoded):
        return isinstance(part, str | Credential | Named)
    inner = part.text.parts
    return part.encoding in style.holes and len(inner) == 1 and isinstance(inner[0], Credential)
