"""A direction: a schema as a request or a response sees it.

OAS 3.0 requires a `readOnly` property in responses only and a `writeOnly` one in requests only; 3.1
leaves that to policy, and ours is the same. The mark is looked for wherever it can stand: behind a
`$ref` and in another branch of a composition than the one that says `required`.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote, unquote

from snippetgen.source import escape_pointer, resolve_pointer

__all__ = ["MARKS", "Direction", "relax"]

Direction = Literal["request", "response"]

_HEAD = frozenset({"$schema", "$id", "$defs"})
MARKS = {"request": "readOnly", "response": "writeOnly"}
_IN_PLACE = ("allOf", "anyOf", "oneOf")
_IN_PLACE_ONE = ("then", "else")
_CONDITIONS = ("if", "not")  # stay as they are: with less required, they would be met by more values
_CHILD_LISTS = ("prefixItems",)
_CHILDREN = ("items", "additionalProperties", "contains", "unevaluatedProperties", "unevaluatedItems")
_CHILD_MAPS = ("properties", "patternProperties", "dependentSchemas")
_Lifted = frozenset[str] | None  # the names that are not required; None lifts nothing, whatever is marked


def relax(schema: dict[str, Any], direction: Direction) -> dict[str, Any]:
    """A copy of a standalone schema in which nothing is required that the direction must not carry."""
    relaxer = _Relaxer(schema, MARKS[direction])
    if not relaxer.needed():
        return schema
    return relaxer.run()


class _Relaxer:
    """One pass over one schema; a definition that is used with other names outside gets a copy of its own."""

    def __init__(self, root: dict[str, Any], mark: str) -> None:
        self.root = root
        self.mark = mark
        self.made: dict[tuple[str, _Lifted], str] = {}
        self.definitions: dict[str, Any] = {}

    def needed(self) -> bool:
        """Whether the mark occurs at all; most schemas have none."""
        return f"'{self.mark}': True" in repr(self.root)

    def run(self) -> dict[str, Any]:
        body = {key: value for key, value in self.root.items() if key not in _HEAD}
        head = {key: self.root[key] for key in ("$schema", "$id") if key in self.root}
        kept = {name: self.schema(node, frozenset()) for name, node in self.root.get("$defs", {}).items()}
        relaxed: dict[str, Any] = self.schema(body, frozenset())
        return head | relaxed | {"$defs": kept | self.definitions}

    def schema(self, node: Any, outside: _Lifted) -> Any:
        """The schema without the requirements that it or the compositions around it lift."""
        if not isinstance(node, dict):
            return node
        lifted = None if outside is None else outside | self.marked(node, frozenset())
        result = dict(node)
        if lifted and isinstance(node.get("required"), list):
            result["required"] = [n for n in node["required"] if not (isinstance(n, str) and n in lifted)]
        if isinstance(node.get("$ref"), str) and lifted != frozenset():
            result["$ref"] = self.reference(node["$ref"], lifted)
        self._descend(result, lifted)
        return result

    def _descend(self, result: dict[str, Any], lifted: _Lifted) -> None:
        inside = None if lifted is None else frozenset[str]()
        for keyword, value in list(result.items()):
            if keyword in _IN_PLACE and isinstance(value, list):
                result[keyword] = [self.schema(item, lifted) for item in value]
            elif keyword in _IN_PLACE_ONE:
                result[keyword] = self.schema(value, lifted)
            elif keyword in _CONDITIONS:
                result[keyword] = self.schema(value, None)
            elif keyword in _CHILDREN:
                result[keyword] = self.schema(value, inside)
            elif keyword in _CHILD_LISTS and isinstance(value, list):
                result[keyword] = [self.schema(item, inside) for item in value]
            elif keyword in _CHILD_MAPS and isinstance(value, dict):
                result[keyword] = {name: self.schema(item, inside) for name, item in value.items()}

    def reference(self, ref: str, lifted: _Lifted) -> str:
        """A reference to a copy of the target that lifts these names too, or nothing."""
        target = self.target(ref)
        if target is None or (lifted is not None and lifted <= self.marked(target, frozenset())):
            return ref
        if (ref, lifted) not in self.made:
            change = "as it is" if lifted is None else f"without {', '.join(sorted(lifted))}"
            name = f"{unquote(ref[1:])} {change}"
            self.made[ref, lifted] = "#" + quote(escape_pointer("$defs", name), safe="/$~")
            self.definitions[name] = self.schema(target, lifted)
        return self.made[ref, lifted]

    def marked(self, node: Any, seen: frozenset[str]) -> frozenset[str]:
        """The names of the properties that carry the mark, here and in everything composed in place."""
        if not isinstance(node, dict):
            return frozenset()
        properties = node.get("properties")
        names = (
            {n for n, s in properties.items() if self.is_marked(s, frozenset())}
            if isinstance(properties, dict)
            else set()
        )
        for branch in self.in_place(node, seen):
            names |= self.marked(branch, seen | {str(node.get("$ref"))})
        return frozenset(names)

    def in_place(self, node: dict[str, Any], seen: frozenset[str]) -> list[Any]:
        branches = [item for keyword in _IN_PLACE for item in node.get(keyword, ())]
        ref = node.get("$ref")
        if isinstance(ref, str) and ref not in seen:
            branches.append(self.target(ref))
        return branches

    def is_marked(self, node: Any, seen: frozenset[str]) -> bool:
        if not isinstance(node, dict):
            return False
        if node.get(self.mark) is True:
            return True
        inner = list(node.get("allOf", ()))
        ref = node.get("$ref")
        if isinstance(ref, str) and ref not in seen:
            inner.append(self.target(ref))
        return any(self.is_marked(item, seen | {str(ref)}) for item in inner)

    def target(self, ref: str) -> Any:
        """What a local reference leads to; None where it is an anchor or a URI."""
        if ref == "#":
            return {key: value for key, value in self.root.items() if key not in _HEAD}
        try:
            return resolve_pointer(self.root, unquote(ref[1:])) if ref.startswith("#/") else None
        except KeyError:
            return None
