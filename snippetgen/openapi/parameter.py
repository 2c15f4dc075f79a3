"""A `Parameter` is what an operation takes outside its body: in the path, the query, a header, a cookie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from snippetgen.model import Json
from snippetgen.source import escape_pointer

__all__ = [
    "IGNORED_HEADERS",
    "LOCATIONS",
    "Parameter",
    "branches",
    "item_schema",
    "member_schema",
    "read_parameter",
    "schema_types",
    "type_label",
]

LOCATIONS = ("path", "query", "header", "cookie", "querystring")
IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
_DEFAULT_STYLE = {
    "path": "simple",
    "header": "simple",
    "query": "form",
    "cookie": "form",
    "querystring": "form",
}
_JSON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)

Resolve = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A Parameter Object with its `$ref` followed and its defaults filled in.

    `pointer` leads to the object in the document, `schema_pointer` to its schema. `style` and
    `explode` apply to parameters that have a schema, `media_type` to those that have `content`.
    `default` and `enum` are None and () where the schema has none.
    """

    name: str
    location: str
    required: bool
    description: str
    schema: Any
    pointer: str
    schema_pointer: str
    style: str
    explode: bool
    allow_reserved: bool
    media_type: str | None
    default: Json
    deprecated: bool
    type_label: str
    enum: tuple[Json, ...]
    data: Mapping[str, Any] = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one parameter: name and location."""
        return self.name, self.location

    @property
    def is_ignored(self) -> bool:
        """Whether its definition has no meaning, since media types and security say it (`name`)."""
        return self.location == "header" and self.name.lower() in IGNORED_HEADERS


def read_parameter(data: Mapping[str, Any], pointer: str, resolve: Resolve) -> Parameter:
    """The parameter that a resolved Parameter Object describes."""
    media_type, schema, schema_pointer = _schema(data, pointer)
    target = resolve(schema)
    facts = target if isinstance(target, dict) else {}
    location = data["in"]
    named = data.get("style")
    style = named if isinstance(named, str) else _DEFAULT_STYLE.get(location, "form")
    return Parameter(
        name=data["name"],
        location=location,
        required=location == "path" or data.get("required") is True,
        description=str(data.get("description") or facts.get("description") or ""),
        schema=schema,
        pointer=pointer,
        schema_pointer=schema_pointer,
        style=style,
        explode=data.get("explode", style in {"form", "cookie"}) is True,
        allow_reserved=data.get("allowReserved") is True,
        media_type=media_type,
        default=facts.get("default"),
        deprecated=data.get("deprecated") is True or facts.get("deprecated") is True,
        type_label=type_label(schema, resolve),
        enum=tuple(_enum(schema, resolve)),
        data=data,
    )


def _schema(data: Mapping[str, Any], pointer: str) -> tuple[str | None, Any, str]:
    """The media type, schema and schema pointer; a parameter has `schema` or one `content` entry."""
    content = data.get("content")
    if isinstance(content, dict) and content:
        media_type, entry = next(iter(content.items()))
        schema = entry.get("schema", {}) if isinstance(entry, dict) else {}
        return media_type, schema, pointer + escape_pointer("content", media_type, "schema")
    return None, data.get("schema", {}), pointer + "/schema"


def branches(schema: Any, resolve: Resolve, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The schema and everything that it is composed of in place, references followed."""
    target = resolve(schema) if depth < 16 else None
    if not isinstance(target, dict):
        return
    yield target
    for keyword in ("anyOf", "oneOf", "allOf"):
        listed = target.get(keyword)
        for branch in listed if isinstance(listed, list) else ():
            yield from branches(branch, resolve, depth + 1)


def member_schema(schema: Any, name: str, resolve: Resolve) -> Any:
    """The schema of an object's property, wherever it is composed; {} where nothing describes it."""
    parts = tuple(branches(schema, resolve))
    declared = [part["properties"] for part in parts if isinstance(part.get("properties"), dict)]
    others = [part["additionalProperties"] for part in parts if part.get("additionalProperties") is not None]
    named = [properties[name] for properties in declared if name in properties]
    return next((inner for inner in (*named, *others) if isinstance(inner, dict)), {})


def item_schema(schema: Any, resolve: Resolve) -> Any:
    """The schema of a list's items, wherever it is composed; {} where nothing describes them."""
    return next((part["items"] for part in branches(schema, resolve) if "items" in part), {})


def schema_types(schema: Any, resolve: Resolve) -> tuple[str, ...]:
    """The JSON types that a schema names, in order, each once; () when it names none."""
    found: dict[str, None] = {}
    for branch in branches(schema, resolve):
        types = branch.get("type", ())
        named = types if isinstance(types, list) else [types]
        found.update(dict.fromkeys(name for name in named if isinstance(name, str)))
        if "type" not in branch:
            found.update(dict.fromkeys(_type_of(value) for value in _values(branch)))
        if branch.get("nullable") is True and "type" in branch:
            found["null"] = None
    return tuple(found)


def type_label(schema: Any, resolve: Resolve, depth: int = 0) -> str:
    """The word for a schema's type in a parameter table: `string`, `array of number`, `any`.

    Null is left out: a parameter is nulled by leaving it out, so the word would only confuse.
    """
    if depth > 4:
        return "any"
    words = []
    for name in schema_types(schema, resolve):
        if name == "array":
            inner = type_label(item_schema(schema, resolve), resolve, depth + 1)
            words.append("array" if inner == "any" else f"array of {inner}")
        elif name != "null":
            words.append(name)
    return " or ".join(words) or "any"


def _enum(schema: Any, resolve: Resolve) -> Iterator[Json]:
    for branch in branches(schema, resolve):
        yield from (value for value in _values(branch) if value is not None)


def _values(schema: Mapping[str, Any]) -> list[Json]:
    values = schema.get("enum")
    if isinstance(values, list):
        return values
    return [schema["const"]] if "const" in schema else []


def _type_of(value: Json) -> str:
    return next((name for kind, name in _JSON_TYPES if isinstance(value, kind)), "null")
