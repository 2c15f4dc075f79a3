"""A `Case` is one snippet to be proved, with what the recorder answers it and what its run is given."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from snippetgen.api import Api, Endpoint, Sample
from snippetgen.build import catalogs_of
from snippetgen.i18n.tag import SOURCE
from snippetgen.importing.recorded import Recorded
from snippetgen.language import Client, Language
from snippetgen.locale import Locale
from snippetgen.model import Request
from snippetgen.openapi.operation import Operation
from snippetgen.proof.exchange import Answer
from snippetgen.source import Source

__all__ = ["Case", "Selection", "answer", "input_files", "plan", "plan_recorded", "plan_requests", "secrets"]

Selection = Sequence[tuple[Language, Client | None]]

_SUCCESS = Answer(body='{"message": "café, 日本語, 👋"}'.encode())
_FAILURE = Answer(status=403, body='{"message": "not allowed: café, 日本語, 👋"}'.encode())


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """One snippet to be proved, and what the recorder answers it; `client` None is the page's choice.

    In each of `locales` it must be the same code.
    """

    example: str
    request: Request
    language: Language
    client: Client | None = None
    endpoint: str | None = None
    operation: Operation | None = None
    success: Answer = _SUCCESS
    failure: Answer = _FAILURE
    source: Source | None = None
    pointer: str = ""
    locales: tuple[Locale, ...] = ()

    @property
    def chosen(self) -> Client:
        """The client that is tried."""
        fitting = (c for c in self.language.clients if c.refusal(self.request) is None)
        return self.client or next(fitting, self.language.default_client)

    @property
    def client_id(self) -> str:
        """The id of the client that is tried."""
        return self.chosen.id


def plan(
    api: Api, selection: Selection, endpoint: str | None = None, example: str | None = None
) -> tuple[Case, ...]:
    """Every endpoint, example and language in the order of the spec and of the selection."""
    endpoints = api.endpoints if endpoint is None else (api.endpoint(endpoint),)
    locales = tuple(catalogs_of(api).locale(tag) for tag in api.locales if tag != SOURCE)
    return tuple(
        Case(
            endpoint=chosen.id,
            example=item.id,
            request=item.request,
            language=language,
            client=client,
            operation=chosen.operation,
            success=answer(chosen, success=True),
            failure=answer(chosen, success=False),
            source=api.source,
            pointer=item.pointer,
            locales=locales,
        )
        for chosen in endpoints
        for item in chosen.examples
        if example in {None, item.id}
        for language, client in selection
    )


def plan_requests(requests: Sequence[tuple[str, Request]], selection: Selection) -> tuple[Case, ...]:
    """Plain requests with a name each, for instance a HAR file's."""
    return tuple(
        Case(example=name, request=request, language=language, client=client)
        for name, request in requests
        for language, client in selection
    )


def plan_recorded(recorded: Sequence[Recorded], selection: Selection) -> tuple[Case, ...]:
    """Requests of files, which findings point into."""
    return tuple(
        Case(
            example=item.name,
            request=item.request,
            language=language,
            client=client,
            source=item.source,
            pointer=item.pointer,
        )
        for item in recorded
        for language, client in selection
    )


def answer(endpoint: Endpoint, *, success: bool) -> Answer:
    """The first documented success, or error; one of our own where the spec has no sample of it."""
    sample = endpoint.sample(success=success)
    if sample is None:
        return _SUCCESS if success else _FAILURE
    fallback = "200" if success else "500" if sample.status == "default" else f"{sample.status[:1]}00"
    status = sample.status if sample.status.isdigit() else fallback
    return Answer(status=int(status), body=_sample_bytes(sample))


def _sample_bytes(sample: Sample) -> bytes:
    """The sample as the page shows it, or as JSON where its file is YAML."""
    try:
        json.loads(sample.source.text)
    except ValueError:
        return json.dumps(sample.value, ensure_ascii=False).encode()
    return sample.source.text.strip().encode()


def secrets(request: Request) -> dict[str, str]:
    """A test value for each credential, as hard to send as its place allows.

    One that stands in a header as it is has visible ASCII only; one that is encoded has everything but the
    colon, which ends a user name (RFC 7617 section 2).
    """
    bare = {part for pair in request.headers if pair.value for part in pair.value.parts}
    return {
        credential.env: f"test-key-{n}" + ("+/=%&#?~$'" if credential in bare else "+/=%&#?~$'\" \\é世👋")
        for n, credential in enumerate(request.credentials, start=1)
    }


def input_files(request: Request) -> dict[str, bytes]:
    """Test content for each file that the request reads: every byte, line ends, near-boundaries."""
    tail = bytes(range(256)) * 4 + b"\r\n--x\r\n\r\n--x--\r\n\n\r\xff\xfe"
    return {name: f"{name}\n".encode() + tail for name in request.files}
