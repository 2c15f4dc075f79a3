"""The request set in `tests/requests`: every kind of request, through every client.

Every file is rendered in every language. Everyday runs prove a declared core with the real toolchains;
`make verify-requests` (SNIPPETGEN_REQUESTS=all) proves all of them.
"""

import os

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars
from snippetgen.manifest import default_languages, load_languages
from snippetgen.proof.case import plan_recorded
from snippetgen.proof.probe import probe_client
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
OPTIONAL = [(language, client) for language, client in OTHERS if language.optional]


def _names(text):
    return set(text.split())


CLASSES = _names("auth cookie empty file form header json method multipart origin path query style text")
# One of each kind that a client is most likely to get wrong.
CORE = _names("""
cookie-specials empty-json file-image file-name-quotes form-specials header-quotes json-base64-field
json-integers-beyond-2-53 json-strings-interpolations method-custom-propfind multipart-file-and-fields
multipart-part-headers path-slash-encoded query-special-characters text-charset-latin-1 text-charset-utf-8
text-interpolations
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
style-matrix-exploded text-charset-utf-16 text-heredoc-ends text-line-breaks text-nul
text-with-get text-without-type
""")
FAST = {"curl", "php", "wget"}
WINDOWS = {"cmd", "powershell"}  # nothing that can be installed here runs them


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


@pytest.mark.parametrize(("language", "client"), OPTIONAL, ids=lambda item: item.id)
def test_every_request_renders_or_is_refused_in_a_client_of_choice(language, client):
    """What an optional language's client refuses has its reason; most it can send."""
    refusals = dict(_refusals(language, client))
    assert all(refusals.values())
    assert len(refusals) <= len(NAMES) // 6, refusals


def _chosen(language):
    if ALL or language.id in FAST:
        return RECORDED.requests
    return [item for item in RECORDED.requests if item.name in (CORE if _compiles(language) else CORE | WIDE)]


def _compiles(language):
    return any(toolchain.compile for toolchain in language.toolchains)


def _failures(language, client, items):
    """What became of each request that was not refused and did not pass."""
    probe = probe_client(language, client or language.default_client)
    if probe is None or not probe.found:
        demanding = {language.id} if language.id in WINDOWS else {"all", language.id}
        assert not demanding & {*REQUIRED.split(",")}, f"{language.id} has no toolchain"
        pytest.skip(f"{language.id} is unproven: no toolchain")
    refused = {name for name, _ in _refusals(language, client)}
    chosen = [item for item in items if item.name not in refused]
    proofs = verify(plan_recorded(chosen, [(language, client)]), jobs=None if ALL else 1)
    return {x.example: f"{x.tier}: {x.reason}" for x in proofs if x.verdict != "pass"}


@pytest.mark.proof
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_what_arrives_is_what_the_har_says(language):
    """Through the real toolchain, each request passes, or is one that the client refuses."""
    assert _failures(language, None, _chosen(language)) == {}


@pytest.mark.proof
@pytest.mark.parametrize(("language", "client"), OTHERS, ids=lambda value: value.id)
def test_what_arrives_through_the_other_clients_is_what_the_har_says(language, client):
    """The same of each client that is not the default; one that compiles has its turn with all requests."""
    if _compiles(language) and not ALL:
        pytest.skip(f"{language.id}/{client.id} is proved by `make verify-requests`")
    every = ALL or client.id in FAST
    items = RECORDED.requests if every else [item for item in RECORDED.requests if item.name in CORE]
    assert _failures(language, client, items) == {}


def _table():
    """The rows of docs/clients.md: the default languages, then each client of the others."""
    refused = [(x.title, list(_refusals(x))) for x in LANGUAGES]
    refused += [(f"{x.title}, {client.title}", list(_refusals(x, client))) for x, client in OPTIONAL]
    rows = [(title, name, reason.replace("|", "\\|")) for title, found in refused for name, reason in found]
    return "\n".join(
        ["| Language | Request | Reason |", "|---|---|---|", *(f"| {a} | `{b}` | {c} |" for a, b, c in rows)]
    )


def test_the_docs_list_every_refusal():
    """docs/clients.md names what of the set a default language, or an optional one's client, cannot send."""
    text = DOCS.read_text("utf-8")
    assert _table() in text, "write the table anew: python -m tests.test_requests"


if __name__ == "__main__":
    before, _, rest = DOCS.read_text("utf-8").partition("<!-- refusals -->")
    after = rest.partition("<!-- /refusals -->")[2]
    DOCS.write_text(f"{before}<!-- refusals -->\n\n{_table()}\n\n<!-- /refusals -->{after}", "utf-8")
