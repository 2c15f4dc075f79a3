"""A `Source` is a YAML or JSON file that was read, with the line and column of everything in it.

YAML is read by the JSON-compatible core schema of YAML 1.2 (section 10.3): no dates, no `no` for
false, no sexagesimals; keys are strings; a repeated key is an error. Positions are computed only
when a message needs one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

from snippetgen.errors import InputError, Place
from snippetgen.exact import ExactFloat

__all__ = ["Source", "data_folder", "escape_pointer", "load", "read_text", "resolve_pointer", "split_pointer"]

MAX_NODES = 2_000_000  # an expanded alias counts again, so a "billion laughs" file stops here
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: its path as the user named it, its text, and the value it holds."""

    path: str
    text: str
    data: Any

    def place(self, pointer: str | Sequence[str] = "") -> Place:
        """Where the value at an RFC 6901 pointer stands, or its nearest ancestor that exists."""
        tokens = split_pointer(pointer) if isinstance(pointer, str) else tuple(pointer)
        tree = _compose(self.text)
        node = tree.root
        mark = node.start_mark if node else None
        for token in tokens:
            node, mark = tree.child(node, token, mark)
            if node is None:
                break
        return Place(self.path, mark.line + 1, mark.column + 1) if mark else Place(self.path)


class _Tree:
    """The nodes of a text with their positions; the keys of a mapping are gathered once."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.members: dict[int, dict[str, tuple[Any, Any]]] = {}

    def child(self, node: Any, token: str, mark: Any) -> tuple[Any, Any]:
        """The child node of that name, with the mark to show for it (a mapping shows the key's)."""
        if isinstance(node, yaml.MappingNode):
            return self._members(node).get(token, (None, mark))
        if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
            child = node.value[int(token)]
            return child, child.start_mark
        return None, mark

    def _members(self, node: Any) -> dict[str, tuple[Any, Any]]:
        if id(node) not in self.members:
            pairs = reversed(node.value)  # of a repeated key, the first is meant
            self.members[id(node)] = {
                key.value: (value, key.start_mark) for key, value in pairs if isinstance(key.value, str)
            }
        return self.members[id(node)]


@lru_cache(maxsize=8)
def _compose(text: str) -> _Tree:
    """The tree of a text; composed once for all the findings in it, and empty where it is not YAML."""
    try:
        return _Tree(yaml.compose(text, Loader=_Base))
    except yaml.YAMLError:
        return _Tree(None)


def split_pointer(pointer: str) -> tuple[str, ...]:
    """The reference tokens of an RFC 6901 pointer."""
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:])


def escape_pointer(*tokens: str | int) -> str:
    """The RFC 6901 pointer made of these reference tokens."""
    return "".join("/" + str(t).replace("~", "~0").replace("/", "~1") for t in tokens)


def resolve_pointer(value: Any, pointer: str) -> Any:
    """The value at an RFC 6901 pointer; KeyError where there is none."""
    for token in split_pointer(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and token.isdigit() and int(token) < len(value):
            value = value[int(token)]
        else:
            raise KeyError(pointer)
    return value


def read_text(path: str | Path, error: type[InputError] = InputError) -> str:
    """The text of a UTF-8 file; `error` says what kind of input it was meant to be."""
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise error(f"cannot read the file: {problem.strerror}", place=Place(str(path))) from problem
    except UnicodeDecodeError as problem:
        raise error(
            f"the file is not UTF-8: byte {problem.start} is 0x{problem.object[problem.start]:02x}",
            fix="save it as UTF-8",
            place=Place(str(path)),
        ) from problem


def load(path: str | Path, error: type[InputError] = InputError) -> Source:
    """Read a YAML or JSON file; every way in which it can be unreadable raises `error`."""
    text = read_text(path, error)
    name = str(path)
    data = _load_json(text, name, error) if _looks_like_json(text) else _load_yaml(text, name, error)
    return Source(name, text, data)


def _looks_like_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}


def _load_json(text: str, name: str, error: type[InputError]) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            keys = [key for key, _ in pairs]
            again = next(key for key in keys if keys.count(key) > 1)
            line = _repeated_line(text, again)
            raise error(f"the key {again!r} stands twice in one object", place=Place(name, line))
        return result

    def refuse(constant: str) -> None:
        raise error(f"{constant} is not JSON (RFC 8259 section 6)", place=Place(name))

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse, parse_float=ExactFloat)
    except json.JSONDecodeError as problem:
        place = Place(name, problem.lineno, problem.colno)
        raise error(f"not valid JSON: {problem.msg}", place=place) from problem
    except RecursionError as problem:
        raise error("nested too deeply", place=Place(name)) from problem


