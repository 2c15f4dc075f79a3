"""An `Overlay` is a file of the Overlay Specification 1.0 that mends an OpenAPI document without touching it.

Source: https://spec.openapis.org/overlay/v1.0.0.html; targets are JSONPath (RFC 9535).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snippetgen.errors import DocumentError
from snippetgen.model import Json
from snippetgen.source import Source, load

__all__ = ["Action", "Overlay", "apply_overlay", "load_overlay"]

_NOTHING: Any = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One change: `update` is merged into every node that `target` selects, or they are removed.

    `pointer` leads to the action in its file; `has_update` tells an update to null from none.
    """

    target: str
    description: str
    update: Json
    has_update: bool
    remove: bool
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A file of actions, in the order in which they apply."""

    source: Source
    title: str
    actions: tuple[Action, ...]

    def error(self, message: str, pointer: str = "", *, fix: str | None = None) -> DocumentError:
        """The error that says this about the value at a pointer of the overlay."""
        return DocumentError(message, fix=fix, place=self.source.place(pointer))


def load_overlay(path: str | Path) -> Overlay:
    """Read an overlay; whatever the specification does not allow is a DocumentError."""
    source = load(path, DocumentError)
    data = source.data
    version = data.get("overlay") if isinstance(data, dict) else None
    if not isinstance(version, str) or not re.fullmatch(r"1\.0\.\d+", version):
        message = (
            f"the `overlay` version is {version!r}"
            if version is not None
            else "there is no `overlay` version"
        )
        raise DocumentError(message, fix="begin with `overlay: 1.0.0`", place=source.place("/overlay"))
    info = data.get("info")
    for key in ("title", "version"):
        if not isinstance(info, dict) or not isinstance(info.get(key), str):
            fix = f"add `info.{key}` as a string"
            raise DocumentError(
                f"the overlay has no `info.{key}`", fix=fix, place=source.place(f"/info/{key}")
            )
    actions = data.get("actions")
    if not isinstance(actions, list) or not actions:
        fix = "add at least one action"
        raise DocumentError(
            "`actions` must be a list that is not empty", fix=fix, place=source.place("/actions")
        )
    read = tuple(_read_action(source, node, f"/actions/{i}") for i, node in enumerate(actions))
    return Overlay(source=source, title=data["info"]["title"], actions=read)


def _read_action(source: Source, node: Any, pointer: str) -> Action:
    place = source.place(pointer)
    if not isinstance(node, dict) or not isinstance(node.get("target"), str):
        raise DocumentError("an action needs a `target`", fix="name the nodes by a JSONPath", place=place)
    if not isinstance(node.get("remove", False), bool):
        raise DocumentError("`remove` must be true or false", place=source.place(f"{pointer}/remove"))
    if "update" not in node and node.get("remove") is not True:
        raise DocumentError("an action needs `update` or `remove: true`", place=place)
    return Action(
        target=node["target"],
        description=str(node.get("description", "")),
        update=node.get("update"),
        has_update="update" in node,
        remove=node.get("remove") is True,
        pointer=pointer,
    )


def apply_overlay(overlay: Overlay, document: Any) -> Any:
    """A copy of the document with every action applied; a target that selects nothing is a DocumentError."""
    result = deepcopy(document)
    for action in overlay.actions:
        paths = _select(overlay, action, result)
        if action.remove:
            _remove(overlay, action, result, paths)
        else:
            for path in paths:
                _update(overlay, action, result, path)
    return result


def _select(overlay: Overlay, action: Action, document: Any) -> list[tuple[str | int, ...]]:
    """The paths of the nodes that the target selects, each once."""
    from jsonpath_rfc9535 import JSONPathError, find  # heavy, and most documents have no overlay

    place = f"{action.pointer}/target"
    try:
        paths = list(dict.fromkeys(node.location for node in find(action.target, document)))
    except JSONPathError as problem:
        reason = str(problem).splitlines()[0]
        raise overlay.error(f"the target {action.target!r} is no JSONPath: {reason}", place) from problem
    if not paths:
        fix = "the document has changed under the overlay: mend the target or drop the action"
        raise overlay.error(f"the target {action.target!r} matches nothing", place, fix=fix)
    return paths


def _remove(overlay: Overlay, action: Action, document: Any, paths: Iterable[tuple[str | int, ...]]) -> None:
    """Delete the nodes, later array items first so that the earlier indexes stay right."""
    for path in sorted(paths, key=_removal_order, reverse=True):
        if not path:
            raise overlay.error("the whole document cannot be removed", f"{action.pointer}/target")
        del _at(document, path[:-1])[path[-1]]


def _removal_order(path: tuple[str | int, ...]) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (-1, part) for part in path]


def _update(overlay: Overlay, action: Action, document: Any, path: tuple[str | int, ...]) -> None:
    node = _at(document, path)
    if not isinstance(node, dict | list):
        fix = "target the object that holds it"
        raise overlay.error(
            f"the target {action.target!r} is neither object nor array", action.pointer, fix=fix
        )
    merged = _merge(node, deepcopy(action.update))
    if merged is _NOTHING:
        raise overlay.error("the update of an object must be an object", f"{action.pointer}/update")


def _merge(node: Any, update: Any) -> Any:
    """Merge in place where both are containers; _NOTHING when an object meets something else."""
    if isinstance(node, list):
        node.extend(update if isinstance(update, list) else [update])
        return node
    if not isinstance(node, dict):
        return update
    if not isinstance(update, dict):
        return _NOTHING
    for key, value in update.items():
        merged = _merge(node[key], value) if key in node else value
        if merged is _NOTHING:
            return _NOTHING
        node[key] = merged
    return node


def _at(document: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        document = document[part]
    return document
