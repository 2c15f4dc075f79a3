"""The interpreted languages, as their own formatters and linters see them.

Everyday runs format one request of each kind; with SNIPPETGEN_REQUESTS=all, each of `tests/requests`.
"""

import re

import pytest

from snippetgen.manifest import load_language
from tests.formatting import CHOSEN, SET, case_id, clients_of, codes, complaints

CLIENTS = clients_of(
    [load_language(name) for name in ("curl", "python", "javascript", "typescript", "ruby", "php", "shell")]
)
KINDS = [
    (*case, kind)
    for case in CLIENTS
    for kind in ("commands", "lint")
    if kind == "commands" or case[0].id not in {"javascript", "typescript"}
]
# What a formatter would write otherwise, and why the snippet does not.
OTHERWISE = {
    # black prefers the quotes that need fewer escapes; those around a message are the template's.
    "python": {"file-name-quotes", "multipart-file-name-quotes"},
    # A line that one value alone makes longer than 120 characters stays whole.
    "ruby": {
        "header-long",
        "json-base64-data-url",
        "json-decimals-exact",
        "json-deeper",
        "json-integers-at-limits",
        "json-odd-keys",
        "multipart-long-field",
        "multipart-related-text",
        "query-long",
    },
    # clang-format breaks a template literal that is longer than a line inside its holes.
    "javascript": {"json-base64-data-url"},
    "typescript": {"json-base64-data-url"},
}


def _kind_id(value):
    return value if isinstance(value, str) else value.id


@pytest.mark.proof
@pytest.mark.parametrize(("language", "client", "kind"), KINDS, ids=_kind_id)
def test_formatter_and_linter_have_nothing_to_say_of_the_shipped_examples(
    language, client, kind, api, tmp_path
):
    requests = {f"{e.id}-{x.id}": x.request for e in api.endpoints for x in e.examples}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path, kind)) == {}


@pytest.mark.proof
@pytest.mark.parametrize(("language", "client", "kind"), KINDS, ids=_kind_id)
def test_formatter_and_linter_have_nothing_to_say_of_other_requests(language, client, kind, tmp_path):
    requests = {name: SET[name] for name in CHOSEN if name not in OTHERWISE.get(language.id, ())}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path, kind)) == {}


# How the rest of a snippet uses what it imports.
USES = {
    "faraday": r"Faraday\.",
    "httparty": r"HTTParty\.",
    "json": r"JSON\.",
    "net/http": r"Net::HTTP\.",
    "securerandom": r"SecureRandom\.",
    "uri": r"URI\.",
}
IMPORT = re.compile(r'^(?:import (\w+) from|require) "([\w:/]+)";?$', re.MULTILINE)


def _unused(code):
    """The imports of JavaScript, TypeScript or Ruby that the rest of the code does not use."""
    rest = IMPORT.sub("", code)
    for name, module in IMPORT.findall(code):
        if not re.search(rf"\b{name}\b[.(]" if name else USES[module], rest):
            yield module


@pytest.mark.parametrize(
    "case", [c for c in CLIENTS if c[0].id in {"javascript", "typescript", "ruby"}], ids=case_id
)
def test_nothing_is_imported_that_is_not_used(case):
    """No linter here says so of JavaScript and Ruby; pyflakes does of Python."""
    language, client = case
    found = {name: list(_unused(code)) for name, code in codes(language, client, SET)}
    assert {name: imports for name, imports in found.items() if imports} == {}


@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_no_collection_of_headers_is_empty(case):
    """Where a request has no headers, a snippet does not mention them."""
    empty = re.compile(r"headers?['\"]?\)?\s*(?:[:=]|=>)\s*(?:\{\s*\}|\[\s*\]|\(\s*\))", re.IGNORECASE)
    language, client = case
    assert [name for name, code in codes(language, client, SET) if empty.search(code)] == []
