"""The interpreted languages, as their own formatters and linters see them."""

import pytest

from snippetgen.language import load_language
from tests.formatting import ORDINARY, SET, case_id, clients_of, codes, complaints

CLIENTS = clients_of(
    [load_language(name) for name in ("curl", "python", "javascript", "typescript", "ruby", "php")]
)


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["commands", "lint"])
@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_a_formatter_changes_nothing_in_the_shipped_examples(case, kind, api, tmp_path):
    language, client = case
    requests = {f"{e.id}-{x.id}": x.request for e in api.endpoints for x in e.examples}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path, kind)) == {}


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["commands", "lint"])
@pytest.mark.parametrize("case", CLIENTS, ids=case_id)
def test_a_formatter_changes_nothing_in_ordinary_requests(case, kind, tmp_path):
    """The same for a request of each kind, with values of ordinary length."""
    language, client = case
    requests = {name: SET[name] for name in ORDINARY}
    assert dict(complaints(language, dict(codes(language, client, requests)), tmp_path, kind)) == {}
