"""Real documents: loaded, checked, imported and rendered, without a traceback; a few of them at each run."""

import pytest

from tests import corpus
from tests.conftest import ROOT

FEW = ["museum/openapi.yaml", "galaxy/3.1.yaml", "apisguru/webscraping.ai.json", "twilio/twilio_sync_v1.json"]
FEW += ["oas-examples/3.0/json/parameters-style.json", "oas-examples/3.0/json/form-data.json"]

pytestmark = pytest.mark.skipif(not corpus.CORPUS.is_dir(), reason=f"there is no corpus at {corpus.CORPUS}")


@pytest.mark.parametrize("name", FEW)
def test_a_real_document_is_imported_and_rendered(name):
    """Each request that is written passes its own check, and has a snippet in every language or a refusal."""
    row = corpus.row(corpus.CORPUS / "openapi" / name, ("", ""))
    assert row.error == ""
    assert row.broken == []
    assert row.requests > 0
    assert row.snippets + row.refused == 10 * row.requests
    assert len(row.unsatisfied) == row.left_out


def test_the_table_has_a_row_for_every_document():
    """What `make corpus` printed, kept in the docs."""
    text = (ROOT / "docs" / "corpus.md").read_text("utf-8")
    assert [name for path in corpus.documents() if f"| {(name := corpus.name_of(path))} |" not in text] == []


def test_the_counts_agree_with_the_manifest():
    """Failing body examples of a document that has some, counted as the manifest counts them."""
    name = "twilio/twilio_sync_v1.json"
    counted = corpus.manifest()[name]
    assert corpus.row(corpus.CORPUS / "openapi" / name, counted).bodies == counted[0] == "3/66"
