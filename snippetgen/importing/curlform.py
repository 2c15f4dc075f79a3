"""One value of curl's `--form` as parts: `name=content`, `name=@file` or `name=<file`, with its `;type=`."""

from __future__ import annotations

import re

from snippetgen.errors import InputError, UnsupportedError
from snippetgen.importing.content import base_name
from snippetgen.model import BodyPart, Text

__all__ = ["read_form"]

_PARAMETER = re.compile(r'\s*(type|filename|headers|encoder)=("(?:[^"\\]|\\.)*"|[^;]*)', re.IGNORECASE)
# What curl itself knows; everything else is application/octet-stream.
_TYPES = {
    ".gif": "image/gif",
    ".htm": "text/html",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
}
_TYPES |= {".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".txt": "text/plain"}
_TYPES |= {".xml": "application/xml"}


def read_form(value: str, *, literal: bool) -> list[BodyPart]:
    """The parts that a `--form` or, `literal`, a `--form-string` adds."""
    name, equals, content = value.partition("=")
    if not equals:
        raise InputError(f"curl's --form lacks a '=': {value[:80]!r}")
    if literal:
        return [BodyPart(name=name, text=Text.of(content))]
    kind = content[:1] if content[:1] in {"@", "<"} else ""
    word, options = _split(content[len(kind) :])
    media_type = options.get("type")
    if "encoder" in options:
        raise UnsupportedError("curl's --form with ;encoder=")
    headers = _headers(options.get("headers"))
    if not kind:
        text = Text.of(word)
        return [
            BodyPart(
                name=name,
                text=text,
                file_name=options.get("filename"),
                media_type=media_type,
                headers=headers,
            )
        ]
    if word == "-" or (kind == "@" and "," in word):
        raise UnsupportedError("curl's --form with several files in one part, or with standard input")
    shown = options.get("filename", base_name(word) if kind == "@" else None)
    guessed = media_type or (_TYPES.get(_suffix(word), "application/octet-stream") if kind == "@" else None)
    return [BodyPart(name=name, file=word, file_name=shown, media_type=guessed, headers=headers)]


def _suffix(name: str) -> str:
    return "." + base_name(name).lower().rpartition(".")[2]


def _split(content: str) -> tuple[str, dict[str, str]]:
    """The word, which may stand in double quotes, and the parameters behind it."""
    quoted = re.match(r'"((?:[^"\\]|\\.)*)"\s*(?=;|$)', content)
    if quoted:
        word, rest = _unquote(quoted[0].strip()), content[quoted.end() :]
    else:
        match = re.search(r";\s*(?=(?:type|filename|headers|encoder)=)", content, re.IGNORECASE)
        word, rest = (content[: match.start()], content[match.start() :]) if match else (content, "")
    options: dict[str, str] = {}
    while rest.startswith(";"):
        match = _PARAMETER.match(rest, 1)
        if match is None:
            break
        key, given = match[1].lower(), match[2]
        rest = rest[match.end() :]
        if key == "type" and not given.startswith('"'):
            # a media type's own parameters belong to it
            while extra := re.match(r";\s*(?!(?:type|filename|headers|encoder)=)[^;]+", rest):
                given, rest = given + extra[0], rest[extra.end() :]
        options[key] = _unquote(given.strip())
    return word, options


def _unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r'\\([\\"])', r"\1", text[1:-1])
    return text


def _headers(line: str | None) -> tuple[tuple[str, str], ...]:
    if line is None:
        return ()
    if line.startswith(("@", "<")):
        raise UnsupportedError("curl's --form with headers from a file")
    name, _, value = line.partition(":")
    return ((name.strip(), value.strip()),)
