"""The names that a template may use: what a request is made of, as one client of a language takes it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from snippetgen.errors import UnsupportedError
from snippetgen.framing import frame
from snippetgen.language import Client, Language
from snippetgen.literal import Code
from snippetgen.model import Body, Pair, Request
from snippetgen.text import Base64File, Credential, Encoded, Named, Text

__all__ = ["Basic", "FileVariable", "Variable", "is_naming", "is_unique", "scene", "variable"]


@dataclass(frozen=True, slots=True)
class Variable:
    """A credential as a template sees it: its name in code, and what to say where it is unset."""

    credential: Credential
    name: Code
    env: str
    message: str


@dataclass(frozen=True, slots=True)
class Basic:
    """User and password, apart and as RFC 7617 joins them."""

    user: Text
    password: Text
    both: Text


@dataclass(frozen=True, slots=True)
class FileVariable:
    """A file as a template sees it: the variable that holds its bytes, or their Base64 text."""

    path: str
    name: Code
    problem: str
    base64: bool


def scene(request: Request, language: Language, client: Client) -> dict[str, Any]:
    """The names a template may use; what it does not name, its snippet does not show.

    `shape` says what the body is to the template: `none`, `data` (a JSON value as a literal), `pairs` (a
    form that the client encodes), `parts` (multipart), `bytes` (of the first file) or `text`, which is
    `terms` to be joined; `long` says that these do not fit an argument of the client's command. `address`
    is the URL as one text with the built query under the name `query`; `authority` and `target` are what a
    message has in its place, and `frame` is what it says of a body that is known. `basic` takes the place
    of an Authorization header where the client encodes user and password itself.
    """
    body = request.body
    query = request.query if _has_builder(client, request.query) else ()
    url = (request.base,) if query else request.url_terms
    files = _files(request)
    shape = _shape(body, language, client)
    terms = _terms(body, files, language) if body and shape == "text" else ()
    basic = _basic(request.headers) if client.basic else None
    headers, body_headers = _headers(request, client, shape, without="authorization" if basic else "")
    values = [*url, *terms, *(pair.value for pair in (*headers, *body_headers, *query))]
    values += [pair.value for pair in body.pairs] + [part.text for part in body.parts] if body else []
    values += [basic.user, basic.password] if basic else []
    return {
        "method": request.method,
        "scheme": request.origin.partition("://")[0],
        "url": url,
        "address": Text.of(*request.base.parts, "?", Named("query")) if query else request.url,
        "authority": request.authority,
        "target": request.target,
        "frame": frame(body) if body and not client.limits.files else None,
        "query": query,
        "headers": headers,
        "basic": basic,
        "body_headers": body_headers,
        "body": body,
        "shape": shape,
        "terms": terms,
        "long": _is_long(client, terms),
        "needs": _needs(request, values),
        "credentials": tuple(variable(c, language) for c in request.credentials),
        "files": files,
    }


def _needs(request: Request, texts: list[Text | None]) -> frozenset[str]:
    """What a snippet must import or define beside what every snippet has."""
    needs: set[str] = {e for text in texts if text and text.literal is None for e in text.encodings()}
    if not needs.isdisjoint({"percent", "form"}):
        needs.add("url")
    if request.has_dot_segments:
        needs.add("dot-segments")
    return frozenset(needs.union(_part_needs(request.body)))


def _part_needs(body: Body | None) -> Iterator[str]:
    """What a client's own multipart builder must be given beside names and texts."""
    for part in body.parts if body else ():
        if part.media_type:
            yield "part-type"
        if part.file or part.media_type or part.file_name:
            yield "part-file" if part.file else "part-text"


def _shape(body: Body | None, language: Language, client: Client) -> str:
    if body is None:
        return "none"
    if body.kind in {"multipart", "file"}:
        return {"multipart": "parts", "file": "bytes"}[body.kind]
    if body.is_data and language.data and _octets(body) is None:
        return "data"
    return "pairs" if _has_form_builder(client, body) else "text"


def _terms(body: Body, files: tuple[FileVariable, ...], language: Language) -> tuple[Text, ...]:
    """A body of characters as texts to be joined, its files under the names of their variables.

    Characters that are sent in another character set than UTF-8 become octets, and those that no literal
    of the language can hold.
    """
    octets = _octets(body)
    if octets is None and "\0" in body.text and not language.literal.holds(body.text):
        octets = body.text.encode()
    if octets is not None:
        return (Text.of(Encoded("octets", Text.of(base64.b64encode(octets).decode()))),)
    names = {file.path: Named(file.name) for file in files}
    parts = (names[part.path] if isinstance(part, Base64File) else part for part in body.content.parts)
    text = Text.of(*parts)
    if body.kind == "json" and not language.block.holds("\n"):
        text = _on_one_line(text)
    return body.terms or (text,)


def _on_one_line(text: Text) -> Text:
    """JSON without its line breaks, which can only stand between tokens (RFC 8259 section 2)."""
    breaks = re.compile(r"[ \t\r]*\n[ \t\r\n]*")
    return Text.of(*(breaks.sub(" ", part) if isinstance(part, str) else part for part in text.parts))


