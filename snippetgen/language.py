"""A `Language` is the folder `templates/<id>/` read: its facts, its literals, its clients.

The manifest `language.toml` is checked against `schemas/language.schema.json`, so a misspelt key is an
error with its place rather than a fact that is silently missing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from snippetgen.errors import Place, TemplateError, UnsupportedError, UsageError
from snippetgen.literal import Code, CommentStyle, Literal, LiteralStyle, NumericEscape
from snippetgen.model import Credential, Encoded, Request, Text
from snippetgen.source import data_folder, read_text

__all__ = ["Client", "Language", "Toolchain", "find_client", "load_language", "load_languages"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """What proves a language: argv lists, run in the work folder of one snippet.

    `{python}`, `{file}`, `{work}`, `{language}` and `{cache}` stand for the interpreter that runs us, the
    snippet's file name, the work folder, the language's own folder, and a folder that lasts between runs.
    `files` are copied beside the snippet.
    """

    name: str
    probe: tuple[tuple[str, ...], ...]
    compile: tuple[tuple[str, ...], ...] = ()
    run: tuple[str, ...]
    files: tuple[str, ...] = ()
    environment: Mapping[str, str]
    install: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One library or tool that sends requests in a language; `template` lays its snippet out.

    `pairs` says which queries and forms the client's own builder encodes in order: `all`, those whose
    names are `unique`, or `none`, where the snippet joins encoded terms itself. `implied` are the
    media types, by body kind, that the client declares by itself. `methods`, `body_methods` and
    `body_kinds` are what it can send, None for all; `refused_headers` are those it sets itself.
    """

    id: str
    title: str
    template: Path
    install: str | None
    pairs: str
    implied: Mapping[str, str]
    methods: frozenset[str] | None
    body_methods: frozenset[str] | None
    body_kinds: frozenset[str] | None
    refused_headers: frozenset[str]

    def refusal(self, request: Request) -> str | None:
        """Why this client cannot express the request, or None where it can."""
        if self.methods is not None and request.method not in self.methods:
            return f"{self.title} cannot send the method {request.method}"
        if request.body is not None:
            if self.body_methods is not None and request.method not in self.body_methods:
                return f"{self.title} cannot send a body with {request.method}"
            if self.body_kinds is not None and request.body.kind not in self.body_kinds:
                return f"{self.title} cannot send a {request.body.kind} body"
        for pair in request.headers:
            if pair.name.lower() in self.refused_headers:
                return f"{self.title} sets the header {pair.name} itself"
        return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """A programming language as the docs show it; compared by identity, for it is loaded once."""

    id: str
    title: str
    highlight: str
    file_name: str
    folder: Path
    clients: tuple[Client, ...]
    toolchains: tuple[Toolchain, ...]
    literal: Literal
    block: Literal
    data: Mapping[str, str]
    comment: CommentStyle
    interpolation: LiteralStyle | None
    join: str
    functions: Mapping[str, str]
    variable: str
    case: str
    reserved: frozenset[str]
    grammar: str | None

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

    def expression(self, text: Text) -> Code:
        """A text as an expression: a literal, a variable, an interpolation or parts that are joined."""
        if text.literal is not None:
            return self.literal.encode(text.literal)
        simple = all(isinstance(part, str | Credential) for part in text.parts)
        if simple and self.interpolation and (len(text.parts) > 1 or self.join == ""):
            return self._interpolate(text, self.interpolation)
        return Code(self.join.join(self._operand(part) for part in text.parts))

    def _interpolate(self, text: Text, style: LiteralStyle) -> Code:
        pieces = []
        for part in text.parts:
            if isinstance(part, str):
                if not style.accepts_text(part):
                    return Code(self.join.join(self._operand(part) for part in text.parts))
                pieces.append(style.escape(part))
            elif isinstance(part, Credential) and style.hole:
                pieces.append(style.hole.replace("{}", self.name(part)))
        return Code(f"{style.open}{''.join(pieces)}{style.close}")

    def _operand(self, part: str | Credential | Encoded) -> Code:
        if isinstance(part, str):
            return self.literal.encode(part)
        if isinstance(part, Credential):
            return Code(self.variable.replace("{}", self.name(part)))
        if part.encoding not in self.functions:
            raise UnsupportedError(f"{self.title} has no {part.encoding} encoding in its manifest")
        return Code(self.functions[part.encoding].replace("{}", self.expression(part.text)))


