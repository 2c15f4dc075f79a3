"""HTTP is computed here, once: an example's decoded values become the one `Request` it asks for.

Values in a spec are decoded and are encoded once, by us. Parameter styles are those of OpenAPI 3.1.1
section 4.8.12.2; percent-encoding is RFC 3986 section 2.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote

from snippetgen.errors import SpecError
from snippetgen.exact import ExactFloat, dumps
from snippetgen.field import is_cookie, is_token, is_value
from snippetgen.model import Body, BodyPart, Json, Pair, Request
from snippetgen.text import Base64File, Credential, Encoded, Text

__all__ = ["Authentication", "ParameterStyle", "build_body", "build_request", "split_path"]


class ParameterStyle(Protocol):
    """What serialization needs to know of a parameter; `openapi.Parameter` is one."""

    @property
    def name(self) -> str:
        """The parameter's name."""

    @property
    def location(self) -> str:
        """`path`, `query`, `header` or `cookie`."""

    @property
    def style(self) -> str:
        """The OpenAPI `style`."""

    @property
    def explode(self) -> bool:
        """The OpenAPI `explode`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """One declared way of sending secrets: where they go, and which credentials they are.

    `scheme` is `key` (the value itself, under `name` in `location`), `bearer` (RFC 6750) or `basic`
    (RFC 7617; user and password, or the user alone, whose password is empty).
    """

    id: str
    scheme: str
    location: str
    name: str
    credentials: tuple[Credential, ...]

    @property
    def value(self) -> Text:
        """What is sent in its place."""
        if self.scheme == "bearer":
            return Text.of("Bearer ", self.credentials[0])
        if self.scheme == "basic":
            user, *password = self.credentials
            return Text.of("Basic ", Encoded("base64", Text.of(user, ":", *password)))
        return Text.of(self.credentials[0])


def build_request(
    example: Mapping[str, Any],
    *,
    method: str,
    origin: str,
    path: str,
    parameters: Sequence[ParameterStyle] = (),
    authentications: Sequence[Authentication] = (),
) -> Request:
    """The request of an example.

    `path` is an OpenAPI path template; `example` holds the keys `path`, `query`, `headers`, `cookies`
    and `body` of an endpoint spec. Raises SpecError where a value is missing or cannot be sent.
    """
    if not is_token(method):
        raise SpecError(f"{method!r} is not an HTTP method", fix="use a token of RFC 9110 section 5.6.2")
    styles = {(p.location, p.name): p for p in parameters}
    placed = _by_location(authentications)
    path, fixed = split_path(path)
    query = [*fixed, *(Pair(a.name, a.value) for a in placed["query"])]
    query += _query_pairs(example.get("query", {}), styles)
    headers = [Pair(a.name, a.value) for a in placed["header"]]
    headers += [Pair(name, Text.of(value)) for name, value in _headers(example.get("headers", {}), styles)]
    cookie = _cookie(example.get("cookies", {}), placed["cookie"])
    body = build_body(example["body"]) if example.get("body") is not None else None
    return Request(
        method=method,
        origin=origin.rstrip("/"),
        path=_path(path, example.get("path", {}), styles, placed["path"]),
        query=tuple(query),
        headers=(*headers, *([Pair("Cookie", cookie)] if cookie.parts else [])),
        body=body,
    )


def split_path(key: str) -> tuple[str, tuple[Pair, ...]]:
    """The template of a key of `paths`, and the pairs of the query that some documents write into it.

    A fragment only tells keys apart; it is never sent (RFC 9110 section 7.1).
    """
    template, _, query = key.partition("#")[0].partition("?")
    terms = [tuple(map(unquote, term.partition("=")[::2])) for term in query.split("&") if "=" in term]
    return template, tuple(Pair(name, Text.of(value)) for name, value in terms if "{" not in value)


def _by_location(authentications: Iterable[Authentication]) -> dict[str, list[Authentication]]:
    places: dict[str, list[Authentication]] = {"query": [], "header": [], "cookie": [], "path": []}
    for authentication in authentications:
        places[authentication.location].append(authentication)
    return places


def _scalar(value: Json) -> str:
    """A JSON scalar as the characters that stand for it in a URL or a header."""
    if isinstance(value, str):
        return value
    if isinstance(value, ExactFloat):
        return value.text
    return "" if value is None else json.dumps(value)


def _path(
    template: str,
    values: Mapping[str, Json],
    styles: Mapping[tuple[str, str], ParameterStyle],
    credentials: Sequence[Authentication],
) -> Text:
    secrets = {a.name: a.value for a in credentials}
    text = Text()
    for index, piece in enumerate(re.split(r"\{([^{}]+)\}", template)):
        if index % 2 == 0:
            text += Text.of(quote(piece, safe="/:@!$&'()*+,;=-._~%"))
        elif piece in secrets:
            text += Text.of(Encoded("percent", secrets[piece]))
        elif piece in values:
            text += Text.of(_path_value(piece, values[piece], styles.get(("path", piece))))
        else:
            raise SpecError(
                f"the path parameter {piece!r} has no value", fix=f"add it under `path:` ({template})"
            )
    unknown = sorted(set(values) - set(re.findall(r"\{([^{}]+)\}", template)))
    if unknown:
        raise SpecError(
            f"the path {template} has no parameter {unknown[0]!r}", fix="remove it or correct its name"
        )
    return text


def _path_value(name: str, value: Json, style: ParameterStyle | None) -> str:
    kind, explode = (style.style, style.explode) if style else ("simple", False)
    prefix, separator = {
        "label": (".", "." if explode else ","),
        "matrix": (";", ";" if explode else ","),
    }.get(kind, ("", ","))
    if isinstance(value, dict):
        items = [
            f"{_encode(k)}={_encode(v)}" if explode else f"{_encode(k)},{_encode(v)}"
            for k, v in value.items()
        ]
    else:
        items = [_encode(item) for item in value] if isinstance(value, list) else [_encode(value)]
    if kind == "matrix" and not (explode and isinstance(value, dict)):
        head = f"{_encode(name)}="
        return prefix + (
            separator.join(head + item for item in items) if explode else head + separator.join(items)
        )
    return prefix + separator.join(items)


def _encode(value: Json) -> str:
    return quote(_scalar(value), safe="")


def _query_pairs(values: Any, styles: Mapping[tuple[str, str], ParameterStyle]) -> list[Pair]:
    listed = (
        values.items() if isinstance(values, dict) else [(v[0], v[1] if len(v) > 1 else None) for v in values]
    )
    pairs: list[Pair] = []
    for name, value in listed:
        pairs += _query_value(name, value, styles.get(("query", name)))
    return pairs


def _query_value(name: str, value: Json, style: ParameterStyle | None) -> list[Pair]:
    kind, explode = (style.style, style.explode) if style else ("form", True)
    if value is None:
        return [Pair(name, None)]
    if isinstance(value, dict) and kind == "deepObject":
        return [Pair(f"{name}[{key}]", Text.of(_scalar(item))) for key, item in value.items()]
    if isinstance(value, dict) and explode:
        return [Pair(key, Text.of(_scalar(item))) for key, item in value.items()]
    if isinstance(value, list) and explode:
        return [Pair(name, Text.of(_scalar(item))) for item in value]
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(kind, ",")
    items = [part for pair in value.items() for part in pair] if isinstance(value, dict) else value
    joined = separator.join(map(_scalar, items)) if isinstance(items, list) else _scalar(items)
    return [Pair(name, Text.of(joined))]


def _headers(values: Any, styles: Mapping[tuple[str, str], ParameterStyle]) -> list[tuple[str, str]]:
    listed = values.items() if isinstance(values, dict) else [(pair[0], pair[-1]) for pair in values]
    bare = next((pair[0] for pair in values if len(pair) == 1), None) if isinstance(values, list) else None
    if bare is not None:
        raise SpecError(f"the header {bare} has no value", fix='write [name, ""] for an empty one')
    headers = []
    for name, value in listed:
        if not is_token(name):
            raise SpecError(f"{name!r} is not a header name", fix="use a token of RFC 9110 section 5.6.2")
        style = styles.get(("header", name))
        text = _header_value(value, explode=bool(style and style.explode))
        if not is_value(text):
            raise SpecError(f"the header {name} cannot hold a line break or NUL (RFC 9110 section 5.5)")
        headers.append((name, text))
    return headers


def _header_value(value: Json, *, explode: bool) -> str:
    if isinstance(value, list):
        return ",".join(map(_scalar, value))
    if isinstance(value, dict):
        glue = "=" if explode else ","
        return ",".join(f"{key}{glue}{_scalar(item)}" for key, item in value.items())
    return _scalar(value)


def _cookie(values: Mapping[str, Json], credentials: Sequence[Authentication]) -> Text:
    """The Cookie header of RFC 6265 section 4.2, values verbatim."""
    cookies = [(a.name, a.value) for a in credentials]
    for name, shown in ((name, _scalar(value)) for name, value in values.items()):
        if not is_cookie(name, shown):
            fix = "encode it as the API wants it, or leave it out"
            raise SpecError(f"the cookie {name!r} cannot hold {shown!r} (RFC 6265 section 5.4)", fix=fix)
        cookies.append((name, Text.of(shown)))
    text = Text()
    for index, (name, value) in enumerate(cookies):
        text += Text.of("; " if index else "", f"{name}=") + value
    return text


def build_body(data: Mapping[str, Any]) -> Body:
    """The body of an example: one of the kinds that an endpoint spec can state."""
    given = data.get("media_type")
    if "json" in data:
        return _json_body(data["json"], given or "application/json")
    if "form" in data:
        pairs = tuple(_query_pairs(data["form"], {}))
        return Body(kind="form", media_type=given or "application/x-www-form-urlencoded", pairs=pairs)
    if "multipart" in data and given:
        raise SpecError("a multipart body has the media type multipart/form-data", fix="remove `media_type`")
    if "multipart" in data:
        return Body(kind="multipart", parts=tuple(_part(part) for part in data["multipart"]))
    if "text" in data:
        return Body(kind="text", media_type=given or "text/plain; charset=utf-8", text=data["text"])
    if "file" in data:
        return Body(kind="file", media_type=given or "application/octet-stream", file=data["file"])
    return Body(kind="base64", media_type=given or "text/plain", file=data["base64"])


def _json_text(value: Json, indent: str | None = "  ") -> str:
    try:
        return dumps(value, indent)
    except ValueError as problem:
        message = "a JSON body cannot hold a number that is infinite or not a number"
        raise SpecError(message, fix="write a string, or leave it out") from problem


def _json_body(value: Json, media_type: str) -> Body:
    """A JSON body; where a value is `{$base64: FILE}`, the Base64 text of that file stands as a string."""
    files: list[str] = []
    mark = "\ue000"  # of the private use area, so that it meets nobody's text; longer where it does
    while mark in _json_text(value):
        mark += mark
    text = _json_text(_mark_files(value, mark, files))
    if not files:
        return Body(kind="json", media_type=media_type, text=text, value=value)
    pieces = re.split(f"{mark}([0-9]+){mark}", text)
    template = Text.of(*(Base64File(files[int(p)]) if i % 2 else p for i, p in enumerate(pieces)))
    return Body(kind="json", media_type=media_type, value=value, template=template)


def _mark_files(value: Json, mark: str, files: list[str]) -> Json:
    """The value with each `{$base64: FILE}` replaced by a marked string, and its file noted."""
    if isinstance(value, list):
        return [_mark_files(item, mark, files) for item in value]
    if not isinstance(value, dict):
        return value
    path = value.get("$base64")
    if len(value) == 1 and isinstance(path, str):
        files.append(path)
        return f"{mark}{len(files) - 1}{mark}"
    return {key: _mark_files(item, mark, files) for key, item in value.items()}


def _part(data: Mapping[str, Any]) -> BodyPart:
    if "file" in data:
        name = data.get("file_name", data["file"].rsplit("/", 1)[-1])
        media_type = data.get("media_type", "application/octet-stream")
        return BodyPart(name=data["name"], file=data["file"], file_name=name, media_type=media_type)
    if "json" in data:
        text = _json_text(data["json"], indent=None)
        return BodyPart(
            name=data["name"], text=Text.of(text), media_type=data.get("media_type", "application/json")
        )
    return BodyPart(
        name=data["name"], text=Text.of(_scalar(data["value"])), media_type=data.get("media_type")
    )
