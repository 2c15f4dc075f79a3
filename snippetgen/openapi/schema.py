"""A schema of an OpenAPI document as a JSON Schema 2020-12 that stands on its own.

OpenAPI 3.0 schemas are converted; from 3.1 on they are JSON Schema already. What a schema refers to
comes along under `$defs`, and nothing else does.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from snippetgen.errors import DocumentError
from snippetgen.openapi.document import Document
from snippetgen.source import escape_pointer, resolve_pointer, split_pointer

__all__ = [
    "DIALECT",
    "DIALECTS",
    "converted",
    "dialect",
    "extract",
    "located_references",
    "map_schema",
    "reached",
    "references",
    "subschemas",
    "targets",
    "to_2020_12",
]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DIALECTS = frozenset(
    {DIALECT, "https://json-schema.org/draft/2019-09/schema"}
    | {f"http://json-schema.org/draft-0{number}/schema" for number in (4, 6, 7)}
)

_ONE = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"unevaluatedItems", "unevaluatedProperties", "contentSchema", "additionalItems"}
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})  # `items` is a list before 2020-12
_MAP = frozenset(
    {"properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions"}
)
_OPENAPI_ONLY = frozenset({"discriminator", "xml", "externalDocs"})
# JSON Schema keywords that the OAS 3.0 Schema Object does not have: there they mean nothing.
_UNKNOWN_IN_3_0 = frozenset(
    {"const", "contains", "maxContains", "minContains", "propertyNames", "patternProperties", "prefixItems"}
    | {
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedItems",
        "unevaluatedProperties",
    }
    | {
        "$id",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "$defs",
        "definitions",
        "$schema",
        "$comment",
        "$vocabulary",
    }
    | {
        "contentEncoding",
        "contentMediaType",
        "contentSchema",
        "examples",
        "dependencies",
        "additionalItems",
        "id",
    }
)


def map_schema(schema: Any, change: Callable[[Any], Any]) -> Any:
    """A copy of a schema with `change` applied to each direct subschema; payloads stay as they are."""
    if not isinstance(schema, dict):
        return schema
    result = dict(schema)
    for keyword, value in schema.items():
        if keyword in _ONE and isinstance(value, dict | bool):
            result[keyword] = change(value)
        elif keyword in _LISTS and isinstance(value, list):
            result[keyword] = [change(item) for item in value]
        elif keyword in _MAP and isinstance(value, dict):
            result[keyword] = {name: change(item) for name, item in value.items()}
    return result


def subschemas(schema: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema and all that it contains, each with its pointer; references are not followed."""
    left = [(pointer, schema)]
    while left:
        place, node = left.pop()
        if isinstance(node, dict):
            yield place, node
            left += reversed([*_contained(node, place)])


def _contained(schema: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any]]:
    """The direct subschemas, each with its pointer."""
    for keyword, value in schema.items():
        if keyword in _ONE and not isinstance(value, list):
            yield f"{pointer}/{keyword}", value
        elif keyword in _LISTS and isinstance(value, list):
            yield from ((f"{pointer}/{keyword}/{index}", item) for index, item in enumerate(value))
        elif keyword in _MAP and isinstance(value, dict):
            yield from ((pointer + escape_pointer(keyword, name), item) for name, item in value.items())


def to_2020_12(schema: Any, version: str) -> Any:
    """The schema in JSON Schema 2020-12; from OpenAPI 3.1 on that is the schema itself.

    3.0: a `$ref` drops its siblings; `nullable` adds null to a `type` beside it and nothing else;
    a boolean `exclusiveMinimum` turns `minimum` into one; keywords that 3.0 does not know go away.
    """
    if not version.startswith("3.0") or not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}
    known = {key: value for key, value in schema.items() if key not in _UNKNOWN_IN_3_0}
    result: dict[str, Any] = map_schema(known, lambda inner: to_2020_12(inner, version))
    if result.pop("nullable", False) is True and isinstance(result.get("type"), str):
        result["type"] = [result["type"], "null"]
    _convert_bound(result, "minimum", "exclusiveMinimum")
    _convert_bound(result, "maximum", "exclusiveMaximum")
    return result


