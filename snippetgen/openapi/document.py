"""A `Document` is an OpenAPI 3.0, 3.1 or 3.2 document as it stands after its overlays.

The file is never changed; what it lacks is added by Overlays, each action with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from snippetgen.errors import DocumentError, Place
from snippetgen.finding import Finding
from snippetgen.openapi.bundle import Bundle, bundle
from snippetgen.openapi.identifier import absolute, base_uri, identifiers
from snippetgen.openapi.operation import Operation, RequestBody, Response
from snippetgen.openapi.overlay import Overlay, apply_overlay, load_overlay
from snippetgen.openapi.parameter import Parameter
from snippetgen.openapi.remote import NOWHERE, Remote, is_remote
from snippetgen.openapi.structure import METHODS, Fault, prune
from snippetgen.source import Source, escape_pointer, load, resolve_pointer, split_pointer

__all__ = [
    "METHODS",
    "Document",
    "Operation",
    "Parameter",
    "RequestBody",
    "Response",
    "document_of",
    "load_document",
    "nearest",
]

MAX_REFERENCES = 64  # a chain of references longer than this is taken for a cycle
_NAMES = ("$id", "$anchor", "$dynamicAnchor")  # keywords by which a schema is referred to
_ELSEWHERE = "put the file into the document's folder and refer to it there"
_REMOTE = f"{_ELSEWHERE}, or allow its host with --allow-remote HOST"


@dataclass(frozen=True, eq=False, kw_only=True)
class Document:
    """An OpenAPI document: its file, its value after overlays and with other files, and those overlays.

    `pruned` are the parts of the file that are left out of the value, since they cannot be understood.
    """

    source: Source
    data: dict[str, Any] = field(repr=False)
    overlays: tuple[Overlay, ...] = ()
    bundle: Bundle = field(default=Bundle(data=None, files={}, refused={}), repr=False)
    pruned: tuple[Fault, ...] = field(default=(), repr=False)

    @property
    def version(self) -> str:
        """The `openapi` field, for instance 3.1.0."""
        return str(self.data["openapi"])

    @property
    def title(self) -> str:
        """The API's name."""
        return str(self.data.get("info", {}).get("title", ""))

    def place(self, pointer: str = "") -> Place:
        """Where a pointer stands in the file; what an overlay added shows its nearest ancestor."""
        source, inner = self.bundle.locate(self.source, pointer)
        return source.place(inner)

    def error(self, message: str, pointer: str = "", *, fix: str | None = None) -> DocumentError:
        """The error that says this about the value at a pointer."""
        problem = DocumentError(self.bundle.told(message), fix=fix, place=self.place(pointer))
        problem.pointer = pointer
        return problem

    def placed(self, finding: Finding) -> Finding:
        """The finding with its place; what stands in another file has the pointer that leads to it there."""
        source, inner = self.bundle.locate(self.source, finding.pointer or "")
        place, message = finding.place or source.place(inner), self.bundle.told(finding.message)
        return replace(finding, place=place, message=message, pointer=finding.pointer and inner)

    def operations(self) -> tuple[Operation, ...]:
        """Every operation that can be used, in document order."""
        return self._read[0]

    @cached_property
    def _routes(self) -> dict[tuple[str, int], list[Operation]]:
        found: dict[tuple[str, int], list[Operation]] = {}
        for operation in self.operations():
            found.setdefault((operation.method, operation.template.count("/")), []).append(operation)
        return found

    def routes(self, method: str, slashes: int) -> Sequence[Operation]:
        """The operations of a method whose template has that many slashes, in document order."""
        return self._routes.get((method, slashes), ())

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every part that cannot be used, and why."""
        return self.pruned + self._read[1]

    @property
    def lost_operations(self) -> tuple[Fault, ...]:
        """Why an operation, or a whole path, cannot be used."""
        pruned = (fault for fault in self.pruned if fault.lost.startswith("/paths/"))
        return (*pruned, *self._read[1])

    @cached_property
    def _read(self) -> tuple[tuple[Operation, ...], tuple[Fault, ...]]:
        good: list[Operation] = []
        bad: list[Fault] = []
        for path, node in self.data.get("paths", {}).items():
            if path.startswith("x-"):
                continue
            place = escape_pointer("paths", path)
            try:
                operations = [*self._read_item(path, *self.follow(node, place))]
            except DocumentError as problem:
                bad.append(Fault(problem.pointer or place, problem.message, place))
                continue
            for operation in operations:
                try:
                    operation.check()
                    good.append(operation)
                except DocumentError as problem:
                    bad.append(
                        Fault(problem.pointer or operation.pointer, problem.message, operation.pointer)
                    )
        return tuple(good), tuple(bad)

    def _read_item(self, path: str, item: Any, pointer: str) -> Iterator[Operation]:
        if not isinstance(item, dict):
            raise self.error(f"the path {path} is not an object", pointer)
        for method, data, place in _methods(item, pointer):
            if not isinstance(data, dict):
                raise self.error(f"{method.upper()} {path} is not an object", place)
            yield Operation(
                method=method,
                path=path,
                pointer=place,
                data=data,
                item=item,
                item_pointer=pointer,
                document=self,
            )

    def operation(self, name: str) -> Operation:
        """The operation of that `METHOD /path` or operationId; a DocumentError names the nearest ones."""
        method, _, path = name.strip().partition(" ")
        wanted = f"{method.upper()} {path.strip()}" if path else name.strip()
        known: dict[str, Operation] = {}
        for operation in self.operations():
            known.setdefault(str(operation), operation)
            if operation.id:
                known.setdefault(operation.id, operation)
        if wanted in known:
            return known[wanted]
        lost = self._operation_pointer(path.strip(), method.lower()) + "/"
        for fault in self.faults:
            if path and lost.startswith(fault.lost + "/"):
                raise self.error(f"{name} cannot be used: {fault.message}", fault.pointer)
        raise self.error(f"there is no operation {name!r}", "/paths", fix=nearest(wanted, known))

    def _operation_pointer(self, path: str, method: str) -> str:
        """Where an operation stands, or would; the item of its path may be in another file."""
        pointer = escape_pointer("paths", path)
        with suppress(DocumentError):
            _, pointer = self.follow(self.data.get("paths", {}).get(path), pointer)
        return pointer + escape_pointer(method)

    @cached_property
    def security_schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """The security schemes by name, references followed; one that leads nowhere is not declared."""
        declared = self.data.get("components", {}).get("securitySchemes", {})
        found: dict[str, Mapping[str, Any]] = {}
        for name, node in declared.items():
            with suppress(DocumentError):
                found[name] = self.resolve(node)
        return {name: scheme for name, scheme in found.items() if isinstance(scheme, dict)}

    def scheme_name(self, said: str) -> str:
        """The security scheme that a requirement means: by name, or from 3.2 on by URI, where it is known."""
        if said in self.security_schemes or self.version.startswith(("3.0", "3.1")):
            return said
        try:
            place = split_pointer(self.reference(said))
        except DocumentError:
            return said
        return place[2] if place[:2] == ("components", "securitySchemes") and len(place) == 3 else said

    def resolve(self, node: Any) -> Any:
        """What a `$ref` string, or a node that is a Reference Object, stands for; any other node itself."""
        return self.follow({"$ref": node} if isinstance(node, str) else node, "")[0]

    def follow(self, node: Any, pointer: str) -> tuple[Any, str]:
        """The node that a reference leads to and its pointer; a node that is no reference stays.

        A Reference Object's own summary and description win from 3.1 on; 3.0 ignores them.
        """
        override: dict[str, Any] = {}
        for _ in range(MAX_REFERENCES):
            if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
                return ({**node, **override} if override and isinstance(node, dict) else node), pointer
            if not self.version.startswith("3.0"):
                override = {k: node[k] for k in ("summary", "description") if k in node} | override
            pointer = self.reference(node["$ref"], pointer, base=str(node.get("$id", "")))
            node = resolve_pointer(self.data, pointer)
        raise self.error(f"the reference {node['$ref']!r} leads back to itself", pointer)

    def reference(self, ref: str, pointer: str = "", *, base: str = "") -> str:
        """The pointer that a `$ref` at `pointer` leads to; a DocumentError where it leads nowhere.

        `base` is the `$id` beside it, where its pointer is not known.
        """
        address, _, fragment = ref.partition("#")
        base = (base_uri(self.data, pointer) or base) if self._identifiers else ""
        anchor = fragment and not fragment.startswith("/")
        if (address or base or anchor) and (found := self._identified(absolute(ref, base))) is not None:
            return found
        if address:
            raise self._elsewhere(ref, pointer, base)
        target = unquote(fragment)
        if not self.has(target):
            fix = self._nearest_sibling(target) if target.startswith("/") else None
            raise self.error(f"the reference {ref!r} leads nowhere", pointer, fix=fix)
        return target

    def _elsewhere(self, ref: str, pointer: str, base: str) -> DocumentError:
        """The error for a reference into another schema or file that leads nowhere."""
        if absolute(ref, base).partition("#")[0] in self._identifiers:
            return self.error(f"the reference {ref!r} leads nowhere", pointer)
        reason = self.bundle.refused.get(ref, "there is no schema with that `$id`")
        message = f"the reference {ref!r} leads to another file: {reason}"
        return self.error(message, pointer, fix=_REMOTE if is_remote(ref) else _ELSEWHERE)

    @cached_property
    def _identifiers(self) -> dict[str, str]:
        """The pointers of the schemas that have an `$id` or an anchor, by URI; 3.0 knows neither."""
        texts = (source.text for source in (self.source, *self.bundle.files.values()))
        may = not self.version.startswith("3.0") and (
            self.overlays or any(name in text for text in texts for name in _NAMES)
        )
        return identifiers(self.data) if may else {}

    @property
    def has_identifiers(self) -> bool:
        """Whether some schema has an `$id`, so that references may be relative to it."""
        return bool(self._identifiers)

    def _identified(self, uri: str) -> str | None:
        """The pointer of what an absolute URI names by the `$id` of a schema, or None."""
        address, _, fragment = uri.partition("#")
        if fragment and not fragment.startswith("/"):
            return self._identifiers.get(uri)
        whole = self._identifiers.get(address)
        found = None if whole is None else whole + unquote(fragment)
        return found if found is not None and self.has(found) else None

    def has(self, pointer: str) -> bool:
        """Whether a pointer leads somewhere; an anchor is no pointer."""
        try:
            resolve_pointer(self.data, pointer)
        except KeyError:
            return False
        return pointer[:1] in {"", "/"}

    def _nearest_sibling(self, target: str) -> str | None:
        """The names that stand beside where a dangling pointer leads."""
        parent, _, name = target.rpartition("/")
        beside = resolve_pointer(self.data, parent) if self.has(parent) else None
        return nearest(name, beside) if isinstance(beside, dict) else None

    def schema_pointer(self, name: str) -> str:
        """The pointer of a schema that is given by its pointer or by its name under components/schemas."""
        if not name.startswith("/"):
            known = self.data.get("components", {}).get("schemas", {})
            if name not in known:
                raise self.error(
                    f"there is no schema {name!r}", "/components/schemas", fix=nearest(name, known)
                )
            return escape_pointer("components", "schemas", name)
        return self.reference("#" + name.replace("%", "%25"))


def nearest(name: str, known: Mapping[str, Any]) -> str | None:
    """The remedy for a name that is not among those known: the three most alike, else the first few."""
    lowered = {key.lower(): key for key in known}
    matches = [lowered[k] for k in get_close_matches(name.lower(), lowered, n=3, cutoff=0.5)]
    if matches:
        return "did you mean " + " or ".join(f"`{m}`" for m in matches) + "?"
    some = ", ".join(f"`{key}`" for key in list(known)[:5])
    return f"there are {len(known)}, among them {some}" if some else None


def _methods(item: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Any, str]]:
    """The operations of a path item: the fixed fields, and from 3.2 on `additionalOperations`."""
    for key, data in item.items():
        if key in METHODS:
            yield key.upper(), data, f"{pointer}/{key}"
    for method, data in item.get("additionalOperations", {}).items():
        yield method, data, pointer + escape_pointer("additionalOperations", method)


def load_document(
    path: str | Path, overlays: Sequence[str | Path] = (), remote: Remote = NOWHERE
) -> Document:
    """Read an OpenAPI document and apply the overlays to it, in order; `remote` says what may be fetched."""
    return document_of(load(path, DocumentError), overlays, remote)


def document_of(source: Source, overlays: Sequence[str | Path] = (), remote: Remote = NOWHERE) -> Document:
    """The OpenAPI document of a file that was read, with the overlays applied in order."""
    _check_version(source)
    _check_numbers(source)
    mended = source.data
    read = tuple(load_overlay(overlay) for overlay in overlays)
    for overlay in read:
        mended = apply_overlay(overlay, mended)
    whole = bundle(source, mended, remote)
    data, pruned = prune(whole.data)
    return Document(source=source, data=data, overlays=read, bundle=whole, pruned=pruned)


def _check_numbers(source: Source) -> None:
    """Refuse what YAML has and JSON has not, in whose data model a document is (OAS Format)."""
    if re.search(r"\.(?:nan|inf)\b", source.text, re.IGNORECASE):
        pointer = next(_endless_numbers(source.data, ""), None)
        if pointer is not None:
            message = f"{pointer}: a number that is infinite or not a number is not JSON"
            raise DocumentError(message, fix="quote it, or leave it out", place=source.place(pointer))


def _endless_numbers(node: Any, pointer: str) -> Iterator[str]:
    """The pointers of numbers that are infinite or none; one that JSON spells is neither."""
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in members:
        yield from _endless_numbers(inner, pointer + escape_pointer(key))
    if node.__class__ is float and not isfinite(node):
        yield pointer


def _check_version(source: Source) -> None:
    data = source.data
    if not isinstance(data, dict):
        raise DocumentError("an OpenAPI document is an object", place=source.place())
    if "swagger" in data:
        message = f"this is Swagger {data['swagger']}"
        raise DocumentError(message, fix="convert it to OpenAPI 3 first", place=source.place("/swagger"))
    version = data.get("openapi")
    if version is None:
        raise DocumentError("there is no `openapi` field", fix="add `openapi: 3.1.0`", place=source.place())
    if not isinstance(version, str) or not re.fullmatch(r"3\.[012]\.\d+(-.+)?", version):
        quote = "" if isinstance(version, str) else "; quote the version"
        fix = f"3.0, 3.1 and 3.2 are supported{quote}"
        raise DocumentError(f"the OpenAPI version is {version!r}", fix=fix, place=source.place("/openapi"))