def _repeated_line(text: str, key: str) -> int | None:
    quoted = re.escape(json.dumps(key, ensure_ascii=False))
    hits = [text.count("\n", 0, m.start()) + 1 for m in re.finditer(rf"{quoted}\s*:", text)]
    return hits[1] if len(hits) > 1 else None


class _Loader(_Base):  # type: ignore[misc]  # the base is chosen at run time: libyaml's where it was built
    """Plain scalars by the YAML 1.2 core schema; string keys; no repeated keys."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), [*"~nN", ""])
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), [*"tTfF"]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), [*"-+0123456789"]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ),
    [*"-+0123456789."],
)


def _construct_int(loader: Any, node: Any) -> int:
    value = loader.construct_scalar(node)
    if value.startswith(("0o", "0x")):
        return int(value, 0)
    return int(value)


def _construct_float(loader: Any, node: Any) -> float:
    """A number as JSON writes it, remembering its spelling where JSON has the same one."""
    text = loader.construct_scalar(node)
    if re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", text):
        return ExactFloat(text)
    return float(
        text.replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf").lstrip(".").lower()
    )


def _construct_mapping(loader: Any, node: Any) -> dict[str, Any]:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be a plain string", key.start_mark
            )
        line = key.start_mark.line + 1
        if key.value in seen:
            message = f"the key {key.value!r} stands on line {seen[key.value]} already"
            raise yaml.constructor.ConstructorError(None, None, message, key.start_mark)
        seen[key.value] = line
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


def _refuse_tag(_loader: Any, node: Any) -> None:
    raise yaml.constructor.ConstructorError(None, None, f"the tag {node.tag} is not allowed", node.start_mark)


_Loader.yaml_constructors = {
    "tag:yaml.org,2002:null": lambda _loader, _node: None,
    "tag:yaml.org,2002:bool": lambda loader, node: loader.construct_scalar(node).lower() == "true",
    "tag:yaml.org,2002:int": _construct_int,
    "tag:yaml.org,2002:float": _construct_float,
    "tag:yaml.org,2002:str": lambda loader, node: loader.construct_scalar(node),
    "tag:yaml.org,2002:seq": lambda loader, node: [loader.construct_object(n, deep=True) for n in node.value],
    "tag:yaml.org,2002:map": _construct_mapping,
    None: _refuse_tag,
}


def _load_yaml(text: str, name: str, error: type[InputError]) -> Any:
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise error("the file is empty", place=Place(name))
            _count_nodes(node)
            return loader.construct_document(node)
        finally:
            loader.dispose()
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        reason = getattr(problem, "problem", None) or getattr(problem, "reason", None) or str(problem)
        raise error(f"not valid YAML: {reason}", place=place) from problem
    except (RecursionError, ValueError) as problem:
        raise error(f"not valid YAML: {problem}", place=Place(name)) from problem


def _count_nodes(root: Any) -> None:
    """Refuse a document whose aliases contain themselves or expand to too many nodes."""
    sizes: dict[int, int] = {}

    def size(node: Any, above: frozenset[int]) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        known = sizes.get(id(node))
        if known is not None:
            return known
        if id(node) in above:
            raise yaml.constructor.ConstructorError(None, None, "an alias contains itself", node.start_mark)
        inside = above | {id(node)}
        children = [n for pair in node.value for n in (pair if isinstance(pair, tuple) else (pair,))]
        total = 1 + sum(size(child, inside) for child in children)
        if total > MAX_NODES:
            message = f"the aliases expand to more than {MAX_NODES:,} values"
            raise yaml.constructor.ConstructorError(None, None, message, node.start_mark)
        sizes[id(node)] = total
        return total

    size(root, frozenset())


def data_folder(name: str) -> Path:
    """The folder `templates`, `locales` or `schemas`: inside an installed wheel, or of a checkout."""
    package = Path(__file__).parent
    installed = package / "data" / name
    return installed if installed.is_dir() else package.parent / name