def _octets(body: Body) -> bytes | None:
    """The bytes of a text in the character set of its media type, None where they are those of UTF-8."""
    found = re.search(r';\s*charset\s*=\s*"?([^";\s]+)', body.media_type or "", re.IGNORECASE)
    if found is None or body.kind not in {"json", "text"}:
        return None
    if body.template is not None and not _is_utf8(found[1]):
        raise UnsupportedError(f"characters that are only known at run time cannot be sent as {found[1]}")
    try:
        octets = body.text.encode(found[1])
    except (LookupError, UnicodeEncodeError) as problem:
        raise UnsupportedError(f"the text cannot be sent as {found[1]}: {problem}") from problem
    return None if octets == body.text.encode() else octets


def _is_utf8(charset: str) -> bool:
    return charset.lower() in {"utf-8", "utf8"}


def _is_long(client: Client, terms: tuple[Text, ...]) -> bool:
    """Whether a body of characters does not fit an argument of the client's command."""
    limit = client.limits.argument_bytes
    literals = (part for text in terms for part in text.walk() if isinstance(part, str))
    return bool(limit) and sum(len(literal.encode()) for literal in literals) > (limit or 0)


def _has_form_builder(client: Client, body: Body) -> bool:
    """Whether the client's own builder sends the form, under the media type that is asked for."""
    is_fixed = "content-type" in client.limits.body_headers
    if not body.pairs or not body.media_type or (is_fixed and client.implied.get("form") != body.media_type):
        return False
    return _has_builder(client, body.pairs)


def _has_builder(client: Client, pairs: tuple[Pair, ...]) -> bool:
    """Whether the client's own builder sends these pairs as they are, in order."""
    if client.pairs == "none" or any(pair.value is None or not pair.name for pair in pairs):
        return False
    if client.pair_pattern and not all(
        map(re.compile(client.pair_pattern, re.DOTALL).fullmatch, map(_skeleton, pairs))
    ):
        return False
    return client.pairs == "all" or is_unique(pairs)


def _skeleton(pair: Pair) -> str:
    """A pair as `name=value`, with the characters of the value that are known."""
    return f"{pair.name}={pair.value.known if pair.value else ''}"


def _basic(headers: tuple[Pair, ...]) -> Basic | None:
    """The user and the password of the one Authorization header, where it is made of credentials."""
    values = [pair.value for pair in headers if pair.name.lower() == "authorization"]
    match values:
        case [Text(("Basic ", Encoded("base64", Text((Credential() as user, ":", *word)) as both)))]:
            return Basic(Text.of(user), Text.of(*word), both)
    return None


def _headers(
    request: Request, client: Client, shape: str, without: str
) -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """The headers that the snippet must set, and those of them that the client takes with the body."""
    body, headers = request.body, tuple(pair for pair in request.headers if pair.name.lower() != without)
    headers = _joined(headers) if client.joins_headers else headers
    media_type = body.media_type if body else None
    implied = shape in {"data", "pairs"} and body and client.implied.get(body.kind) == media_type
    if media_type and not implied:
        headers = (*headers, Pair("Content-Type", Text.of(media_type)))
    if client.header_charset:
        headers = tuple(_encodable(pair, client.header_charset) for pair in headers)
    content = tuple(pair for pair in headers if pair.name.lower() in client.limits.body_headers)
    return tuple(pair for pair in headers if pair not in content), content


def _encodable(pair: Pair, charset: str) -> Pair:
    """A header whose value is encoded first where the client's character set cannot hold it."""
    try:
        (pair.value or Text()).known.encode(charset)
    except UnicodeEncodeError:
        return Pair(pair.name, Text.of(Encoded("header", pair.value or Text())))
    return pair


def _joined(headers: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """The headers with repeated names joined into one list value, a cookie's by its own separator."""
    joined: dict[str, Pair] = {}
    for pair in headers:
        known = joined.get(pair.name.lower())
        glue = "; " if pair.name.lower() == "cookie" else ", "
        value = (known.value or Text()) + Text.of(glue) + (pair.value or Text()) if known else pair.value
        joined[pair.name.lower()] = Pair(known.name if known else pair.name, value)
    return tuple(joined.values())


def is_unique(pairs: tuple[Pair, ...]) -> bool:
    """Whether a mapping of any language holds these pairs in order.

    JavaScript moves a name that looks like an index to the front, and loses `__proto__`.
    """
    names = {pair.name for pair in pairs}
    return len(names) == len(pairs) and not any(name.isdecimal() or name == "__proto__" for name in names)


def is_naming(pairs: tuple[Pair, ...], name: str) -> bool:
    """Whether one of the pairs has that name, in any case."""
    return any(pair.name.lower() == name.lower() for pair in pairs)


def _files(request: Request) -> tuple[FileVariable, ...]:
    body = request.body
    if body is None:
        return ()
    encoded = frozenset(body.content.files())
    name = "body" if body.file else "file"
    return tuple(
        FileVariable(
            path=path,
            name=Code(name if len(body.files) == 1 else f"{name}{index}"),
            problem=f"Cannot read {path}",
            base64=path in encoded,
        )
        for index, path in enumerate(body.files, start=1)
    )


def variable(credential: Credential, language: Language) -> Variable:
    """The credential as a template of the language sees it."""
    message = f"Set the {credential.env} environment variable."
    return Variable(credential, language.name(credential), credential.env, message)
