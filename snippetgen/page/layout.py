"""A `Format` is the folder `templates/pages/<id>/` read: how a page is laid out in one documentation system.

As with code, the Jinja environment prints only text that a filter has made safe where it stands: `Laid`.
A format's escape tables stand in its `format.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2

from snippetgen.errors import Place, TemplateError, UsageError
from snippetgen.page.page import Block, Page
from snippetgen.prose import Prose, Span
from snippetgen.source import data_folder, read_text

__all__ = ["Format", "Laid", "lay_out", "lay_out_blocks", "load_format", "load_formats"]

# What would begin a block at the start of a line: CommonMark 0.31.2 sections 4.1 to 5.3.
_BLOCK_START = re.compile(r"(?:#{1,6}|[-+=:]+|\d{1,9}(?=[.)]))")
_CODE_ESCAPES = {ord(char): f"&#{ord(char)};" for char in "&<>`*_[]{}|\\~!$%\"':"}


class Laid(str):
    """Text in a format's own syntax; the only type that a page template may print."""

    __slots__ = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Format:
    """One documentation system; `index` and `summary` name its extra pages, None where it has none.

    `template` lays out a page. `markup` says how a format that is no Markdown writes code, links, emphasis
    and listings; `twin` names the Markdown format of the pages that lie beside its own. `comment` is how it
    writes a remark that no reader sees.
    """

    id: str
    title: str
    folder: Path
    template: str
    index: str | None
    summary: str | None
    twin: str | None
    comment: tuple[str, str]
    markup: Mapping[str, str]
    text: Mapping[str, str]
    attribute: Mapping[str, str]
    colours: Mapping[str, str]

    @cached_property
    def environment(self) -> jinja2.Environment:
        """The Jinja environment of the folder."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(self.folder),
            undefined=jinja2.StrictUndefined,
            finalize=_only_laid,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701  # most formats are not HTML; `finalize` is the stricter guard
        )
        environment.filters = _filters(self)
        environment.globals = {"range": range}
        return environment


def load_formats(root: Path | None = None) -> tuple[Format, ...]:
    """Every page format, by id."""
    folder = (root or data_folder("templates")) / "pages"
    return tuple(load_format(path.parent.name, root) for path in sorted(folder.glob("*/format.toml")))


@cache
def load_format(name: str, root: Path | None = None) -> Format:
    """The page format of that id."""
    folder = (root or data_folder("templates")) / "pages"
    path = folder / name / "format.toml"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in folder.glob("*/format.toml")))
        raise UsageError(f"there is no page format {name!r}", fix=f"choose one of: {known}")
    try:
        data = tomllib.loads(read_text(path, TemplateError))
        return Format(
            id=name,
            title=data["title"],
            folder=path.parent,
            template=data.get("template", "page.md.jinja"),
            index=data.get("index"),
            summary=data.get("summary"),
            twin=data.get("twin"),
            comment=(data["comment"]["open"], data["comment"]["close"]),
            markup=data.get("markup", {}),
            text=data["text"],
            attribute=data["attribute"],
            colours=data.get("colours", {}),
        )
    except tomllib.TOMLDecodeError as problem:
        raise TemplateError(f"not valid TOML: {problem}", place=Place(str(path))) from problem
    except KeyError as problem:
        raise TemplateError(f"the key {problem} is missing", place=Place(str(path))) from problem


def lay_out(page: Page, form: Format) -> str:
    """The text of a page in a format."""
    return _rendered(form, form.template, page=page, direction=page.direction)


def lay_out_blocks(blocks: Sequence[Block], form: Format, direction: str = "ltr") -> str:
    """The text of some blocks of a page that is read in a direction."""
    return _rendered(form, form.template.replace("page", "blocks", 1), blocks=blocks, direction=direction)


def _rendered(form: Format, template: str, **values: object) -> str:
    try:
        return form.environment.get_template(template).render(values)
    except jinja2.TemplateSyntaxError as problem:
        raise TemplateError(
            problem.message or "syntax error", place=Place(str(problem.filename), problem.lineno)
        ) from problem
    except jinja2.TemplateError as problem:
        raise TemplateError(str(problem), place=Place(str(form.folder))) from problem


def _only_laid(value: object) -> Laid:
    if isinstance(value, Laid):
        return value
    raise jinja2.TemplateRuntimeError(f"raw text would become markup: {value!r:.80}; put a filter behind it")


def _filters(form: Format) -> dict[str, Callable[..., Any]]:
    def prose(value: Prose) -> Laid:
        text = _spans(value.spans, form)
        return Laid(text if form.markup else _block_start(text))

    def strong(value: Prose) -> Laid:
        inner = _spans(_unwrapped(value.spans), form)
        return Laid(_marked(form, "strong", inner) or _emphasized("**", "strong", inner, "", ""))

    def code(text: str) -> Laid:
        return _code(text, form)

    def fence(text: str, highlight: str = "", title: str | None = None) -> Laid:
        if form.markup:
            return _listing(text, highlight, form)
        return _fence(text, highlight, f' title="{attribute(title)}"' if title else "")

    def attribute(value: str) -> Laid:
        return Laid(_escaped(value, form.attribute))

    def colour(method: str) -> Laid:
        return Laid(form.colours.get(method, "gray"))

    return {
        "prose": prose,
        "strong": strong,
        "attribute": attribute,
        "colour": colour,
        "code": code,
        "fence": fence,
        "target": _target,
        "indented": _indented,
    }


def _escaped(text: str, table: Mapping[str, str]) -> str:
    """The text on one line, with what means something written so that it does not."""
    return "".join(table.get(char, char) for char in " ".join(text.splitlines()))


def _block_start(text: str) -> str:
    match = _BLOCK_START.match(text)
    if not match:
        return text
    at = match.end() if match[0].isdigit() else 0
    return f"{text[:at]}&#{ord(text[at])};{text[at + 1 :]}"


def _spans(spans: tuple[Span, ...], form: Format) -> str:
    """Spans in the format's Markdown; a neighbour decides how emphasis can be written."""
    pieces: list[str] = []
    for index, span in enumerate(spans):
        before = spans[index - 1].plain[-1:] if index else ""
        after = spans[index + 1].plain[:1] if index + 1 < len(spans) else ""
        pieces.append(_span(span, form, before, after))
    return "".join(pieces)