def _convert_bound(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def extract(document: Document, name: str, outer: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema with that pointer or component name as a standalone JSON Schema.

    `$id` is its file name relative to wherever the schemas are published; `$defs` holds what it
    refers to, in alphabetical order; `outer` are the pointers of the schemas that embed this one.
    """
    pointer = document.schema_pointer(name)
    collected = _collect(document, pointer)
    names = _names(collected, pointer)
    rewritten = _rewrite(document, collected.pop(pointer), names)
    root: dict[str, Any] = rewritten if isinstance(rewritten, dict) else ({} if rewritten else {"not": {}})
    title = split_pointer(pointer)[-1]
    used = dialect(document, root, pointer)
    head = {"$schema": used, "$id": f"{quote(title, safe='')}.schema.json"}
    root = {key: value for key, value in root.items() if key != "$schema"}
    definitions: dict[str, Any] = {}
    for place, node in collected.items():
        if dialect(document, node, place) == used or place in outer:
            definitions[names[place]] = _rewrite(document, node, names)
        else:  # a schema in another dialect is a resource of its own (2020-12 core, section 9.3)
            own = {"$id": f"{quote(names[place], safe='')}.schema.json"}
            definitions[names[place]] = extract(document, place, (*outer, pointer)) | own
    if not _needs_own_definition(root):
        return head | root | ({"$defs": dict(sorted(definitions.items()))} if definitions else {})
    definitions[title] = root  # its own $defs or $id would collide with ours
    return head | {
        "$ref": "#" + quote(escape_pointer("$defs", title)),
        "$defs": dict(sorted(definitions.items())),
    }


def dialect(document: Document, schema: Any, pointer: str) -> str:
    """The URI of the dialect that a schema at a pointer is written in: its own, else the document's.

    OpenAPI's own dialects are 2020-12 with annotations; one that is not known is a DocumentError.
    """
    own = isinstance(schema, dict) and "$schema" in schema and "$id" not in schema
    where, owner = (f"{pointer}/$schema", schema) if own else ("/jsonSchemaDialect", document.data)
    named = str(owner.get(where.rpartition("/")[2], DIALECT)).rstrip("#")
    if document.version.startswith("3.0") or "spec.openapis.org/oas/3." in named:
        return DIALECT
    if named not in DIALECTS:
        message = f"the JSON Schema dialect {named!r} is not supported"
        raise document.error(message, where, fix=f"write the schemas in {DIALECT}")
    return named


def _collect(document: Document, pointer: str) -> dict[str, Any]:
    """The schemas that are reached from a pointer, by pointer, in order of discovery.

    An anchor or a URI can name any schema, so where one is used all components come along.
    """
    found: dict[str, Any] = {}
    queue = [pointer]
    while queue:
        place = queue.pop(0)
        if place in found or _inside(place, found):
            continue
        found[place] = converted(document, place)
        queue += _reached(document, place)
    # What lies inside another schema that was collected later needs no definition of its own.
    return {p: s for p, s in found.items() if p == pointer or not _inside(p, found)}


# A reference: where it stands in the schema, the resource of its own (`$id`) that holds it, and itself.
_Reference = tuple[str, dict[str, Any] | None, str]


@dataclass(slots=True)
class _Known:
    """By pointer, the schemas of a document that were converted, and what each of them refers to."""

    converted: dict[str, Any] = field(default_factory=dict)
    references: dict[str, tuple[_Reference, ...]] = field(default_factory=dict)
    reached: dict[str, tuple[str, ...]] = field(default_factory=dict)


_KNOWN: weakref.WeakKeyDictionary[Document, _Known] = weakref.WeakKeyDictionary()


def converted(document: Document, pointer: str) -> Any:
    """The schema at a pointer in 2020-12, converted once and not to be changed."""
    known = _KNOWN.setdefault(document, _Known()).converted
    if pointer not in known:
        known[pointer] = to_2020_12(resolve_pointer(document.data, pointer), document.version)
    return known[pointer]


def _reached(document: Document, pointer: str) -> tuple[str, ...]:
    """The pointers of what the schema at a pointer refers to; a DocumentError where one leads nowhere."""
    known = _KNOWN.setdefault(document, _Known()).reached
    if pointer not in known:
        found = references(document, pointer)
        reached = (target for place, ref in found for target in targets(document, ref, place))
        known[pointer] = tuple(dict.fromkeys(reached))
    return known[pointer]


def reached(document: Document, pointers: Iterable[str]) -> list[str]:
    """The schemas at these pointers, each once, and after them what they refer to that lies in none of them.

    What refers to nothing is left out: that is told of the schema that does.
    """
    found = dict.fromkeys(pointers)
    queue = [*found]
    for pointer in queue:
        try:
            new = [p for p in _reached(document, pointer) if p not in found]
        except DocumentError:
            continue
        new = [place for place in new if not _inside(place, found)]
        found.update(dict.fromkeys(new))
        queue += new
    return [*found]


def _inside(pointer: str, found: Container[str]) -> bool:
    """Whether a pointer leads into what one of those found leads to."""
    return any(pointer[:end] in found for end, character in enumerate(pointer) if character == "/")


def references(document: Document, pointer: str) -> Iterator[tuple[str, str]]:
    """The references that lead out of the schema at a pointer, each with its own pointer.

    Within a resource of its own (`$id`), a fragment alone is relative to that and not to the document.
    """
    for place, resource, ref in located_references(document, pointer):
        if resource is None or not ref.startswith("#"):
            yield pointer + place, ref


def located_references(document: Document, pointer: str) -> tuple[_Reference, ...]:
    """The references in the schema at a pointer, which is read once.

    Each is where it stands in the schema, the resource of its own (`$id`) that holds it, and itself.
    """
    known = _KNOWN.setdefault(document, _Known()).references
    if pointer not in known:
        known[pointer] = tuple(_references(converted(document, pointer)))
    return known[pointer]


def _references(schema: Any) -> Iterator[_Reference]:
    resources: dict[str, dict[str, Any]] = {}
    for place, node in subschemas(schema):
        if "$id" in node:
            resources[place] = node
        for keyword in ("$ref", "$dynamicRef"):
            if isinstance(node.get(keyword), str):
                around = [known for known in resources if place == known or place.startswith(f"{known}/")]
                resource = resources[max(around, key=len)] if around else None
                yield f"{place}/{keyword}", resource, node[keyword] or "#"  # "" means the same


def targets(document: Document, ref: str, place: str) -> Iterator[str]:
    """The pointers of what a reference at a place may mean; a DocumentError where it leads nowhere."""
    if ref.startswith("#/"):
        yield _owner(document.reference(ref, place))
    elif ref == "#":
        raise document.error("`$ref: '#'` means the whole OpenAPI document, which is no schema", place)
    else:
        yield from _named(document, ref, place)


def _named(document: Document, ref: str, place: str) -> Iterator[str]:
    """All components, provided that one of them has the `$id` or the anchor that the reference names."""
    components = document.data.get("components", {}).get("schemas", {})
    address, _, anchor = ref.partition("#")
    if address:
        yield _owner(document.reference(ref, place))
    nodes = [node for schema in components.values() for _, node in subschemas(schema)]
    names = {node.get(key) for node in nodes for key in ("$anchor", "$dynamicAnchor")}
    if anchor and not address and anchor not in names:
        yield _owner(document.reference(ref, place))  # an error: it leads nowhere
    yield from (escape_pointer("components", "schemas", name) for name in components)


def _owner(pointer: str) -> str:
    """The component that a pointer leads into, else the pointer itself."""
    tokens = split_pointer(pointer)
    return escape_pointer(*tokens[:3]) if tokens[:2] == ("components", "schemas") else pointer


def _names(collected: dict[str, Any], root: str) -> dict[str, str]:
    """The name under `$defs` of each schema that was collected; the root has ""."""
    names: dict[str, str] = {root: ""}
    for pointer in collected:
        tokens = split_pointer(pointer)
        name = tokens[-1] if tokens[:2] == ("components", "schemas") else ".".join(tokens)
        while pointer != root and name in names.values():
            name += "_"
        names.setdefault(pointer, name)
    return names


def _rewrite(document: Document, schema: Any, names: dict[str, str]) -> Any:
    """The schema with its references turned from the document's pointers to those of the new file."""
    if not isinstance(schema, dict) or "$id" in schema:
        return schema
    own = not document.version.startswith("3.0") and _needs_own_definition(
        resolve_pointer(document.data, next(iter(names)))
    )
    kept = {key: value for key, value in schema.items() if key not in _OPENAPI_ONLY}
    result: dict[str, Any] = map_schema(kept, lambda inner: _rewrite(document, inner, names))
    if isinstance(result.get("$ref"), str) and result["$ref"].startswith("#/"):
        result["$ref"] = _rewritten(unquote(result["$ref"][1:]), names, own=own)
    return result


def _needs_own_definition(root: Any) -> bool:
    """Whether the root has to move under `$defs`, since its own `$defs` or `$id` would collide with ours."""
    return isinstance(root, dict) and bool({"$defs", "$id"} & root.keys())


def _rewritten(target: str, names: dict[str, str], *, own: bool) -> str:
    around = [p for p in names if target == p or target.startswith(p + "/")]
    if not around:  # relative to a resource that is not here: it leads nowhere, as it did
        return "#" + quote(target, safe="/$~-._")
    owner = max(around, key=len)
    name = names[owner] or (split_pointer(owner)[-1] if own else "")
    prefix = escape_pointer("$defs", name) if name else ""
    return "#" + quote(prefix + target[len(owner) :], safe="/$~-._")
