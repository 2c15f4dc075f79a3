"""The JSON Schemas of the responses that pages promise, taken out of the document as files."""

from __future__ import annotations

import json
import re
from pathlib import Path

from snippetgen.api import Api
from snippetgen.openapi.schema import extract
from snippetgen.source import resolve_pointer
from snippetgen.tree import Synced, sync

__all__ = ["extract_schemas"]


def extract_schemas(api: Api, folder: Path, *, check: bool = False) -> Synced:
    """Write one self-contained JSON Schema for each response schema; with `check`, show what drifted.

    These are the branches that endpoints name, and the schema of every other sample's status.
    """
    schemas = {}
    for name, pointer in _targets(api).items():
        schema = extract(api.document, pointer) | {"$id": f"{name}.schema.json"}
        schemas[f"{name}.schema.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return sync(schemas, folder, check=check)


def _targets(api: Api) -> dict[str, str]:
    """The schemas by name: a component's own, or the endpoint's with the status."""
    targets: dict[str, str] = {}
    for endpoint in api.endpoints:
        if endpoint.response:
            targets[endpoint.response] = endpoint.response
        for sample in endpoint.samples:
            response = endpoint.operation.response(sample.status)
            if response is None or (sample.status.startswith("2") and endpoint.response):
                continue
            for pointer in filter(None, response.content.values()):
                _, place = api.document.follow(resolve_pointer(api.document.data, pointer), pointer)
                component = re.fullmatch(r"/components/schemas/([^/~]+)", place)
                targets[component[1] if component else f"{endpoint.id}-{sample.status}"] = place
    return targets
