"""A schema of an OpenAPI document as a JSON Schema 2020-12 that stands on its own.

OpenAPI 3.0 schemas are converted; from 3.1 on they are JSON Schema already. What a schema refers to
comes along under `$defs`, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, unquote

from snippetgen.openapi.document import Document
from snippetgen.source import escape_pointer, resolve_pointer, split_pointer

__all__ = ["DIALECT", "extract", "map_schema", "subschemas", "targets", "to_2020_12"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ONE = (
    *("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"),
    *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
)
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAP = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
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
        elif keyword in _LIST and isinstance(value, list):
            result[keyword] = [change(item) for item in value]
        elif keyword in _MAP and isinstance(value, dict):
            result[keyword] = {name: change(item) for name, item in value.items()}
    return result


def subschemas(schema: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema and all that it contains, each with its pointer; references are not followed."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield from subschemas(value, f"{pointer}/{keyword}")
        elif (keyword in _LIST and isinstance(value, list)) or (keyword in _MAP and isinstance(value, dict)):
            for key, item in enumerate(value) if isinstance(value, list) else value.items():
                yield from subschemas(item, pointer + escape_pointer(keyword, key))


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
    for bound in ("minimum", "maximum"):
        _convert_bound(result, bound, "exclusive" + bound.capitalize())
    return result


def _convert_bound(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def extract(document: Document, name: str) -> dict[str, Any]:
    """The schema with that pointer or component name as a standalone JSON Schema.

    `$id` is its file name relative to wherever the schemas are published; `$defs` holds what it
    refers to, in alphabetical order.
    """
    pointer = document.schema_pointer(name)
    _check_dialect(document)
    collected = _collect(document, pointer)
    names = _names(collected, pointer)
    rewritten = _rewrite(document, collected.pop(pointer), names)
    root: dict[str, Any] = rewritten if isinstance(rewritten, dict) else ({} if rewritten else {"not": {}})
    title = split_pointer(pointer)[-1]
    head = {"$schema": DIALECT, "$id": f"{quote(title, safe='')}.schema.json"}
    definitions = {names[p]: _rewrite(document, node, names) for p, node in collected.items()}
    if not _needs_own_definition(root):
        return head | root | ({"$defs": dict(sorted(definitions.items()))} if definitions else {})
    definitions[title] = root  # its own $defs or $id would collide with ours
    return head | {
        "$ref": "#" + quote(escape_pointer("$defs", title)),
        "$defs": dict(sorted(definitions.items())),
    }


def _check_dialect(document: Document) -> None:
    dialect = str(document.data.get("jsonSchemaDialect", DIALECT)).rstrip("#")
    if dialect != DIALECT and "spec.openapis.org/oas/3." not in dialect:
        message = f"the JSON Schema dialect {dialect!r} is not supported"
        raise document.error(message, "/jsonSchemaDialect", fix=f"write the schemas in {DIALECT}")


def _collect(document: Document, pointer: str) -> dict[str, Any]:
    """The schemas that are reached from a pointer, by pointer, in order of discovery.

    An anchor or a URI can name any schema, so where one is used all components come along.
    """
    found: dict[str, Any] = {}
    queue = [pointer]
    while queue:
        place = queue.pop(0)
        if any(place == known or place.startswith(known + "/") for known in found):
            continue
        found[place] = to_2020_12(resolve_pointer(document.data, place), document.version)
        for inner, schema in subschemas(found[place]):
            queue += targets(document, schema, place + inner)
    # What lies inside another schema that was collected later needs no definition of its own.
    return {p: s for p, s in found.items() if p == pointer or not _inside(p, found)}


def _inside(pointer: str, found: dict[str, Any]) -> bool:
    return any(pointer.startswith(other + "/") for other in found)


def targets(document: Document, schema: dict[str, Any], place: str) -> Iterator[str]:
    """The pointers of what a schema at a place refers to; a DocumentError where a reference leads nowhere."""
    for keyword in ("$ref", "$dynamicRef"):
        ref = schema.get(keyword)
        if not isinstance(ref, str):
            continue
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
    nodes = [node for schema in components.values() for _, node in subschemas(schema)]
    names = {node.get(key) for node in nodes for key in ("$anchor", "$dynamicAnchor")}
    ids = [str(node["$id"]) for node in nodes if "$id" in node]
    if (address and not any(i.endswith(address.lstrip("./")) for i in ids)) or (
        anchor and not address and anchor not in names
    ):
        document.reference(ref, place)  # raises: another file, or nowhere
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
    owner = next(p for p in sorted(names, key=len, reverse=True) if target == p or target.startswith(p + "/"))
    name = names[owner] or (split_pointer(owner)[-1] if own else "")
    prefix = escape_pointer("$defs", name) if name else ""
    return "#" + quote(prefix + target[len(owner) :], safe="/$~-._")
