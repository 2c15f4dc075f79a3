"""A manifest is the `language.toml` of a folder below `templates/`; reading it makes a `Language`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from snippetgen.errors import Place, TemplateError, UsageError
from snippetgen.language import Client, Language
from snippetgen.limits import read_limits
from snippetgen.literal import CommentStyle, Literal, LiteralStyle, NumericEscape
from snippetgen.shape import check_shape
from snippetgen.source import Source, data_folder, read_text
from snippetgen.toolchain import read_kit, read_toolchain

__all__ = ["default_languages", "find_client", "load_language", "load_languages"]

WIDTH = 100  # characters of a line


@cache
def load_languages(root: Path | None = None) -> tuple[Language, ...]:
    """Every language below a templates folder, in the order of their `rank`."""
    root = root or data_folder("templates")
    manifests = [(_read(path), path) for path in sorted(root.glob("*/language.toml"))]
    manifests.sort(key=lambda item: (item[0].get("rank", 1000), item[1].parent.name))
    return tuple(_language(data, path) for data, path in manifests)


def default_languages(root: Path | None = None) -> tuple[Language, ...]:
    """The languages that take part where none is named."""
    return tuple(language for language in load_languages(root) if not language.optional)


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


def _read(path: Path, above: tuple[Path, ...] = ()) -> dict[str, Any]:
    """A manifest; one that extends another language's holds only what differs."""
    if path in above:
        raise TemplateError("the manifest extends itself", place=Place(str(path)))
    text = read_text(path, TemplateError)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise TemplateError(f"not valid TOML: {problem}", place=Place(str(path))) from problem
    if "extends" in data:
        data = _extended(data, path, (*above, path))
    check_shape(Source(str(path), "", data), "language.schema.json", TemplateError)
    return data


def _extended(data: dict[str, Any], path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    base = _read(path.parent.parent / data["extends"] / path.name, above)
    named = data.get("clients", {}).items()
    return {**base, **data, "clients": {key: {**base["clients"].get(key, {}), **own} for key, own in named}}


def _language(data: dict[str, Any], path: Path) -> Language:
    interpolation = data.get("interpolation", [])
    return Language(
        id=path.parent.name,
        title=data["title"],
        highlight=data["highlight"],
        file_name=data["file"],
        folder=path.parent,
        bases=(path.parent.parent / data["extends"],) if "extends" in data else (),
        clients=tuple(_client(key, value, path.parent) for key, value in data["clients"].items()),
        toolchains=tuple(read_toolchain(item) for item in data.get("toolchain", ())),
        literal=Literal(tuple(_style(item) for item in data["literal"])),
        block=Literal(tuple(_style(item) for item in (*data.get("block", ()), *data["literal"]))),
        data=data.get("data", {}),
        comment=CommentStyle(
            prefix=data["comment"]["prefix"], refuses=tuple(data["comment"].get("refuses", ()))
        ),
        interpolations=tuple(
            map(_style, interpolation if isinstance(interpolation, list) else [interpolation])
        ),
        join=data["expression"]["join"],
        nested=data["expression"].get("nested", data["expression"]["join"]),
        wrap=data["expression"].get("wrap", ""),
        lead=data["expression"].get("lead", ""),
        leads_operands=data["expression"].get("leads_operands", False),
        width=data["expression"].get("width", WIDTH),
        operands=data["expression"].get("operands", False),
        eager=data["expression"].get("eager", False),
        functions=data["expression"].get("functions", {}),
        variable=data["expression"].get("variable", "{}"),
        case=data["names"]["case"],
        reserved=frozenset(data["names"].get("reserved", ())),
        grammar=data.get("grammar"),
        optional=data.get("optional", False),
    )


def _style(data: dict[str, Any]) -> LiteralStyle:
    numeric = tuple(NumericEscape(**item) for item in data.get("numeric", ()))
    facts = {key: value for key, value in data.items() if key != "numeric"}
    return LiteralStyle(**facts, numeric=numeric)


def _client(name: str, data: dict[str, Any], folder: Path) -> Client:
    return Client(
        id=name,
        title=data["title"],
        template=folder / data["template"],
        install=data.get("install"),
        pairs=data.get("pairs", "none"),
        pair_pattern=data.get("pair_pattern"),
        header_charset=data.get("header_charset"),
        basic=data.get("basic", False),
        implied=data.get("implied", {}),
        joins_headers=data.get("joins_headers", False),
        blocks=data.get("blocks", True),
        functions=data.get("functions", {}),
        limits=read_limits(data.get("limits", {})),
        kit=read_kit(data),
    )
