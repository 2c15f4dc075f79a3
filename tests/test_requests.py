"""The request set in `tests/requests`: every kind of request, through every client.

Every file is rendered in every language. Everyday runs prove a declared core with the real toolchains;
`make verify-requests` (SNIPPETGEN_REQUESTS=all) proves all of them.
"""

import os

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars
from snippetgen.language import default_languages, load_languages
from snippetgen.proof.case import plan_recorded
from snippetgen.proof.probe import find_toolchain, probe_client
from snippetgen.proof.verify import verify
from snippetgen.render import render
from tests.conftest import REQUIRED, ROOT

ALL = os.environ.get("SNIPPETGEN_REQUESTS") == "all"
FOLDER = ROOT / "tests" / "requests"
DOCS = ROOT / "docs" / "clients.md"
RECORDED = load_hars([FOLDER])
NAMES = [item.name for item in RECORDED.requests]
LANGUAGES = default_languages()
OTHERS = [
    (language, client)
    for language in load_languages()
    for client in language.clients
    if language.optional or client is not language.default_client
]


def _names(text):
    return set(text.split())


CLASSES = _names("auth cookie empty file form header json method multipart origin path query style text")
# One of each kind that a client is most likely to get wrong.
CORE = _names("""
cookie-specials empty-json file-image file-name-quotes form-specials header-quotes json-base64-field
json-integers-beyond-2-53 json-strings-interpolations method-custom-propfind multipart-file-and-fields
multipart-part-headers path-slash-encoded query-special-characters text-charset-utf-8 text-interpolations
""")
# Where a snippet is a script, starting it is all that a proof costs.
WIDE = _names("""
auth-basic-unicode auth-oauth2-token cookie-verbatim empty-with-header file-base64 file-raw form-line-breaks
form-repeated form-text-raw header-case-preserved header-empty header-latin-1 header-repeated
json-decimals-exact json-duplicate-keys json-exponents json-null json-odd-keys json-strings-control
json-strings-escaped json-strings-quotes method-delete-with-body method-head multipart-empty
multipart-file-inline multipart-file-name-quotes multipart-json-part multipart-line-breaks
multipart-related-text path-brackets path-unicode query-encoded-looking query-interpolations
query-line-breaks query-numeric-names query-prototype-names query-repeated-interleaved query-without-value
style-matrix-exploded text-charset-latin-1 text-charset-utf-16 text-heredoc-ends text-line-breaks text-nul
text-with-get text-without-type
""")
FAST = {"curl", "php"}


def test_the_set_covers_every_class():
    """At least 120 files, some of every class, each of them a request."""
    assert len(NAMES) >= 120
    assert {name.partition("-")[0] for name in NAMES} == CLASSES
    assert (RECORDED.refused, RECORDED.ignored) == ((), ())
    assert {*NAMES} >= CORE | WIDE


def test_every_file_is_one_request_or_is_read_by_one():
    read = {name for item in RECORDED.requests for name in item.request.files}
    beside = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert beside - {f"{name}.har.json" for name in NAMES} == read


def _refusals(language, client=None):
    for item in RECORDED.requests:
        try:
            assert render(item.request, language, client).code
        except UnsupportedError as problem:
            yield item.name, problem.message


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_every_request_renders_or_is_refused_by_name(language):
    """A default client refuses at most a handful, each with a reason."""
    refusals = dict(_refusals(language))
    assert all(refusals.values())
    assert len(refusals) <= len(NAMES) // 20, refusals


def _chosen(language):
    if ALL or language.id in FAST:
        return RECORDED.requests
    return [item for item in RECORDED.requests if item.name in (CORE if _compiles(language) else CORE | WIDE)]


def _compiles(language):
    return any(toolchain.compile for toolchain in language.toolchains)


def _failures(items, language, client=None):
    """What does not pass of the requests that are not refused."""
    refused = {name for name, _ in _refusals(language, client)}
    kept = [item for item in items if item.name not in refused]
    proofs = verify(plan_recorded(kept, [(language, client)]), jobs=None if ALL else 1)
    return {proof.example: f"{proof.tier}: {proof.reason}" for proof in proofs if proof.verdict != "pass"}


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_what_arrives_is_what_the_har_says(language):
    """Through the real toolchain, each request passes, or is one that the client refuses."""
    if find_toolchain(language) is None:
        assert not {"all", language.id} & {*REQUIRED.split(",")}, f"{language.id} has no toolchain"
        pytest.skip(f"{language.id} has no toolchain")
    assert _failures(_chosen(language), language) == {}


@pytest.mark.proof
@pytest.mark.parametrize(("language", "client"), OTHERS, ids=lambda value: value.id)
def test_what_arrives_through_the_other_clients_is_what_the_har_says(language, client):
    """The same of each client that is not the default; one that compiles has its turn with all requests."""
    probe = probe_client(language, client)
    if probe is None or not probe.found:
        assert REQUIRED != "all", f"{language.id}/{client.id} has no library"
        pytest.skip(f"{language.id}/{client.id} is unproven: no library")
    if _compiles(language) and not ALL:
        pytest.skip(f"{language.id}/{client.id} is proved by `make verify-requests`")
    items = RECORDED.requests if ALL else [item for item in RECORDED.requests if item.name in CORE]
    assert _failures(items, language, client) == {}


def _table():
    """The rows of docs/clients.md."""
    rows = [(x.title, name, reason.replace("|", "\\|")) for x in LANGUAGES for name, reason in _refusals(x)]
    return "\n".join(
        ["| Language | Request | Reason |", "|---|---|---|", *(f"| {a} | `{b}` | {c} |" for a, b, c in rows)]
    )


def test_the_docs_list_every_refusal():
    """docs/clients.md names each request of the set that no client of a default language can send."""
    text = DOCS.read_text("utf-8")
    assert _table() in text, "write the table anew: python -m tests.test_requests"


if __name__ == "__main__":
    before, _, rest = DOCS.read_text("utf-8").partition("<!-- refusals -->")
    after = rest.partition("<!-- /refusals -->")[2]
    DOCS.write_text(f"{before}<!-- refusals -->\n\n{_table()}\n\n<!-- /refusals -->{after}", "utf-8")
