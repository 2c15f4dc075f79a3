"""A bundle: a document of several files as one value.

Each file that a `$ref` names is read once and stands whole under `x-snippetgen-files`, by its path below
the document's folder or by its URL; references to it become references into that place. Nothing is inlined,
so circles between files are lawful. What leaves the folder is not read, and nothing is fetched but from
hosts that are allowed. The references of a remote file are relative to its URL and lead to no local file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

from snippetgen.errors import DocumentError, RemoteError
from snippetgen.openapi.remote import Remote, is_remote
from snippetgen.source import Source, escape_pointer, load, split_pointer

__all__ = ["Bundle", "bundle"]

_FILES = "x-snippetgen-files"
MAX_FETCHED = 100  # files from the network; a server could refer to ever new ones
_MAYBE_ELSEWHERE = re.compile(r"""\$ref["']?\s*:\s*["']?[^#"'\s]""")
_IDENTIFIER = re.compile(r"""\$id["']?\s*:\s*["']?([^"'\s,}]+)""")
# Whose keys are names that the author chose, so that an `example` among them is no example.
_NAMED = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas", "paths"}
    | {"responses", "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links"}
    | {"callbacks", "pathItems", "webhooks", "content", "encoding", "mediaTypes"}
)
_PAYLOAD = frozenset({"example", "default", "enum", "const", "value", "dataValue", "mapping"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A document with the files that it refers to; `refused` says why a `$ref` is not followed."""

    data: Any
    files: Mapping[str, Source]
    refused: Mapping[str, str]

    @property
    def fetched(self) -> tuple[str, ...]:
        """The URLs of the files that were fetched."""
        return tuple(filter(is_remote, self.files))

    def locate(self, source: Source, pointer: str) -> tuple[Source, str]:
        """The file in which the value at a pointer of the bundle stands, and its pointer there."""
        head, *rest = split_pointer(pointer)[:2] or ("",)
        if head != _FILES or not rest or rest[0] not in self.files:
            return source, pointer
        return self.files[rest[0]], escape_pointer(*split_pointer(pointer)[2:])

    def told(self, text: str) -> str:
        """A text about the bundle as people know it: `file#/pointer` for what stands in another file."""
        if _FILES in text:
            for name in sorted(self.files, key=len, reverse=True):
                place = escape_pointer(_FILES, name)
                for spelled in ("#" + quote(place, safe="/~"), f"#{place}", place):
                    text = text.replace(spelled, f"{name}#")
        return text


def bundle(source: Source, data: Any, remote: Remote) -> Bundle:
    """The bundle of a document; `data` is its value after overlays, `remote` says what may be fetched."""
    if not _MAYBE_ELSEWHERE.search(source.text) and data is source.data:
        return Bundle(data=data, files={}, refused={})
    bundler = _Bundler(source, data, remote)
    value = bundler.rewrite(data, "", named=False)
    if bundler.values:
        value = {**value, _FILES: bundler.values}
    return Bundle(data=value, files=bundler.files, refused=bundler.refused)