@cache
def load_languages(root: Path | None = None) -> tuple[Language, ...]:
    """Every language below a templates folder, in the order of their `rank`."""
    root = root or data_folder("templates")
    manifests = [(_read(path), path) for path in sorted(root.glob("*/language.toml"))]
    manifests.sort(key=lambda item: (item[0].get("rank", 1000), item[1].parent.name))
    return tuple(_language(data, path) for data, path in manifests)


@cache
def load_language(name: str, root: Path | None = None) -> Language:
    """The language of that id, without reading the others."""
    root = root or data_folder("templates")
    path = root / name / "language.toml"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        names = ", ".join(sorted(p.parent.name for p in root.glob("*/language.toml")))
        raise UsageError(f"there is no language {name!r}", fix=f"choose one of: {names}")
    return _language(_read(path), path)


def find_client(selector: str, root: Path | None = None) -> tuple[Language, Client | None]:
    """The language, and the client where one is named, of a selector `LANGUAGE[/CLIENT]`."""
    name, _, client = selector.partition("/")
    language = load_language(name, root)
    return language, language.client(client) if client else None


def _read(path: Path) -> dict[str, Any]:
    text = read_text(path, TemplateError)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise TemplateError(f"not valid TOML: {problem}", place=Place(str(path))) from problem


def _language(data: dict[str, Any], path: Path) -> Language:
    try:
        interpolation = data.get("interpolation")
        return Language(
            id=path.parent.name,
            title=data["title"],
            highlight=data["highlight"],
            file_name=data["file"],
            folder=path.parent,
            clients=tuple(_client(key, value, path.parent) for key, value in data["clients"].items()),
            toolchains=tuple(_toolchain(item) for item in data.get("toolchain", ())),
            literal=Literal(tuple(_style(item) for item in data["literal"])),
            block=Literal(tuple(_style(item) for item in (*data.get("block", ()), *data["literal"]))),
            data=data.get("data", {}),
            comment=CommentStyle(
                prefix=data["comment"]["prefix"], refuses=tuple(data["comment"].get("refuses", ()))
            ),
            interpolation=_style(interpolation) if interpolation else None,
            join=data["expression"]["join"],
            functions=data["expression"].get("functions", {}),
            variable=data["expression"].get("variable", "{}"),
            case=data["names"]["case"],
            reserved=frozenset(data["names"].get("reserved", ())),
            grammar=data.get("grammar"),
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise TemplateError(f"the manifest lacks {problem}", place=Place(str(path))) from problem


def _style(data: dict[str, Any]) -> LiteralStyle:
    numeric = tuple(NumericEscape(**item) for item in data.get("numeric", ()))
    facts = {key: value for key, value in data.items() if key not in {"numeric", "reference"}}
    return LiteralStyle(**facts, numeric=numeric)


def _client(name: str, data: dict[str, Any], folder: Path) -> Client:
    def members(key: str) -> frozenset[str] | None:
        return frozenset(data[key]) if key in data else None

    return Client(
        id=name,
        title=data["title"],
        template=folder / data["template"],
        install=data.get("install"),
        pairs=data.get("pairs", "none"),
        implied=data.get("implied", {}),
        methods=members("methods"),
        body_methods=members("body_methods"),
        body_kinds=members("body_kinds"),
        refused_headers=frozenset(header.lower() for header in data.get("refused_headers", ())),
    )


def _toolchain(data: dict[str, Any]) -> Toolchain:
    return Toolchain(
        name=data["name"],
        probe=tuple(tuple(argv) for argv in data["probe"]),
        compile=tuple(tuple(argv) for argv in data.get("compile", ())),
        run=tuple(data["run"]),
        files=tuple(data.get("files", ())),
        environment=data.get("environment", {}),
        install=data["install"],
    )
