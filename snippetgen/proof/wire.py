"""A comparison of what arrived on the wire with the one `Request` that was asked for.

Equality is DESIGN.md's: one request; method; path segments and query pairs after percent-decoding, a bare
`a` and `a=` being different; every declared header once; media type; body by kind. Numbers in JSON are equal
by value, exactly: 1 and 1.0 are, 2^53 and 2^53+1 are not, true and 1 are not.
"""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from functools import partial
from typing import Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from snippetgen.errors import UnsupportedError
from snippetgen.model import Body, BodyPart, Encoded, Finding, Pair, Request, Text
from snippetgen.proof.recorder import Exchange
from snippetgen.source import escape_pointer

__all__ = ["Mask", "Show", "compare", "received"]

AUTOMATIC = frozenset(
    {
        *(
            "user-agent",
            "accept",
            "accept-encoding",
            "accept-language",
            "connection",
            "host",
            "content-length",
        ),
        *("transfer-encoding", "upgrade", "http2-settings", "priority"),
    }
)
MAX_SHOWN = 120
MIN_PIECE = 6
_ESCAPED = re.compile("%(22|0D|0A)", re.IGNORECASE)  # WHATWG HTML section 4.10.21.8
MAX_DIFFERENCES = 10

Decoded = tuple[bytes, bytes | None]


@dataclass(frozen=True, slots=True)
class Mask:
    """What hides secrets in a message: for each, a pattern of its spellings, its name and its value."""

    secrets: tuple[tuple[re.Pattern[str], str, str], ...]

    @classmethod
    def of(cls, environment: Mapping[str, str], request: Request | None = None) -> Mask:
        """A mask of every value of the environment, and of those that the request encodes together."""
        values = {value: f"${env}" for env, value in environment.items() if value}
        for text in request.texts if request else ():
            for part in text.parts:
                if isinstance(part, Encoded) and (names := [c.env for c in part.text.credentials()]):
                    values.setdefault(part.text.resolve(environment), "$" + "+$".join(names))
        encoded = {
            base64.b64encode(value.encode()).decode(): f"{name}|base64" for value, name in values.items()
        }
        found = [(_pattern(value), name, value) for value, name in (values | encoded).items()]
        pieces = {piece: f"{name}|part" for value, name in values.items() for piece in _pieces(value)}
        found += [(re.compile(re.escape(piece)), name, piece) for piece, name in pieces.items()]
        return cls(tuple(sorted(found, key=lambda secret: -len(secret[2]))))

    def __call__(self, text: str) -> str:
        """The text with a variable's name in every secret's place, and how it was encoded."""
        for pattern, name, value in self.secrets:
            text = pattern.sub(partial(_label, name, value), text)
        return text


def _pattern(value: str) -> re.Pattern[str]:
    """A secret as it may turn up: each character plain, percent-encoded, escaped or mis-decoded."""
    return re.compile("".join(f"(?:{'|'.join(_spellings(char))})" for char in value))


def _spellings(char: str) -> list[str]:
    data = char.encode()
    percent = "".join(f"%{byte:02X}" for byte in data)
    escapes = {
        json.dumps(char)[1:-1],
        repr(char)[1:-1],
        f"\\{char}",
        "".join(f"\\x{byte:02x}" for byte in data),
    }
    plain = {char, data.decode("latin-1"), *escapes, *("+" if char == " " else "")}
    return [f"(?i:{percent})", *(re.escape(form) for form in sorted(plain, key=len, reverse=True))]


def _pieces(value: str) -> set[str]:
    """What is left of a secret that was cut where a URL is cut."""
    return {piece for piece in re.split(r"[^0-9A-Za-z_.~-]+", value) if len(piece) >= MIN_PIECE}


def _label(name: str, value: str, match: re.Match[str]) -> str:
    text = match[0]
    if text == value:
        return name
    known = {
        quote(value, safe=""): "percent",
        quote_plus(value): "form",
        value.encode().decode("latin-1"): "latin-1",
    }
    return f"{name}|{known.get(text, 'other')}"