class _Bundler:
    """One bundling; a file is known by its path below the folder or its URL, the document itself by ""."""

    def __init__(self, source: Source, data: Any, remote: Remote) -> None:
        self.source = source
        self.data = data
        self.remote = remote
        self.folder = Path(source.path).parent.resolve()
        self.files: dict[str, Source] = {}
        self.values: dict[str, Any] = {}
        self.refused: dict[str, str] = {}
        self.identifiers = set(_IDENTIFIER.findall(source.text))
        own = data.get("$self") if str(data.get("openapi")).startswith("3.2") else ""
        self.own = own.partition("#")[0] if isinstance(own, str) else ""

    def rewrite(self, node: Any, file: str, *, named: bool) -> Any:
        """The node of a file with its references turned to the places of the bundle."""
        if isinstance(node, list):
            return [self.rewrite(item, file, named=False) for item in node]
        if not isinstance(node, dict):
            return node
        if not named and "$id" in node:
            return node  # its references are relative to that URI, and no longer to the file
        return {key: self.member(key, value, file, named=named) for key, value in node.items()}

    def member(self, key: str, value: Any, file: str, *, named: bool) -> Any:
        if named:
            return self.rewrite(value, file, named=False)
        if key == "$ref" and isinstance(value, str):
            return self.reference(value, file)
        if key in _PAYLOAD or key.startswith("x-"):
            return value
        return self.rewrite(value, file, named=key in _NAMED and isinstance(value, dict))

    def reference(self, ref: str, file: str) -> str:
        address, _, fragment = ref.partition("#")
        if address in self.identifiers:
            return ref
        if self.is_own(address, file):
            return _into("", fragment)
        if not address:
            return ref if not file or (fragment and not fragment.startswith("/")) else _into(file, fragment)
        try:
            target = self.read(address, file)
        except RemoteError as problem:
            if problem.pointer:  # it was told of a reference in the file that this one leads to
                raise
            raise self.broken(ref, file, problem) from problem
        except DocumentError as problem:
            self.refused[ref] = str(problem)
            return ref
        return _into(target, fragment)

    def is_own(self, address: str, file: str) -> bool:
        """Whether an address is the document's own, by its `$self` (OpenAPI 3.2 section 4.1.1)."""
        if not self.own or not address:
            return False
        return address == self.own or (not file and urljoin(self.own, address) == self.own)

    def read(self, address: str, file: str) -> str:
        """The name of the file at an address, which is read once; a DocumentError where it must not be."""
        if is_remote(file) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//", address):
            return self.fetch(address, file)
        target = self.target(unquote(address), file)
        if not target.is_relative_to(self.folder):
            raise DocumentError("it leaves the folder of the document")
        if target == Path(self.source.path).resolve():
            return ""
        name = target.relative_to(self.folder).as_posix()
        if name not in self.files:
            self.add(name, load(Path(self.source.path).parent / name, DocumentError))
        return name

    def fetch(self, address: str, file: str) -> str:
        """The name of the file at an address on the network, which is fetched once."""
        name = self.remote.url(address, self.files[file].path if is_remote(file) else "")
        if name not in self.files:
            if sum(map(is_remote, self.files)) == MAX_FETCHED:
                raise RemoteError(f"it would be the file after {MAX_FETCHED} that were fetched")
            self.add(name, self.remote.fetch(name))
        return name

    def add(self, name: str, source: Source) -> None:
        """Take a file in, with all that it refers to."""
        self.files[name] = source
        self.identifiers |= set(_IDENTIFIER.findall(source.text))
        self.values[name] = self.rewrite(source.data, name, named=False)

    def broken(self, ref: str, file: str, problem: RemoteError) -> DocumentError:
        """The error that says where a reference stands whose file cannot be had."""
        source, data = (self.files[file], self.files[file].data) if file else (self.source, self.data)
        pointer = next(_places(data, ref), "")
        why = f"{problem.place}: {problem.message}" if problem.place else problem.message
        place = source.place(pointer)
        error = RemoteError(
            f"{pointer}: the reference {ref!r} leads nowhere: {why}", fix=problem.fix, place=place
        )
        error.pointer = pointer
        return error

    def target(self, path: str, file: str) -> Path:
        """The file that a path leads to from another file, links followed."""
        try:
            target = ((self.folder / file).parent if file else self.folder).joinpath(path).resolve()
            if target.is_file() or not target.is_relative_to(self.folder):
                return target
        except (OSError, RuntimeError, ValueError):  # a name that is too long, a circle of links, a null byte
            pass
        raise DocumentError("there is no such file")


def _places(node: Any, ref: str, pointer: str = "") -> Iterator[str]:
    """The pointers of the `$ref` keywords that say this."""
    if isinstance(node, dict) and node.get("$ref") == ref:
        yield f"{pointer}/$ref"
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(inner, dict | list):
            yield from _places(inner, ref, pointer + escape_pointer(key))


def _into(file: str, fragment: str) -> str:
    """The reference to a fragment of a file, as a reference within the bundle."""
    place = quote(escape_pointer(_FILES, file), safe="/~") if file else ""
    return f"#{place}{fragment}"
