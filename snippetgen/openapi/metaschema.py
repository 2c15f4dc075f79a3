"""What the OpenAPI Initiative's meta-schema says about a document: which of its objects it describes wrongly.

What a Schema Object says is not its business; that is judged where the schema is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from snippetgen.exact import plain
from snippetgen.openapi.document import Document
from snippetgen.source import data_folder, escape_pointer

__all__ = ["departures"]


@cache
def _validator(version: str) -> Any:
    import jsonschema_rs

    schema = json.loads((data_folder("schemas") / "openapi" / f"{version}.json").read_text("utf-8"))
    kind = jsonschema_rs.Draft4Validator if version == "3.0" else jsonschema_rs.Draft202012Validator
    return kind(schema)


def departures(document: Document) -> Iterator[tuple[str, str]]:
    """The pointer and the reason of each place where the document departs from its version's meta-schema."""
    data = document.data if document.bundle.data is None else document.bundle.data
    errors = _validator(document.version[:3]).iter_errors(plain(data))
    found = [leaf for error in errors for leaf in _leaves(error)]
    # An object that fails otherwise has not evaluated all of its properties, which says nothing new.
    failed = {(*leaf.instance_path,) for leaf in found if leaf.kind.name != "unevaluatedProperties"}
    for leaf in found:
        if leaf.kind.name != "unevaluatedProperties" or (*leaf.instance_path,) not in failed:
            yield escape_pointer(*leaf.instance_path), _reason(leaf)


def _leaves(error: Any) -> Iterator[Any]:
    """The errors that say what to mend: those of the object itself where a reference could stand too."""
    branches = getattr(error.kind, "context", None)
    if not branches or not all(branches):  # what fits more than one alternative fails none of those
        yield error
        return
    own = [branch for branch in branches if not any(map(_wants_reference, branch))]
    for inner in min(own or branches, key=len):
        yield from _leaves(inner)


def _wants_reference(error: Any) -> bool:
    return bool(error.kind.name == "required" and error.kind.property == "$ref")


def _reason(error: Any) -> str:
    """What is wrong, without the value that it is wrong in, which may be a page long."""
    message = str(error.message)
    if error.kind.name == "oneOf" and not all(error.kind.context):
        return "it has more than one of the forms that exclude each other"
    if error.kind.name in {"required", "additionalProperties", "unevaluatedProperties", "minProperties"}:
        return message
    return message if len(message) <= 160 else f"the value does not satisfy `{error.kind.name}`"
