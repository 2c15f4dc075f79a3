"""The requests of a Postman collection (v2.0 or v2.1), as Postman itself would send them.

The format is https://schema.postman.com/collection/json/v2.1.0/draft-07/docs/index.html. Variables take
the nearest value that the collection gives; one without a value becomes a credential. Disabled entries
are left out, and scripts are not run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from snippetgen.errors import InputError, Place, SnippetgenError
from snippetgen.importing.postmanrequest import read_request
from snippetgen.importing.postmanscope import Scope
from snippetgen.importing.recorded import Imported, LocalFiles, Recorded, Refused
from snippetgen.shape import check_shape
from snippetgen.source import Source, escape_pointer, load

__all__ = ["load_postman"]

MAX_DEPTH = 50
MAX_REQUESTS = 10_000


def load_postman(path: str | Path, values: Mapping[str, str] | None = None) -> Imported:
    """The requests of a collection, named by their folders; `values` go over its own variables.

    Raises InputError, with the place, where the file is not a collection.
    """
    source = load(path)
    check_shape(source, "postman-collection.schema.json", InputError)
    found = list(_walk(source, Scope.of(source.data, values or {}), source.data["item"], "/item", ""))
    if len(found) > MAX_REQUESTS:
        raise InputError(f"the collection has more than {MAX_REQUESTS:,} requests", place=Place(source.path))
    named, files = list(_distinct(found)), LocalFiles()
    return Imported(
        requests=tuple(
            replace(item, request=files.request(item.request)) for item in named if isinstance(item, Recorded)
        ),
        refused=tuple(item for item in named if isinstance(item, Refused)),
    )


def _distinct(found: Sequence[Recorded | Refused]) -> Iterator[Recorded | Refused]:
    """The same with a number behind each name that occurred before."""
    seen: Counter[str] = Counter()
    for item in found:
        seen[item.name] += 1
        yield replace(item, name=f"{item.name} {seen[item.name]}") if seen[item.name] > 1 else item


def _walk(
    source: Source, scope: Scope, items: Sequence[Mapping[str, Any]], pointer: str, folder: str
) -> Iterator[Recorded | Refused]:
    if pointer.count("/item") > MAX_DEPTH:
        raise InputError(f"folders are nested more than {MAX_DEPTH} deep", place=source.place(pointer))
    for index, item in enumerate(items):
        at = pointer + escape_pointer(index)
        name = f"{folder}{item.get('name') or f'request {index + 1}'}"
        if "item" in item:
            yield from _walk(source, scope.inside(item), item["item"], f"{at}/item", f"{name}/")
        elif "request" in item:
            yield _read(source, scope.inside(item), item["request"], f"{at}/request", name)


def _read(source: Source, scope: Scope, data: Any, pointer: str, name: str) -> Recorded | Refused:
    try:
        request, notes, secrets = read_request({"url": data} if isinstance(data, str) else data, scope)
    except SnippetgenError as problem:
        return Refused(name=name, reason=problem.message, place=source.place(pointer))
    return Recorded(name=name, request=request, notes=notes, secrets=secrets, source=source, pointer=pointer)
