"""One request of a Postman collection, as Postman itself would send it."""

from __future__ import annotations

import base64
import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from snippetgen.errors import InputError, UnsupportedError
from snippetgen.importing.address import read_address, read_pairs
from snippetgen.importing.content import base_name, read_content
from snippetgen.importing.postmanscope import Scope, as_text, enabled
from snippetgen.importing.recorded import complete
from snippetgen.importing.variable import Variables
from snippetgen.model import Body, BodyPart, Encoded, Pair, Request, Text

__all__ = ["read_request"]

_VARIABLE = re.compile(r"\{\{([^{}]+)\}\}")
_LANGUAGES = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "text": "text/plain",
    "javascript": "application/javascript",
}
# Postman leaves the body of these out, unless `disableBodyPruning` is set.
_BODILESS = frozenset({"GET", "HEAD", "COPY", "PURGE", "UNLOCK"})


def read_request(data: Mapping[str, Any], scope: Scope) -> tuple[Request, tuple[str, ...], frozenset[str]]:
    """The request, notes on what of it is not sent, and the names that it declares to be secrets."""
    reader = _Reader(scope, data)
    return *reader.read(), frozenset(reader.secrets)


class _Reader:
    """One request of a collection in its scope."""

    def __init__(self, scope: Scope, data: Mapping[str, Any]) -> None:
        self.scope = scope
        self.data = data
        self.variables = Variables()
        self.secrets: set[str] = set()
        self.notes: list[str] = ["the pre-request script is not run"] if scope.scripted else []

    def read(self) -> tuple[Request, tuple[str, ...]]:
        """The request, and notes on what is not sent."""
        method = self.fill(self.data.get("method") or "GET").upper()
        headers = self.headers()
        authentication = list(self.authentication(self.data.get("auth") or self.scope.auth))
        given = {pair.name.lower() for pair in headers}
        headers += [
            pair for place, pair in authentication if place == "header" and pair.name.lower() not in given
        ]
        address = read_address(self.url(), scheme="http")
        request, notes = complete(
            method=method,
            address=replace(address, query=()),
            query=[*self.query(address.query), *(pair for place, pair in authentication if place == "query")],
            headers=headers,
            body=self.body(method),
        )
        return self.variables.restore(request), (*self.notes, *notes)

    def fill(self, text: Any, depth: int = 0) -> str:
        """The text with the values of its variables, and marks where they have none."""

        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("$"):
                raise UnsupportedError(f"Postman's dynamic variable {name}")
            if name in self.scope.values and depth < 20:
                return self.fill(self.scope.values[name], depth + 1)
            return self.variables.hide(name)

        return _VARIABLE.sub(value, as_text(text))

    # The URL

    def url(self) -> str:
        url = self.data.get("url") or ""
        if isinstance(url, str):
            return self.fill(url)
        if not url.get("host"):
            return self.fill(url.get("raw"))
        host = url["host"] if isinstance(url["host"], str) else ".".join(map(as_text, url["host"]))
        port = f":{url['port']}" if url.get("port") else ""
        scheme = f"{url['protocol']}://" if url.get("protocol") else ""
        return self.fill(f"{scheme}{host}{port}") + self.path(url)

    def path(self, url: Mapping[str, Any]) -> str:
        """The path with the values of its `:name` segments."""
        path = url.get("path") or []
        segments = path.lstrip("/").split("/") if isinstance(path, str) else path
        values = {
            name: self.fill(item.get("value")) for name, item in enabled(url.get("variable"), "key", "id")
        }
        shown = []
        for item in segments:
            segment = self.fill(item.get("value") if isinstance(item, dict) else item)
            value = values.get(segment[1:]) if segment.startswith(":") else None
            shown.append(segment if value is None else quote(value, safe=""))
        # What would end the path is part of it here.
        return "/" + "/".join(shown).replace("?", "%3F").replace("#", "%23") if shown else ""

    def query(self, own: Sequence[Pair]) -> list[Pair]:
        """The pairs, which are encoded already where they need to be."""
        url = self.data.get("url")
        if not isinstance(url, dict) or not isinstance(url.get("query"), list):
            return list(own)
        pairs: list[Pair] = []
        for item in url["query"]:
            if item.get("disabled") or (item.get("key") is None and item.get("value") is None):
                continue
            term = self.fill(item.get("key")).replace("&", "%26").replace("=", "%3D")
            if item.get("value") is not None:
                term += "=" + self.fill(item["value"]).replace("&", "%26")
            pairs += read_pairs(term)
        return pairs

    # Headers and authentication

    def headers(self) -> list[Pair]:
        given = self.data.get("header") or ()
        if isinstance(given, str):
            lines = (line.partition(":") for line in given.splitlines() if line.strip())
            return [Pair(name.strip(), Text.of(self.fill(value.strip()))) for name, _, value in lines]
        named = enabled(given, "key")
        return [
            Pair(self.fill(key).strip(), Text.of(self.fill(item.get("value")))) for key, item in named if key
        ]

    def authentication(self, auth: Mapping[str, Any] | None) -> Iterator[tuple[str, Pair]]:
        """The headers and query pairs that an `auth` stands for."""
        kind = (auth or {}).get("type") or "noauth"
        if auth is None or kind == "noauth":
            return
        facts = _facts(kind, auth.get(kind))
        if kind == "basic":
            text = self.variables.text(
                f"{self.fill(facts.get('username'))}:{self.fill(facts.get('password'))}"
            )
            literal = text.literal
            secret = Text.of(
                Encoded("base64", text) if literal is None else base64.b64encode(literal.encode()).decode()
            )
            yield "header", Pair("Authorization", Text.of("Basic ") + secret)
        elif kind == "bearer":
            yield "header", Pair("Authorization", Text.of(f"Bearer {self.fill(facts.get('token'))}"))
        elif kind == "apikey":
            place = "query" if facts.get("in") == "query" else "header"
            name = self.fill(facts.get("key"))
            self.secrets.add(name)
            yield place, Pair(name, Text.of(self.fill(facts.get("value"))))
        elif kind == "oauth2":
            token = (
                self.fill(facts["accessToken"])
                if facts.get("accessToken")
                else self.variables.hide("access_token")
            )
            if facts.get("addTokenTo") == "queryParams":
                yield "query", Pair("access_token", Text.of(token))
            else:
                prefix = as_text(facts.get("headerPrefix", "Bearer")).strip()
                yield "header", Pair("Authorization", Text.of(f"{prefix} {token}".strip()))
        else:
            raise UnsupportedError(f"Postman's authentication {kind!r}")

    # The body

    def body(self, method: str) -> Body | None:
        body = self.data.get("body") or {}
        mode = body.get("mode")
        if not mode or body.get("disabled") or (mode not in body and mode != "file"):
            return None
        read = {
            "raw": self.raw,
            "urlencoded": self.urlencoded,
            "formdata": self.formdata,
            "graphql": self.graphql,
            "file": self.file,
        }
        if mode not in read:
            raise UnsupportedError(f"Postman's body of the mode {mode!r}")
        content = read[mode](body.get(mode), body, self.media_type())
        if content and method in _BODILESS and not self.scope.keeps_body:
            self.notes.append(f"not sent: the body, which Postman leaves out of {method}")
            return None
        return content

    def media_type(self) -> str | None:
        """The Content-Type header, which says how the body is to be read."""
        return next(
            (p.value.literal for p in self.headers() if p.name.lower() == "content-type" and p.value), None
        )

    def raw(self, text: Any, body: Mapping[str, Any], declared: str | None) -> Body | None:
        language = ((body.get("options") or {}).get("raw") or {}).get("language", "text")
        filled = self.fill(text)
        return read_content(filled, declared or _LANGUAGES.get(language, "text/plain")) if filled else None

    def urlencoded(self, items: Any, _body: Mapping[str, Any], declared: str | None) -> Body | None:
        media_type = declared or "application/x-www-form-urlencoded"
        if isinstance(items, str):
            return read_content(self.fill(items), media_type) if items else None
        named = enabled(items, "key")
        pairs = tuple(Pair(self.fill(key), Text.of(self.fill(item.get("value")))) for key, item in named)
        return Body(kind="form", media_type=media_type, pairs=pairs) if pairs else None

    def formdata(self, items: Any, _body: Mapping[str, Any], _declared: str | None) -> Body | None:
        if isinstance(items, str) and items:  # an empty text is an empty form
            raise UnsupportedError("Postman's body of the mode 'formdata' that is no list")
        parts = tuple(part for key, item in enabled(items, "key") for part in self.parts(key, item))
        return Body(kind="multipart", parts=parts) if parts else None

    def parts(self, key: str, item: Mapping[str, Any]) -> Iterator[BodyPart]:
        name, given = self.fill(key), item.get("contentType") or None
        if item.get("type") != "file":
            yield BodyPart(name=name, text=Text.of(self.fill(item.get("value"))), media_type=given)
            return
        sources = item.get("src")
        for path in sources if isinstance(sources, list) and sources else [sources]:
            file = self.named_file(path)
            shown = as_text(item.get("fileName")) or base_name(file)
            media_type = given or mimetypes.guess_type(file)[0] or "application/octet-stream"
            yield BodyPart(name=name, file=file, file_name=shown, media_type=media_type)

    def graphql(self, data: Any, _body: Mapping[str, Any], declared: str | None) -> Body | None:
        data = data if isinstance(data, dict) else {}
        try:
            variables = json.loads(self.fill(data.get("variables")) or "{}")
        except ValueError as problem:
            raise InputError(f"the GraphQL variables are not JSON: {problem}") from problem
        query: dict[str, Any] = {"query": self.fill(data.get("query"))}
        query |= {"operationName": data["operationName"]} if data.get("operationName") else {}
        text = json.dumps({**query, "variables": variables}, ensure_ascii=False)
        return read_content(text, declared or "application/json")

    def file(self, data: Any, _body: Mapping[str, Any], declared: str | None) -> Body | None:
        data = data if isinstance(data, dict) else {"src": data}
        if data.get("content"):
            return read_content(self.fill(data["content"]), declared or "text/plain")
        return Body(kind="file", media_type=declared or "text/plain", file=self.named_file(data.get("src")))

    def named_file(self, path: Any) -> str:
        """The path of a file; a collection that was shared often names no file."""
        if isinstance(path, str) and path:
            return self.fill(path)
        self.notes.append("the collection names no file; the snippet reads one that is called file")
        return "file"


def _facts(kind: str, values: Any) -> Mapping[str, Any]:
    """The settings of an `auth`: a list of keys and values in v2.1, an object in v2.0."""
    if not values or isinstance(values, dict):
        return values or {}
    if not isinstance(values, list) or not all(isinstance(item, dict) for item in values):
        raise UnsupportedError(f"Postman's authentication {kind!r} with settings that are no list of objects")
    return {item["key"]: item.get("value") for item in values if "key" in item}
