"""A HAR 1.2 log, or one request object of it, as requests; every value is sent as it stands there.

The format is http://www.softwareishard.com/blog/har-12-spec/. Where it says the same thing twice, one
place wins: the URL's query goes before `queryString`, of which only what the URL lacks is added; a Cookie
header before `cookies`, likewise; a Content-Type header before `postData.mimeType`; `text` before
`params`, unless it is multipart content that cannot be taken apart.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from snippetgen.errors import InputError, Place, SnippetgenError, UnsupportedError
from snippetgen.importing.address import Address, read_address
from snippetgen.importing.content import base_name, essence, read_content, text_body
from snippetgen.importing.recorded import BODILESS, Imported, Recorded, Refused, complete, plain
from snippetgen.model import Base64File, Body, BodyPart, Pair, Request, Text
from snippetgen.shape import check_shape
from snippetgen.source import Source, escape_pointer, load, resolve_pointer

__all__ = ["load_har"]

MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 10_000
_LONE = re.compile("[\ud800-\udfff]")
_SUFFIX = re.compile(r"(\.har)?(\.json)?$", re.IGNORECASE)


def load_har(path: str | Path) -> Imported:
    """The requests of a HAR file, or of every `.har` and `.json` file below a folder.

    A file names its request; the entries of a log are numbered. Raises InputError, with the place, where
    a file is not HAR; in a folder, a `.json` file without a request is named as ignored, unless a request
    reads it.
    """
    if not str(path):
        raise InputError("the path of a HAR is empty", fix="name a file or a folder; `.` is this one")
    folder = Path(path)
    if not folder.is_dir():
        return _load_file(folder, _stem(folder.name), strict=True)
    files = sorted(file for file in folder.rglob("*") if _is_har(file, folder))
    if not files:
        raise InputError("there is no .har or .json file in the folder", place=Place(str(path)))
    loaded = sum((_load_file(file, _stem(file.relative_to(folder).as_posix())) for file in files), Imported())
    read = {
        Path(r.source.path).parent / name for r in loaded.requests if r.source for name in r.request.files
    }
    return replace(loaded, ignored=tuple(name for name in loaded.ignored if Path(name) not in read))


def _is_har(file: Path, folder: Path) -> bool:
    """Whether a folder's file is meant; links that lead out of it are not."""
    named = file.suffix.lower() in {".har", ".json"} and not file.name.startswith(".")
    return named and file.is_file() and file.resolve().is_relative_to(folder.resolve())


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name)


def _load_file(path: Path, name: str, *, strict: bool = False) -> Imported:
    try:
        size = path.stat().st_size
    except OSError as problem:
        raise InputError(f"cannot read the file: {problem.strerror}", place=Place(str(path))) from problem
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024**2} MiB"
        raise InputError(f"the file has more than {limit}", fix="split it", place=Place(str(path)))
    source = load(path)
    _check_characters(source)
    if not strict and path.suffix.lower() != ".har" and not _holds_requests(source.data):
        return Imported(ignored=(source.path,))
    pointers = _pointers(source)
    requests: list[Recorded] = []
    refused: list[Refused] = []
    for index, pointer in enumerate(pointers, start=1):
        named = name if len(pointers) == 1 else f"{name}-{index}"
        check_shape(source, "har-request.schema.json", InputError, pointer)
        try:
            request, notes = _Reader(source, pointer).read()
        except UnsupportedError as problem:
            refused.append(Refused(name=named, reason=problem.message, place=source.place(pointer)))
        except SnippetgenError as problem:
            place = problem.place or source.place(pointer)
            raise InputError(problem.message, fix=problem.fix, place=place) from problem
        else:
            requests.append(
                Recorded(name=named, request=request, notes=notes, source=source, pointer=pointer)
            )
    return Imported(requests=tuple(requests), refused=tuple(refused))


def _holds_requests(data: Any) -> bool:
    return isinstance(data, dict) and not {"log", "request", "url"}.isdisjoint(data)


