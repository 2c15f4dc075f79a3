"""A file format of ours is a JSON Schema in `schemas/`; here a file is held against it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from snippetgen.errors import InputError
from snippetgen.exact import plain
from snippetgen.source import Source, data_folder, escape_pointer, resolve_pointer

__all__ = ["check_shape"]


_KINDS: dict[type, str] = {
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
}


@cache
def _validator(name: str) -> Any:
    import jsonschema_rs  # imports in a third of the time of the reference implementation

    return jsonschema_rs.Draft202012Validator(json.loads((data_folder("schemas") / name).read_text("utf-8")))


def check_shape(source: Source, schema: str, error: type[InputError], at: str = "") -> None:
    """Raise `error` where the file, or what stands in it `at` a pointer, first departs from its schema."""
    problem = next(iter(_validator(schema).iter_errors(plain(resolve_pointer(source.data, at)))), None)
    if problem is None:
        return
    pointer = at + escape_pointer(*problem.instance_path)
    value = resolve_pointer(source.data, pointer)
    if not pointer and not isinstance(value, dict):
        message = f"this holds {_KINDS.get(type(value), 'a value')}, where a mapping of keys is wanted"
        raise error(message, fix=f"see schemas/{schema}", place=source.place())
    unexpected = getattr(problem.kind, "unexpected", None) or ()
    place = source.place(pointer + escape_pointer(*unexpected[:1]))
    shown = pointer or "the file"
    raise error(f"{shown}: {problem.message}", fix=f"see schemas/{schema}", place=place)
