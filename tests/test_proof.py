"""The proof: every example of the shipped spec, in every language, with its real toolchain."""

import pytest

from snippetgen.manifest import default_languages
from snippetgen.proof.verify import plan, verify
from tests.conftest import REQUIRED


@pytest.mark.proof
@pytest.mark.parametrize("language", default_languages(), ids=lambda language: language.id)
def test_every_example_arrives_as_asked(api, language):
    """Parsed, compiled, run on all its paths, equal on the wire, true to the contract.

    Where the toolchain is missing the language is unproven, which skips the test by name; with
    SNIPPETGEN_REQUIRE=all, as in CI, it fails.
    """
    proofs = verify(plan(api, [(language, None)]), jobs=1, require=tuple(filter(None, REQUIRED.split(","))))
    assert len(proofs) == sum(len(endpoint.examples) for endpoint in api.endpoints)
    unproven = [proof.reason for proof in proofs if proof.verdict == "unproven"]
    if unproven:
        pytest.skip(f"{language.id} is unproven: {unproven[0]}")
    assert [(p.endpoint, p.example, p.reason) for p in proofs if p.verdict != "pass"] == []
    assert [finding.message for proof in proofs for finding in proof.findings] == []
    assert {proof.tier for proof in proofs} == {"contract"}
