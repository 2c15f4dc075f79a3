"""What the options of one curl transfer ask for, collected; nothing is computed yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from snippetgen.errors import InputError, UnsupportedError
from snippetgen.importing.curlform import read_form
from snippetgen.importing.curloption import Option
from snippetgen.model import BodyPart

__all__ = ["Data", "Operation", "read_operations"]

# Harmless to the request, and yet something that whoever runs the snippet may miss.
_CONNECTING = frozenset({"cacert", "capath", "connect-to", "insecure", "interface", "proxy", "resolve"})


@dataclass(frozen=True, slots=True)
class Data:
    """One piece of `--data` and its kin: characters, or a file that is sent as it is or without line ends."""

    text: str = ""
    file: str | None = None
    option: str = "data"


@dataclass(slots=True)
class Operation:
    """What the options of one transfer ask for; `url` is set for each of its URLs."""

    url: str = ""
    upload: str | None = None
    urls: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    method: str | None = None
    head: bool = False
    get: bool = False
    glob: bool = True
    path_as_is: bool = False
    headers: list[str] = field(default_factory=list)
    data: list[Data] = field(default_factory=list)
    query: list[str] = field(default_factory=list)
    form: list[BodyPart] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    user: str | None = None
    bearer: str | None = None
    auth: Literal["basic", "digest", "negotiate", "ntlm", "anyauth"] = "basic"
    agent: str | None = None
    referer: str | None = None
    range: str | None = None
    json: bool = False
    notes: list[str] = field(default_factory=list)


def read_operations(options: Iterable[Option]) -> list[Operation]:
    """One operation for each URL, in order; `--next` starts anew."""
    current = Operation()
    finished: list[Operation] = []
    for option in options:
        if option.name == "next":
            finished += _each_url(current)
            current = Operation()
        elif option.kind == "other":
            raise UnsupportedError(f"curl's --{option.name}")
        elif option.kind == "request":
            _apply(current, option)
        elif option.name in _CONNECTING:
            current.notes.append(f"not in the snippet: curl's --{option.name}")
    return [*finished, *_each_url(current)]


def _each_url(operation: Operation) -> list[Operation]:
    if not operation.urls:
        raise InputError("the curl command has no URL")
    uploads = [*operation.uploads, *[None] * len(operation.urls)]
    return [
        replace(operation, url=url, upload=upload)
        for url, upload in zip(operation.urls, uploads, strict=False)
    ]


_LISTS = {"url": "urls", "upload-file": "uploads", "header": "headers", "url-query": "query"}
_VALUES = {"oauth2-bearer": "bearer", "range": "range", "request": "method", "user": "user"}
_VALUES |= {"user-agent": "agent"}


def _apply(operation: Operation, option: Option) -> None:
    name, value = option.name, option.value
    if name in _LISTS:
        getattr(operation, _LISTS[name]).append(value)
    elif name in _VALUES:
        setattr(operation, _VALUES[name], value)
    elif name in {"get", "head"}:
        setattr(operation, name, option.on)
    elif name == "path-as-is":
        operation.path_as_is = option.on
    elif name == "globoff":
        operation.glob = not option.on
    elif name in {"basic", "digest", "negotiate", "ntlm", "anyauth"}:
        if option.on:
            operation.auth = name  # type: ignore[assignment]  # the names of the literal
    elif name == "referer":
        operation.referer = value.removesuffix(";auto")
    elif name == "cookie":
        _apply_cookie(operation, value)
    elif name in {"form", "form-string"}:
        operation.form += read_form(value, literal=name == "form-string")
    elif name.startswith("data") or name == "json":
        operation.data.append(_data(name, value))
        operation.json |= name == "json"


def _apply_cookie(operation: Operation, value: str) -> None:
    if "=" in value:
        operation.cookies.append(value)
    else:
        operation.notes.append(f"not sent: the cookies of the file {value}")


def _data(option: str, value: str) -> Data:
    if option == "data-urlencode":
        return _data_urlencode(value)
    if option != "data-raw" and value.startswith("@"):
        return Data(file=value[1:], option=option)
    return Data(text=value, option=option)


def _data_urlencode(value: str) -> Data:
    """`content`, `=content` or `name=content`, of which only the content is encoded."""
    name, mark, content = value, "", ""
    for index, char in enumerate(value):
        if char in "=@":
            name, mark, content = value[:index], char, value[index + 1 :]
            break
    if mark == "@":
        raise UnsupportedError("curl's --data-urlencode with a file")
    encoded = quote(content if mark else value, safe="")
    return Data(text=f"{name}={encoded}" if mark and name else encoded, option="data-urlencode")