@dataclass(frozen=True, slots=True)
class Show:
    """How a message quotes what was sent: masked first, then shortened."""

    mask: Mask

    def __call__(self, value: bytes | str) -> str:
        """The value in quotes."""
        text = self.mask(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value)
        return json.dumps(text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…", ensure_ascii=False)

    def window(self, data: bytes, at: int) -> str:
        """The bytes around a position; from the start where a secret might be cut in two."""
        text = data.decode("utf-8", "backslashreplace")
        return self(data[max(0, at - 8) : at + 24] if self.mask(text) == text else text)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The request that was asked for, and what it takes to read and to quote it."""

    request: Request
    environment: Mapping[str, str]
    files: Mapping[str, bytes]
    show: Show

    def resolve(self, text: Text | None) -> str:
        return text.resolve(self.environment) if text else ""

    def pairs(self, pairs: Sequence[Pair]) -> list[Decoded]:
        return [(p.name.encode(), None if p.value is None else self.resolve(p.value).encode()) for p in pairs]


def _finding(rule: str, message: str) -> Finding:
    return Finding(rule=rule, message=message)


def compare(
    expected: Request,
    environment: Mapping[str, str],
    files: Mapping[str, bytes],
    exchanges: Sequence[Exchange],
) -> Iterator[Finding]:
    """Every way in which what arrived is not the request.

    `environment` holds the credentials' values, which no message shows; `files` the bytes of each input file.
    """
    show = Show(Mask.of(environment, expected))
    asked = _Asked(expected, environment, files, show)
    if not exchanges:
        yield _finding("wire/no-request", "no request arrived")
        return
    if len(exchanges) > 1:
        seen = ", ".join(f"{e.method or '?'} {show(e.target)}" for e in exchanges[:4])
        yield _finding("wire/extra-request", f"{len(exchanges)} requests arrived, expected one: {seen}")
    for exchange in exchanges:
        if exchange.problem:
            yield _finding("wire/malformed", f"not an HTTP/1.1 request: {show(exchange.problem)}")
    sound = next((exchange for exchange in exchanges if not exchange.problem), None)
    if sound:
        yield from _compare_line(asked, sound)
        yield from _compare_headers(asked, sound)
        yield from _compare_body(asked, sound)


# The request line


def _compare_line(asked: _Asked, got: Exchange) -> Iterator[Finding]:
    expected, show = asked.request, asked.show
    if got.method != expected.method:
        yield _finding("wire/method", f"the method is {got.method}, expected {expected.method}")
    target = got.target.encode("latin-1")
    path, mark, query = target.partition(b"?")
    if not path.startswith(b"/") or re.search(rb"[^\x21-\x7e]|#|%(?![0-9A-Fa-f]{2})", target):
        message = f"the request target {show(target)} is not a path and a query (RFC 9112 section 3.2.1)"
        yield _finding("wire/malformed", message)
    wanted = _path(asked.resolve(expected.base)).encode()
    if _segments(path) != _segments(wanted):
        yield _finding("wire/path", f"the path is {show(path)}, expected {show(wanted)}")
    if mark or expected.query:
        yield from _compare_pairs("wire/query", "the query", asked.pairs(expected.query), _pairs(query), show)


def _path(url: str) -> str:
    """The path of a URL without a query; a URL without a scheme is a path already."""
    rest = url.partition("://")[2] if "://" in url else url
    return "/" + rest.partition("/")[2] if "://" in url else rest or "/"


def _segments(path: bytes) -> list[bytes]:
    return [unquote_to_bytes(segment) for segment in path.split(b"/")]


def _pairs(text: bytes) -> list[Decoded]:
    """The pairs of a query or a form (WHATWG URL section 5.1), a bare name apart from an empty value."""
    split = (term.partition(b"=") for term in text.split(b"&") if term)
    return [(_plus(name), _plus(value) if mark else None) for name, mark, value in split]


def _plus(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _compare_pairs(
    rule: str, where: str, expected: Sequence[Decoded], got: Sequence[Decoded], show: Show
) -> Iterator[Finding]:
    if list(expected) == list(got):
        return

    def listed(pairs: Sequence[Decoded]) -> str:
        return ", ".join(show(name) + ("" if value is None else f"={show(value)}") for name, value in pairs)

    wanted, came = Counter(expected), Counter(got)
    missing, extra = list((wanted - came).elements()), list((came - wanted).elements())
    if not missing and not extra:
        message = f"{where} has its pairs in another order: {listed(got)}, expected {listed(expected)}"
    else:
        facts = [f"lacks {listed(missing)}"] if missing else []
        facts += [f"has {listed(extra)}, which was not asked for"] if extra else []
        message = f"{where} {' and '.join(facts)}"
    yield _finding(rule, message)


# The headers


def _compare_headers(asked: _Asked, got: Exchange) -> Iterator[Finding]:
    declared = _declared(asked)
    for name, values in declared.items():
        yield from _compare_header(name, values, got, asked.show)
    for name, value in got.headers:
        if name.lower() not in declared and not _is_automatic(name):
            shown = f"{asked.show(name)}: {asked.show(value.encode('latin-1'))}"
            yield _finding("wire/extra-header", f"the header {shown} was not asked for")


def _declared(asked: _Asked) -> dict[str, list[str]]:
    """The values of each header that must arrive, by its name in lower case."""
    declared: dict[str, list[str]] = {}
    for pair in asked.request.headers:
        declared.setdefault(pair.name.lower(), []).append(asked.resolve(pair.value).strip(" \t"))
    body = asked.request.body
    if body and body.media_type is not None:
        declared["content-type"] = [body.media_type]
    elif body and body.kind == "multipart":
        declared["content-type"] = ["multipart/form-data"]
    return declared


def _is_automatic(name: str) -> bool:
    return name.lower() in AUTOMATIC or name.lower().startswith("sec-fetch-")


def _compare_header(name: str, expected: Sequence[str], exchange: Exchange, show: Show) -> Iterator[Finding]:
    got = [value.encode("latin-1") for value in exchange.values(name)]
    if _same_values(name, expected, got) or (len(expected) > 1 and _is_combined(name, expected, got)):
        return
    rule = "wire/media-type" if name == "content-type" else "wire/header"
    wanted, came = (" and ".join(map(show, values)) for values in (expected, got))
    if not got:
        fact = "is missing"
    else:
        fact = f"is {came}" if len(got) <= len(expected) else f"arrived {len(got)} times: {came}"
    yield _finding(rule, f"the header {name} {fact}, expected {wanted}")


def _is_combined(name: str, expected: Sequence[str], got: Sequence[bytes]) -> bool:
    """Whether a client joined the values of equal names, as RFC 9110 section 5.3 allows."""
    glues = ("; ", ";") if name == "cookie" else (", ", ",")
    return any(_same_values(name, [glue.join(expected)], got) for glue in glues)


def _same_values(name: str, expected: Sequence[str], got: Sequence[bytes]) -> bool:
    """Whether the values are equal; other characters than ASCII may come as UTF-8 or as Latin-1."""
    if len(expected) != len(got):
        return False
    pairs = zip(expected, got, strict=True)
    if name == "content-type":
        return all(_media_type(e) == _media_type(g.decode("latin-1")) for e, g in pairs)
    return all(g in {e.encode(), e.encode("latin-1", "replace")} for e, g in pairs)


def _media_type(value: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """The essence and the parameters without a multipart boundary; a charset's name ignores case."""
    essence, parameters = _parameters(value)
    essence = essence.lower()
    exempt = {"boundary"} if essence.startswith("multipart/") else set()
    kept = ((k, v.lower() if k == "charset" else v) for k, v in parameters if k not in exempt)
    return essence, frozenset(kept)


def _parameters(value: str) -> tuple[str, list[tuple[str, str]]]:
    """A field value before its parameters, and these (RFC 9110 section 5.6.6) without their quotes."""
    head, _, rest = value.partition(";")
    found = re.findall(r'([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))', rest)
    return head.strip(), [(name.lower(), quoted or plain.strip()) for name, quoted, plain in found]


# The body


def _compare_body(asked: _Asked, got: Exchange) -> Iterator[Finding]:
    body, show = asked.request.body, asked.show
    if body is None:
        yield from _compare_bytes("the body", b"", got.body, show)
    elif body.kind == "json":
        yield from _compare_json(body, got.body, show)
    elif body.kind == "form":
        yield from _compare_pairs("wire/body", "the form", asked.pairs(body.pairs), _pairs(got.body), show)
    elif body.kind == "multipart":
        yield from _compare_multipart(body, asked, got)
    else:
        yield from _compare_bytes("the body", _content(body, asked.files), got.body, show)


def _content(body: Body, files: Mapping[str, bytes]) -> bytes:
    """The bytes of a text, file or Base64 body."""
    if body.file is None:
        charset = dict(_parameters(body.media_type or "")[1]).get("charset", "utf-8")
        try:
            return body.text.encode(codecs.lookup(charset).name)
        except (LookupError, UnicodeEncodeError) as problem:
            raise UnsupportedError(f"the text cannot be sent as {charset!r}: {problem}") from problem
    data = files[body.file]
    return base64.b64encode(data) if body.kind == "base64" else data


def _compare_bytes(where: str, expected: bytes, got: bytes, show: Show) -> Iterator[Finding]:
    if expected == got:
        return
    lengths = f"{len(got)} bytes, expected {len(expected)}"
    if not expected:
        message = f"{where} is {show(got[:1000])} ({lengths})"
    elif not got:
        message = f"{where} is empty ({lengths})"
    else:
        pairs = enumerate(zip(expected, got, strict=False))
        at = next((i for i, (a, b) in pairs if a != b), min(len(expected), len(got)))
        shown = f"{show.window(got, at)}, expected {show.window(expected, at)}"
        message = f"{where} differs from byte {at} on ({lengths}): {shown}"
    yield _finding("wire/body", message)


def _compare_json(body: Body, got: bytes, show: Show) -> Iterator[Finding]:
    try:
        sent, again = _parse_json(got.decode("utf-8"))
    except (ValueError, DecimalException, RecursionError) as problem:
        message = f"the body is not JSON: {show(str(problem))}; it is {show(got[:1000])}"
        yield _finding("wire/body", message)
        return
    for key in again:
        yield _finding("wire/body", f"the key {show(key)} stands twice in one object of the body")
    wanted, _ = _parse_json(body.text)
    for index, (pointer, message) in enumerate(_differences(wanted, sent, "", show)):
        if index == MAX_DIFFERENCES:
            yield _finding("wire/body", "the body has more differences than are shown")
            return
        yield Finding(rule="wire/body", pointer=pointer, message=message)


def _parse_json(text: str) -> tuple[Any, list[str]]:
    """The value with exact numbers, and the keys that an object repeats."""
    again: list[str] = []

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        again.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return dict(pairs)

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not a JSON value")

    value = json.loads(
        text, parse_int=Decimal, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=collect
    )
    return value, again


def _differences(expected: Any, got: Any, pointer: str, show: Show) -> Iterator[tuple[str, str]]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in expected:
            at = pointer + escape_pointer(key)
            if key in got:
                yield from _differences(expected[key], got[key], at, show)
            else:
                yield at, f"the body lacks {show(at)}"
        for key in got:
            if key not in expected:
                at = pointer + escape_pointer(key)
                yield at, f"the body has {show(at)} in addition"
    elif isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            yield pointer, f"the array {show(pointer)} has {len(got)} items, expected {len(expected)}"
        for index, (a, b) in enumerate(zip(expected, got, strict=False)):
            yield from _differences(a, b, pointer + escape_pointer(index), show)
    elif type(expected) is not type(got) or expected != got:
        where = f"{show(pointer)} in the body" if pointer else "the body"
        yield pointer, f"{where} is {_json_text(got, show)}, expected {_json_text(expected, show)}"


def _json_text(value: Any, show: Show) -> str:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return show(value) if isinstance(value, str) else json.dumps(value)


# Multipart bodies


@dataclass(frozen=True, slots=True)
class _Part:
    """One part as it arrived."""

    headers: Mapping[str, str]
    content: bytes

    def parameter(self, name: str) -> set[str] | None:
        """What a parameter of Content-Disposition may mean: clients escape by RFC 2616 or as browsers do."""
        parameters = dict(_parameters(self.headers.get("content-disposition", ""))[1])
        if f"{name}*" in parameters:
            return {unquote_to_bytes(parameters[f"{name}*"].rpartition("'")[2]).decode("utf-8", "replace")}
        if name not in parameters:
            return None
        raw = parameters[name]
        plain = {raw, re.sub(r"\\(.)", r"\1", raw)}
        return plain | {_ESCAPED.sub(lambda m: chr(int(m[1], 16)), form) for form in plain}


def _split_multipart(content_type: str, body: bytes) -> list[_Part]:
    """The parts of a body (RFC 2046 section 5.1.1); ValueError says what is malformed."""
    boundary = dict(_parameters(content_type)[1]).get("boundary", "")
    if not re.fullmatch(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]", boundary):
        raise ValueError(f"the boundary {boundary!r} is not allowed (RFC 2046 section 5.1.1)")
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    if len(pieces) < 2:
        raise ValueError("the boundary does not occur in the body")
    if pieces[-1].strip(b" \t\r\n") != b"--":
        raise ValueError("the closing boundary is missing, or something follows it")
    return [_read_part(piece) for piece in pieces[1:-1]]


def _read_part(piece: bytes) -> _Part:
    padding, line_end, rest = piece.partition(b"\r\n")
    if padding.strip(b" \t") or not line_end:
        raise ValueError("the boundary occurs inside a part")
    head, blank, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if not blank:
        raise ValueError("a part has no empty line after its headers")
    fields = [line.partition(":") for line in head.decode("utf-8", "replace").split("\r\n") if line]
    return _Part({name.strip().lower(): value.strip() for name, _, value in fields}, content)


def _compare_multipart(body: Body, asked: _Asked, got: Exchange) -> Iterator[Finding]:
    show = asked.show
    try:
        parts = _split_multipart("".join(got.values("content-type")[:1]), got.body)
    except ValueError as problem:
        yield _finding("wire/body", f"the multipart body is malformed: {show(str(problem))}")
        return
    if len(parts) != len(body.parts):
        names = ", ".join(" or ".join(map(show, sorted(p.parameter("name") or {"?"})[:1])) for p in parts)
        message = f"the multipart body has {len(parts)} parts ({names}), expected {len(body.parts)}"
        yield _finding("wire/body", message)
    for index, (expected, part) in enumerate(zip(body.parts, parts, strict=False), start=1):
        yield from _compare_part(f"part {index}", expected, part, asked)


def _compare_part(where: str, expected: BodyPart, part: _Part, asked: _Asked) -> Iterator[Finding]:
    show = asked.show
    if not part.headers.get("content-disposition", "").lower().startswith("form-data"):
        yield _finding("wire/body", f"{where} has no Content-Disposition form-data (RFC 7578 section 4.2)")
    for name, wanted in (("name", expected.name), ("filename", expected.file_name)):
        came = part.parameter(name)
        allowed: set[str | None] = {None} if came is None else {*came}
        if wanted not in allowed:
            yield _finding("wire/body", f"the {name} of {where} {_came(came, wanted, show)}")
    sent = part.headers.get("content-type")
    if not _same_part_type(expected.media_type, sent):
        came = None if sent is None else {sent}
        yield _finding("wire/body", f"the media type of {where} {_came(came, expected.media_type, show)}")
    text = asked.resolve(expected.text).encode()
    content = text if expected.file is None else asked.files[expected.file]
    yield from _compare_bytes(f"the content of {where}", content, part.content, show)


def _came(came: set[str] | None, wanted: str | None, show: Show) -> str:
    shown = "is missing" if came is None else f"is {show(min(came))}"
    return f"{shown}, expected {'none' if wanted is None else show(wanted)}"


def _same_part_type(expected: str | None, got: str | None) -> bool:
    """Whether the media types are equal; a part without one is UTF-8 text (RFC 7578 section 4.4)."""
    if expected is None:
        plain = ("text/plain", "text/plain; charset=utf-8", "text/plain; charset=us-ascii")
        return got is None or _media_type(got) in map(_media_type, plain)
    return got is not None and _media_type(expected) == _media_type(got)


# What arrived, as a request


def received(expected: Request, exchange: Exchange) -> Request:
    """What arrived as a request of its own, so that the contract can be asked about it.

    Headers that clients add by themselves are left out; the body keeps the kind that was asked for where it
    can be read as that kind, and is text otherwise.
    """
    path, _, query = exchange.target.partition("?")
    declared = {pair.name.lower() for pair in expected.headers}
    base = _origin_path(expected.origin)
    kept = [(k, v) for k, v in exchange.headers if k.lower() in declared or not _is_automatic(k)]
    return Request(
        method=exchange.method,
        origin=expected.origin,
        path=Text.of(path.removeprefix(base)),
        query=tuple(_pair(*pair) for pair in _pairs(query.encode("latin-1"))),
        headers=tuple(Pair(k, Text.of(v)) for k, v in kept if k.lower() != "content-type"),
        body=_received_body(expected.body, exchange),
    )


def _origin_path(origin: str) -> str:
    return "/" + rest if (rest := origin.partition("://")[2].partition("/")[2].rstrip("/")) else ""


def _pair(name: bytes, value: bytes | None) -> Pair:
    text = None if value is None else Text.of(value.decode("utf-8", "backslashreplace"))
    return Pair(name.decode("utf-8", "backslashreplace"), text)


def _received_body(expected: Body | None, exchange: Exchange) -> Body | None:
    media_type = next(iter(exchange.values("content-type")), None)
    if not exchange.body and media_type is None:
        return None
    text = exchange.body.decode("utf-8", "backslashreplace")
    if expected and expected.kind == "json":
        try:
            return Body(kind="json", media_type=media_type, text=text, value=json.loads(text))
        except (ValueError, RecursionError):
            return Body(kind="text", media_type=media_type, text=text)
    if expected and expected.kind == "form":
        pairs = tuple(_pair(*pair) for pair in _pairs(exchange.body))
        return Body(kind="form", media_type=media_type, pairs=pairs)
    if expected and expected.kind in {"multipart", "file", "base64"}:
        return expected
    return Body(kind="text", media_type=media_type, text=text)
