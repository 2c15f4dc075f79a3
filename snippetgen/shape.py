"""A file format of ours is a JSON Schema in `schemas/`; here a file is held against it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from snippetgen.errors import InputError
from snippetgen.source import Source, data_folder, escape_pointer

__all__ = ["check_shape"]


@cache
def _validator(name: str) -> Any:
    import jsonschema_rs  # a tenth of the import time of the reference implementation, same verdicts

    return jsonschema_rs.Draft202012Validator(json.loads((data_folder("schemas") / name).read_text("utf-8")))


def check_shape(source: Source, schema: str, error: type[InputError]) -> None:
    """Raise `error` at the first place where the file departs from its schema."""
    problem = next(iter(_validator(schema).iter_errors(source.data)), None)
    if problem is None:
        return
    pointer = escape_pointer(*problem.instance_path)
    shown = pointer or "the file"
    raise error(f"{shown}: {problem.message}", fix=f"see schemas/{schema}", place=source.place(pointer))