def _pointers(source: Source) -> list[str]:
    """Where the requests stand in the file."""
    data = source.data
    if isinstance(data, dict) and "log" in data:
        entries = data["log"].get("entries") if isinstance(data["log"], dict) else None
        if not isinstance(entries, list):
            raise InputError("`log.entries` is not a list", place=source.place("/log"))
        if not entries:
            raise InputError(
                "the log has no entries", fix="record a request", place=source.place("/log/entries")
            )
        if len(entries) > MAX_ENTRIES:
            raise InputError(f"the log has more than {MAX_ENTRIES:,} entries", place=source.place("/log"))
        for index, entry in enumerate(entries):
            if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict):
                place = source.place(f"/log/entries/{index}")
                raise InputError(f"entry {index + 1} of the log has no `request` object", place=place)
        return [f"/log/entries/{index}/request" for index in range(len(entries))]
    if isinstance(data, dict) and "request" in data and "url" not in data:
        return ["/request"]
    if not _holds_requests(data):
        fix = "a log has `log.entries`, a request `method` and `url`"
        raise InputError("the file is neither a HAR log nor a HAR request", fix=fix, place=Place(source.path))
    return [""]


def _check_characters(source: Source) -> None:
    """Refuse half of a surrogate pair, which no encoding of the wire can hold.

    Only an escape can write it, so that a file without one is not searched.
    """
    for pointer, text in _texts(source.data) if "\\u" in source.text.lower() else ():
        if lone := _LONE.search(text):
            place, fix = source.place(pointer), "write both halves, or leave it out"
            raise InputError(f"{lone[0]!r} is half of a character", fix=fix, place=place)


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every string of a JSON value, keys too, with the pointer of where it stands."""
    rest = [("", value)]
    while rest:
        pointer, item = rest.pop()
        if isinstance(item, str):
            yield pointer, item
        elif isinstance(item, Mapping):
            yield from ((pointer, key) for key in item)
            rest += [(pointer + escape_pointer(key), child) for key, child in item.items()]
        elif isinstance(item, list):
            rest += [(pointer + escape_pointer(at), child) for at, child in enumerate(item)]


class _Reader:
    """One request object of a source."""

    def __init__(self, source: Source, pointer: str) -> None:
        self.source = source
        self.pointer = pointer
        self.data: Mapping[str, Any] = resolve_pointer(source.data, pointer)

    def read(self) -> tuple[Request, tuple[str, ...]]:
        """The request, and notes on what is not sent."""
        address = read_address(self.data["url"])
        headers = [(item["name"], item.get("value") or "") for item in self.items("headers")]
        return complete(
            method=self.data["method"],
            address=address,
            query=_added_query(self.items("queryString"), self.data["url"], address),
            headers=plain(headers),
            cookies=[(item["name"], item.get("value") or "") for item in self.items("cookies")],
            body=self.body(headers),
        )

    def items(self, name: str) -> Sequence[Mapping[str, Any]]:
        return self.data.get(name) or ()

    def body(self, headers: Iterable[tuple[str, str]]) -> Body | None:
        """The content; None where there is none, not even an empty one."""
        post: Mapping[str, Any] = self.data.get("postData") or {}
        given = next((value.strip() for name, value in headers if name.lower() == "content-type"), None)
        media_type = given or post.get("mimeType") or None
        if post.get("fileName"):
            return self.file_body(post["fileName"], media_type, post.get("_encoding"))
        params, text = post.get("params") or (), post.get("text")
        if not params and (text is None or (not text and self.data["method"] in BODILESS)):
            return text_body("", media_type) if post.get("mimeType") else None
        if text and post.get("encoding") == "base64":
            text = self.decoded(text)
        body = read_content(text or "", media_type)
        if params and (not text or (body.kind == "text" and essence(media_type).startswith("multipart/"))):
            return self.params_body(params, media_type)
        return self.filled(body, post["_base64"]) if post.get("_base64") else body

    def decoded(self, text: str) -> str:
        try:
            return base64.b64decode(text, validate=True).decode()
        except binascii.Error as problem:
            raise self.error(f"the text is not Base64: {problem}", "postData", "text") from problem
        except UnicodeDecodeError as problem:
            fix = "put it into a file beside the HAR, and its name into `postData.fileName`"
            raise UnsupportedError("content that is not UTF-8 text", fix=fix) from problem

    def filled(self, body: Body, places: Mapping[str, str]) -> Body:
        """The body with the Base64 text of files in it."""
        names = {mark: self.path(file, "postData", "_base64", mark) for mark, file in places.items()}
        pieces = re.split(f"({'|'.join(map(re.escape, names))})", body.text)
        parts = [Base64File(names[p]) if i % 2 else p for i, p in enumerate(pieces)]
        if len(pieces) == 1:
            raise self.error("the text holds none of the marks of `_base64`", "postData", "_base64")
        return Body(kind=body.kind, media_type=body.media_type, text=body.text, template=Text.of(*parts))

    def file_body(self, name: str, media_type: str | None, encoding: str | None) -> Body:
        path = self.path(name, "postData", "fileName")
        return Body(kind="base64" if encoding == "base64" else "file", media_type=media_type, file=path)

    def params_body(self, params: Sequence[Mapping[str, Any]], media_type: str | None) -> Body:
        kind = essence(media_type)
        files = [index for index, item in enumerate(params) if item.get("fileName")]
        if kind == "multipart/form-data" or (not kind and files):
            return Body(kind="multipart", parts=tuple(self.parts(params)))
        if kind in {"", "application/x-www-form-urlencoded"} and not files:
            pairs = tuple(_pair(item) for item in params)
            return Body(
                kind="form", media_type=media_type or "application/x-www-form-urlencoded", pairs=pairs
            )
        if len(params) == 1 and files:
            return self.file_body(params[0]["fileName"], media_type, None)
        raise UnsupportedError(f"`postData.params` under the media type {kind}")

    def parts(self, params: Sequence[Mapping[str, Any]]) -> Iterator[BodyPart]:
        for index, item in enumerate(params):
            name, value, file = item["name"], item.get("value"), item.get("fileName")
            if file == "":
                raise UnsupportedError(f"the part {name!r}, whose file name is empty")
            media_type = item.get("contentType") or ("application/octet-stream" if file else None)
            headers = tuple((h["name"], h.get("value") or "") for h in item.get("_headers") or ())
            shown = base_name(file) if file else None
            if file and not value:
                path = self.path(file, "postData", "params", index, "fileName")
                part = BodyPart(name=name, file=path, file_name=shown, media_type=media_type, headers=headers)
            else:
                text = Text.of(value or "")
                part = BodyPart(name=name, text=text, file_name=shown, media_type=media_type, headers=headers)
            yield part

    def path(self, name: str, *pointer: str | int) -> str:
        """A file's path as the snippet reads it: below the folder of the HAR."""
        folder = Path(self.source.path).parent
        bad = re.match(r"[/\\~]|[A-Za-z]:", name) or "\0" in name or ".." in re.split(r"[/\\]", name)
        if bad or not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise self.error(f"the file {name!r} is not below the folder of the HAR", *pointer)
        return PurePosixPath(name).as_posix()

    def error(self, message: str, *pointer: str | int) -> InputError:
        return InputError(message, place=self.source.place(self.pointer + escape_pointer(*pointer)))


def _pair(item: Mapping[str, Any]) -> Pair:
    value = item.get("value")
    return Pair(item["name"], None if value is None else Text.of(value))


def _added_query(items: Sequence[Mapping[str, Any]], url: str, address: Address) -> list[Pair]:
    """The pairs of `queryString` that the URL does not have already.

    Recorders list the URL's own pairs there, decoded or as they stand in the URL.
    """
    raw = url.partition("#")[0].partition("?")[2]
    own = Counter(_forms(pair) for pair in address.query)
    terms = (term.partition("=") for term in raw.split("&") if term)
    encoded = {(name, value) for name, _, value in terms}
    added: list[Pair] = []
    for item in items:
        key = (item["name"], item.get("value") or "")
        known = key if own[key] or key not in encoded else _decoded(key)
        if own[known]:
            own[known] -= 1
        else:
            added.append(_pair(item))
    return added


def _forms(pair: Pair) -> tuple[str, str]:
    return pair.name, (pair.value.literal or "") if pair.value else ""


def _decoded(key: tuple[str, str]) -> tuple[str, str]:
    name, value = (unquote(text.replace("+", " ")) for text in key)
    return name, value