def _span(span: Span, form: Format, before: str, after: str) -> str:
    if span.kind == "text":
        return _escaped(span.text, form.text)
    if span.kind == "code":
        return _code(span.text, form)
    inner = _spans(span.spans, form)
    if form.markup:
        return _marked(form, span.kind, inner, target=_target(span.target))
    if span.kind == "link":
        return f"[{inner}]({_target(span.target)})"
    mark, tag = ("**", "strong") if span.kind == "strong" else ("*", "em")
    return _emphasized(mark, tag, inner, before, after)


def _emphasized(mark: str, tag: str, inner: str, before: str, after: str) -> str:
    """Emphasis by asterisks, or by a tag where asterisks would stay visible (CommonMark 0.31.2 section 6.2).

    That is where punctuation stands inside a mark and a letter outside, as is common in Japanese.
    """
    blocked = (_punctuation(inner[:1]) and _letter(before)) or (_punctuation(inner[-1:]) and _letter(after))
    return f"<{tag}>{inner}</{tag}>" if blocked else f"{mark}{inner}{mark}"


def _punctuation(char: str) -> bool:
    return bool(char) and unicodedata.category(char)[0] in "PS"


def _letter(char: str) -> bool:
    return bool(char) and not char.isspace() and not _punctuation(char)


def _unwrapped(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans without strong emphasis of their own, for a line that is strong as a whole."""
    return tuple(
        inner for span in spans for inner in (_unwrapped(span.spans) if span.kind == "strong" else (span,))
    )


def _marked(form: Format, kind: str, inner: str, **values: str) -> str:
    """Text in the format's own markup of that kind; "" where it has none, for it is Markdown."""
    pattern = form.markup.get(kind, "")
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern.replace("{}", inner)


def _listing(text: str, highlight: str, form: Format) -> Laid:
    """A block of code in a format that is no Markdown, its lines as they are."""
    inner = "".join(form.text.get(char, char) for char in text.rstrip("\n"))
    return Laid(_marked(form, "listing", inner, highlight=re.sub(r"[^A-Za-z0-9+#._-]", "", highlight)))


def _indented(text: str) -> Laid:
    """Laid out text four columns further in, as Python-Markdown wants the inside of a block."""
    return Laid("\n".join(f"    {line}" if line else line for line in text.split("\n")))


def _code(text: str, form: Format) -> Laid:
    """A code span; by tag and character references where a table or a template language would look inside."""
    text = " ".join(text.splitlines())
    if form.markup:
        return Laid(_marked(form, "code", _escaped(text, form.text)))
    if not text.strip() or re.search(r"\||\{[{%#]|[%#}]\}", text):
        return Laid(f"<code>{text.translate(_CODE_ESCAPES)}</code>")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if (text[0] in "` " and text[-1] in "` ") or "`" in (text[0], text[-1]) else ""
    return Laid(f"{ticks}{pad}{text}{pad}{ticks}")


def _fence(code: str, highlight: str, options: str) -> Laid:
    """A fenced code block that no line of the code can close; `options` stand behind its highlighter."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    ticks = "`" * max(3, longest + 1)
    info = re.sub(r"[^A-Za-z0-9+#._-]", "", highlight)
    return Laid(f"{ticks}{info}{options}\n{code.rstrip(chr(10))}\n{ticks}")


def _target(target: str) -> Laid:
    """The address of a link; what could end it is percent-encoded."""
    return Laid(re.sub(r"[\s<>()\[\]{}|\\\"'`]", lambda match: f"%{ord(match[0]):02X}", target))
