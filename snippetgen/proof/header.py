"""Headers compared: each declared one once and by value, and none that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from snippetgen.model import Finding
from snippetgen.proof.asked import Asked
from snippetgen.proof.exchange import Exchange
from snippetgen.proof.mask import Show
from snippetgen.proof.reading import is_automatic, read_media_type

__all__ = ["compare_header", "compare_headers"]


def compare_headers(asked: Asked, got: Exchange) -> Iterator[Finding]:
    """Every header that is missing, different, or in addition."""
    declared = _declared(asked)
    for name, values in declared.items():
        yield from compare_header(name, values, got, asked.show)
    for name, value in got.headers:
        if name.lower() not in declared and not is_automatic(name):
            shown = f"{asked.show(name)}: {asked.show(value.encode('latin-1'))}"
            yield Finding(rule="wire/extra-header", message=f"the header {shown} was not asked for")


def _declared(asked: Asked) -> dict[str, list[str]]:
    """The values of each header that must arrive, by its name in lower case."""
    declared: dict[str, list[str]] = {}
    for pair in asked.request.headers:
        declared.setdefault(pair.name.lower(), []).append(asked.resolve(pair.value).strip(" \t"))
    body = asked.request.body
    if body and body.media_type is not None:
        declared["content-type"] = [body.media_type]
    elif body and body.kind == "multipart":
        declared["content-type"] = ["multipart/form-data"]
    return declared


def compare_header(name: str, expected: Sequence[str], exchange: Exchange, show: Show) -> Iterator[Finding]:
    """Whether a header arrived once and with its value, or as often as it was asked for."""
    got = [value.encode("latin-1") for value in exchange.values(name)]
    if _same_values(name, expected, got) or (len(expected) > 1 and _is_combined(name, expected, got)):
        return
    rule = "wire/media-type" if name == "content-type" else "wire/header"
    wanted, came = (" and ".join(map(show, values)) for values in (expected, got))
    if not got:
        fact = "is missing"
    else:
        fact = f"is {came}" if len(got) <= len(expected) else f"arrived {len(got)} times: {came}"
    yield Finding(rule=rule, message=f"the header {name} {fact}, expected {wanted}")


def _is_combined(name: str, expected: Sequence[str], got: Sequence[bytes]) -> bool:
    """Whether a client joined the values of equal names, as RFC 9110 section 5.3 allows."""
    glues = ("; ", ";") if name == "cookie" else (", ", ",")
    return any(_same_values(name, [glue.join(expected)], got) for glue in glues)


def _same_values(name: str, expected: Sequence[str], got: Sequence[bytes]) -> bool:
    """Whether the values are equal; other characters than ASCII may come as UTF-8 or as Latin-1."""
    if len(expected) != len(got):
        return False
    pairs = zip(expected, got, strict=True)
    if name == "content-type":
        return all(read_media_type(e) == read_media_type(g.decode("latin-1")) for e, g in pairs)
    return all(g in {e.encode(), e.encode("latin-1", "replace")} for e, g in pairs)
