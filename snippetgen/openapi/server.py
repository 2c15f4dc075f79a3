"""A server's URL (OAS Server Object), as a request goes to it: each variable at its default."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

__all__ = ["is_server_url", "server_url"]


def server_url(server: Mapping[str, Any]) -> str:
    """The URL with each variable at its default."""
    url, variables = str(server.get("url", "")), server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        default = variable.get("default", "") if isinstance(variable, dict) else ""
        url = url.replace("{" + name + "}", str(default))
    return url


def is_server_url(url: str) -> bool:
    """Whether a request can go to a URL: one of HTTP, or a reference relative to the document (RFC 3986)."""
    try:
        parts = urlsplit(url)
        lawful = re.fullmatch(r"[!-~]*", url) and not re.search(r'["<>\\^`{|}]', url) and parts.port != 0
    except ValueError:
        return False
    whole = bool(parts.netloc) or not parts.scheme
    return bool(lawful) and whole and parts.scheme in {"", "http", "https"}
