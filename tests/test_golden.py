"""golden/ is exactly what the generator writes, and the pages show exactly what is proved."""

from pathlib import Path

import pytest

from snippetgen.build import build
from snippetgen.locale import Catalogs
from snippetgen.manifest import default_languages
from snippetgen.render import render
from tests.conftest import ROOT

GOLDEN = ROOT / "golden" / "roboflow"
MEND = "run `make golden`, review the diff, and commit it with a green proof"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    from snippetgen.spec import load_api
    from tests.conftest import SPEC

    folder = tmp_path_factory.mktemp("golden")
    build(load_api(SPEC), folder)
    return folder


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_both_trees_have_the_same_files(built):
    """Nothing is missing and nothing is left over."""
    assert _files(GOLDEN) == _files(built), MEND


def test_every_file_is_the_same(built):
    """Byte for byte."""
    differing = [
        name for name in sorted(_files(built)) if (GOLDEN / name).read_bytes() != (built / name).read_bytes()
    ]
    assert differing == [], MEND


@pytest.mark.parametrize("tag", ["en", "hi", "ja"])
def test_pages_show_the_snippets_that_are_rendered(api, tag):
    """What a page shows is the text that `render` gives, which is what `verify` proves."""
    translate = Catalogs(api.folder / "locales", api.id).locale(tag).translate
    for endpoint in api.endpoints:
        page = (GOLDEN / tag / f"{endpoint.id}.md").read_text("utf-8")
        for example in endpoint.examples:
            for language in default_languages():
                assert render(example.request, language, translate=translate).code in page


def test_a_localized_snippet_differs_in_comments_only(api):
    """With its comments removed, a snippet is byte-identical in every locale."""
    catalogs = Catalogs(api.folder / "locales", api.id)
    translations = {tag: catalogs.locale(tag).translate for tag in api.locales if tag != "en"}
    for endpoint in api.endpoints:
        for example in endpoint.examples:
            for language in default_languages():
                source = render(example.request, language).code.splitlines()
                for translate in translations.values():
                    localized = render(example.request, language, translate=translate).code.splitlines()
                    changed = [(a, b) for a, b in zip(source, localized, strict=True) if a != b]
                    assert changed
                    for before, after in changed:
                        prefix = language.comment.prefix
                        assert before.lstrip().startswith(prefix)
                        assert after.lstrip().startswith(prefix)
                        assert len(before) - len(before.lstrip()) == len(after) - len(after.lstrip())
