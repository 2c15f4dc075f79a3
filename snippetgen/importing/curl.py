"""The curl commands of a script as requests, as curl itself would send them.

curl's own rules: https://curl.se/docs/manpage.html. Options that only say how curl connects or reports
are passed over; an option that changes the request in a way that no snippet expresses refuses the command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from snippetgen.errors import InputError, Place, SnippetgenError, UnsupportedError
from snippetgen.importing.address import Address, read_address, read_pairs, remove_dot_segments
from snippetgen.importing.content import base_name, essence, read_content
from snippetgen.importing.curloperation import Data, Operation, read_operations
from snippetgen.importing.curloption import read_options
from snippetgen.importing.recorded import Imported, LocalFiles, Recorded, Refused, complete
from snippetgen.importing.shell import Command, read_commands
from snippetgen.importing.variable import Variables
from snippetgen.model import Body, Encoded, Pair, Request, Text
from snippetgen.source import read_text

__all__ = ["load_curl", "read_curl"]

MAX_CHARACTERS = 4 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_CURL = re.compile(r"(?:^|[\s|;&(`])(?:[^\s|;&()]*/)?curl(?:\.exe)?(?=\s)")
_GLOB = re.compile(r"\{[^{}]*,[^{}]*\}|\[[0-9A-Za-z]+-[0-9A-Za-z]+(:[0-9]+)?\]")


def load_curl(path: str | Path) -> Imported:
    """The requests of a file with curl commands."""
    return read_curl(read_text(path), str(path), Path(path).stem)


def read_curl(script: str, file: str = "", name: str = "curl") -> Imported:
    """The requests of a script, one for each URL of each of its curl commands.

    A command that curl would not take is refused. Raises InputError where the script holds none at all.
    """
    if len(script) > MAX_CHARACTERS:
        raise InputError(f"the script has more than {MAX_CHARACTERS:,} characters", place=Place(file))
    variables, files = Variables(), LocalFiles()
    found: list[Recorded | Refused] = []
    for command in read_commands(script, variables):
        place = Place(file, command.line) if file else None
        found += _read_command(command, variables, place)
        found += _substituted(command, place)
    if not found:
        raise InputError("there is no curl command in the file", place=Place(file or "curl"))
    named = [
        replace(item, name=name if len(found) == 1 else f"{name}-{index}")
        for index, item in enumerate(found, 1)
    ]
    return Imported(
        requests=tuple(
            replace(item, request=files.request(item.request)) for item in named if isinstance(item, Recorded)
        ),
        refused=tuple(item for item in named if isinstance(item, Refused)),
    )


def _substituted(command: Command, place: Place | None) -> list[Refused]:
    """The curl commands inside the command substitutions of another command, none of which is run."""
    return [
        Refused(name="", reason="curl inside a command substitution", place=place)
        for script in command.substitutions
        for _ in _CURL.finditer(script)
    ]


def _read_command(command: Command, variables: Variables, place: Place | None) -> list[Recorded | Refused]:
    words = command.words[:]
    while words and re.match(r"[A-Za-z_][A-Za-z0-9_]*=", words[0]):
        del words[0]  # an assignment in front of the command
    if words[:1] == ["$"] or words[:1] == ["%"]:
        del words[0]  # a prompt that was copied with the command
    if not words or base_name(words[0]) not in {"curl", "curl.exe"}:
        return (
            [Refused(name="", reason=command.problem, place=place)]
            if command.problem and "curl" in words
            else []
        )
    if command.problem:
        return [Refused(name="", reason=command.problem, place=place)]
    try:
        operations = read_operations(read_options(words[1:]))
        return [_recorded(operation, command, variables, place) for operation in operations]
    except SnippetgenError as problem:
        return [Refused(name="", reason=problem.message, place=place)]


def _recorded(
    operation: Operation, command: Command, variables: Variables, place: Place | None
) -> Recorded | Refused:
    try:
        request, notes = _request(operation, command, variables)
    except SnippetgenError as problem:
        return Refused(name="", reason=problem.message, place=place)
    return Recorded(name="", request=request, notes=notes, place=place)


# The request


def _request(operation: Operation, command: Command, variables: Variables) -> tuple[Request, tuple[str, ...]]:
    _check_authentication(operation)
    address = _address(operation)
    headers, removed = _headers(operation, variables)
    body = None if operation.get else _body(operation, command, headers)
    query: list[Pair] = []
    if operation.get and operation.data:
        query += read_pairs(_joined(operation.data, command))
    for item in operation.query:
        query += _url_query(item)
    if body and body.kind != "multipart" and "content-type" in removed:
        body = replace(body, media_type=None)
    request, notes = complete(
        method=_method(operation, body), address=address, query=query, headers=headers, body=body
    )
    if request.body and "content-type" in removed and request.body.kind != "multipart":
        request = replace(request, body=replace(request.body, media_type=None))
    return variables.restore(request), (*operation.notes, *notes)


def _check_authentication(operation: Operation) -> None:
    if operation.auth != "basic" and operation.bearer is None:
        raise UnsupportedError(f"curl's --{operation.auth}")


def _method(operation: Operation, body: Body | None) -> str:
    if operation.method:
        return operation.method
    if operation.head:
        return "HEAD"
    if operation.upload is not None:
        return "PUT"
    return "GET" if operation.get or body is None else "POST"


def _address(operation: Operation) -> Address:
    if operation.glob and _GLOB.search(operation.url):
        raise UnsupportedError("curl's URL globbing", fix="write one command for each URL")
    address = read_address(operation.url, scheme="http")
    if not operation.path_as_is:
        address = replace(address, path=remove_dot_segments(address.path))
    if operation.upload in {None, "-", "."} or not address.path.endswith("/"):
        return address
    return replace(address, path=address.path + quote(base_name(operation.upload or ""), safe=""))


def _url_query(value: str) -> Sequence[Pair]:
    """`--url-query`: like `--data-urlencode`, and `+` for what is encoded already."""
    if value.startswith("+"):
        return read_pairs(value[1:])
    name, mark, content = value.partition("=")
    if "@" in name:
        raise UnsupportedError("curl's --url-query with a file")
    if not mark:
        return (Pair(value, None),)
    return (Pair(name, Text.of(content)) if name else Pair(content, None),)


def _headers(operation: Operation, variables: Variables) -> tuple[list[Pair], set[str]]:
    """The headers in order, and the names of those that curl is told to leave out."""
    pairs: list[Pair] = []
    removed: set[str] = set()
    for line in operation.headers:
        if line.startswith("@"):
            raise UnsupportedError("curl's --header with a file")
        name, colon, value = line.partition(":")
        if colon and value.strip(" \t\r\n"):
            pairs.append(Pair(name.strip(), Text.of(value.strip(" \t\r\n"))))
        elif colon:
            removed.add(name.strip().lower())
        elif line.rstrip().endswith(";"):
            pairs.append(Pair(line.rstrip()[:-1], Text()))
    given = {pair.name.lower() for pair in pairs} | removed
    pairs += [pair for pair in _implied(operation, variables) if pair.name.lower() not in given]
    return pairs, removed


def _implied(operation: Operation, variables: Variables) -> Iterable[Pair]:
    """The headers that stand for options of their own."""
    if operation.bearer is not None:
        yield Pair("Authorization", Text.of(f"Bearer {operation.bearer}"))
    elif operation.user is not None:
        user = operation.user if ":" in operation.user else f"{operation.user}:{variables.hide('password')}"
        text = variables.text(user)
        secret = Text.of(_base64(user)) if text.literal is not None else Text.of(Encoded("base64", text))
        yield Pair("Authorization", Text.of("Basic ") + secret)
    if operation.agent:
        yield Pair("User-Agent", Text.of(operation.agent))
    if operation.referer:
        yield Pair("Referer", Text.of(operation.referer))
    if operation.range:
        yield Pair("Range", Text.of(f"bytes={operation.range}{'' if '-' in operation.range else '-'}"))
    if operation.json:
        yield Pair("Content-Type", Text.of("application/json"))
        yield Pair("Accept", Text.of("application/json"))
    if operation.cookies:
        yield Pair("Cookie", Text.of("; ".join(operation.cookies)))


def _base64(text: str) -> str:
    import base64

    return base64.b64encode(text.encode()).decode()


# The body


def _body(operation: Operation, command: Command, headers: Sequence[Pair]) -> Body | None:
    declared = next((p.value.literal for p in headers if p.name.lower() == "content-type" and p.value), None)
    if operation.data:
        media_type = declared or _FORM
        if len(operation.data) == 1 and operation.data[0].file is not None:
            return _file_body(operation.data[0], command, media_type, operation)
        return read_content(_joined(operation.data, command), media_type)
    if operation.form:
        if declared and essence(declared) != "multipart/form-data":
            raise UnsupportedError(f"multipart content of the media type {essence(declared)}")
        return Body(kind="multipart", parts=tuple(operation.form))
    if operation.upload is not None:
        return _file_body(Data(file=operation.upload, option="upload-file"), command, declared, operation)
    return None


def _file_body(data: Data, command: Command, media_type: str | None, operation: Operation) -> Body:
    name = data.file or ""
    if name in {"-", "."}:
        if command.input_text is not None:
            text = command.input_text
            text = re.sub("[\r\n\0]", "", text) if data.option in {"data", "data-ascii"} else text
            return read_content(text, media_type)
        if command.input_file is None:
            raise UnsupportedError("a body that is read from standard input")
        name = command.input_file
    if data.option in {"data", "data-ascii"}:
        operation.notes.append(f"the file {name} is sent as it is; curl would leave out its line breaks")
    return Body(kind="file", media_type=media_type, file=name)


def _joined(data: Sequence[Data], command: Command) -> str:
    """The pieces in one: those of `--json` follow each other, all others are joined by `&`."""
    text = ""
    for index, item in enumerate(data):
        piece = item.text
        if item.file is not None:
            if item.file != "-" or command.input_text is None:
                raise UnsupportedError("data that joins a file with other data")
            piece = command.input_text
        text += ("&" if index and item.option != "json" else "") + piece
    return text
