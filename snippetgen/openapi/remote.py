"""A remote file: what an http or https `$ref` leads to, fetched from the hosts that are allowed and no other.

A host is allowed by its exact name, and by its port where that is not the scheme's own. Everything goes
over https; http is for loopback. A redirect must stay among the allowed hosts too. What was asked for and
cannot be had is a RemoteError: it ends the work, where a reference that must not be followed is a finding.
"""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from snippetgen.errors import DocumentError, RemoteError, UsageError
from snippetgen.source import Source, source_of

if TYPE_CHECKING:
    import httpx

__all__ = ["NOWHERE", "Remote", "is_remote"]

MAX_BYTES = 64 * 2**20  # of one file
MAX_SECONDS = 60  # for one file
MAX_SILENCE = 10  # seconds in which a server says nothing
MAX_REDIRECTS = 5
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:*%\[\]\\]+)(:[0-9]{1,5})?")
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "snippetgen"}
_NOTHING = "it leads to the network, from which nothing is fetched"


def is_remote(name: str) -> bool:
    """Whether the name of a file is a URL."""
    return name.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Remote:
    """The hosts from which files may be fetched, each with a port or None for the scheme's own."""

    hosts: frozenset[tuple[str, int | None]] = frozenset()

    @classmethod
    def allowing(cls, names: Iterable[str]) -> Remote:
        """The allow-list of these HOST or HOST:PORT; a UsageError where one is neither."""
        return cls(frozenset(map(_host, names)))

    def url(self, address: str, base: str = "") -> str:
        """The URL of an address in a file at a base URL; a DocumentError where it must not be fetched."""
        if not self.hosts:
            raise DocumentError(_NOTHING)
        httpx = _httpx()
        try:
            url = httpx.URL(base).join(address) if base else httpx.URL(address)
        except (httpx.InvalidURL, ValueError) as problem:
            raise DocumentError(f"it is no URL: {problem}") from problem
        refusal = self._refusal(url)
        if refusal is not None:
            raise DocumentError(refusal)
        return str(url)

    def _refusal(self, url: httpx.URL) -> str | None:
        """Why nothing is fetched from a URL; None where it may be."""
        host = url.raw_host.decode("ascii")
        if url.scheme not in _PORTS or not host:
            return _NOTHING + " but by https"
        if url.userinfo:
            return "a URL with a password is not fetched"
        if not {(host, url.port), (host, url.port or _PORTS[url.scheme])} & self.hosts:
            shown = url.netloc.decode("ascii")
            return f"the host {shown} is not allowed, and nothing is fetched from it"
        if url.scheme == "http" and not _is_loopback(host):
            return f"nothing is fetched from {host} by http, which anybody on the way can change"
        return None

    def fetch(self, url: str) -> Source:
        """The file at a URL, whose path is where redirects led; a RemoteError where it cannot be had."""
        httpx = _httpx()
        place, until = httpx.URL(url), time.monotonic() + MAX_SECONDS
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = _get(place, until)
                if isinstance(answer, bytes):
                    return source_of(str(place), answer, RemoteError)
                place = answer
                refusal = self._refusal(place)
                if refusal is not None:
                    raise RemoteError(f"{url} redirects to {place}: {refusal}", fix="allow that host too")
        except httpx.HTTPError as problem:
            reason = str(problem) or type(problem).__name__
            raise RemoteError(f"{place} cannot be fetched: {reason}", fix="try again later") from problem
        raise RemoteError(f"{url} redirects more than {MAX_REDIRECTS} times")


NOWHERE = Remote()  # nothing is fetched


def _get(url: httpx.URL, until: float) -> bytes | httpx.URL:
    """The content at a URL, or the URL to which it redirects."""
    import httpx

    trust = not _is_loopback(url.raw_host.decode("ascii"))  # no proxy stands before this machine itself
    options = {"headers": _HEADERS, "timeout": MAX_SILENCE, "follow_redirects": False, "trust_env": trust}
    with httpx.stream("GET", url, **options) as response:  # type: ignore[arg-type]
        if response.next_request is not None:
            return response.next_request.url
        if response.status_code != httpx.codes.OK:
            fix = "correct the reference, or put the file into the document's folder"
            raise RemoteError(f"{url} answers {response.status_code}", fix=fix)
        content = bytearray()
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > MAX_BYTES:
                raise RemoteError(f"{url} is longer than {MAX_BYTES // 2**20} MB")
            if time.monotonic() > until:
                raise RemoteError(f"{url} takes longer than {MAX_SECONDS} seconds", fix="try again later")
    return bytes(content)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(name: str) -> tuple[str, int | None]:
    """A HOST or HOST:PORT as its name and port, in the form in which a URL has them."""
    httpx = _httpx()
    try:
        if _HOST.fullmatch(name):
            url = httpx.URL(f"https://{name}/")
            return url.raw_host.decode("ascii"), url.port
    except (httpx.InvalidURL, ValueError):
        pass
    fix = "for instance --allow-remote api.example.com, or localhost:8080"
    raise UsageError(f"--allow-remote {name!r} is not HOST or HOST:PORT", fix=fix)


def _httpx() -> Any:
    try:
        import httpx
    except ImportError as problem:
        message = "files are fetched by httpx, which is not installed"
        raise UsageError(message, fix="pip install 'snippetgen[remote]'") from problem
    return httpx
