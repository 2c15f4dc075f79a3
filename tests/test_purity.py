"""Rendering is pure: the same request gives the same bytes, whatever was rendered before or beside it."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars
from snippetgen.manifest import load_languages
from snippetgen.parallel import spread
from snippetgen.render import render
from tests.conftest import ROOT

REQUESTS = [item.request for item in load_hars([ROOT / "tests" / "requests"]).requests]
CASES = [
    (at, language.id, client.id)
    for at in range(len(REQUESTS))
    for language in load_languages()
    for client in language.clients
]
LANGUAGES = {language.id: language for language in load_languages()}


def _code(case):
    at, language, client = case
    try:
        return render(REQUESTS[at], LANGUAGES[language], LANGUAGES[language].client(client)).code
    except UnsupportedError as problem:
        return problem.message


@pytest.fixture(scope="module")
def codes():
    return {case: _code(case) for case in CASES}


def test_any_order_and_any_subset_give_the_same_bytes(codes):
    cases = random.Random(7).sample(CASES, len(CASES) // 3)
    assert {case: _code(case) for case in cases} == {case: codes[case] for case in cases}


def test_threads_give_the_same_bytes(codes):
    """Each of eight threads renders all of a sample, in an order of its own."""
    sample = random.Random(8).sample(CASES, 400)
    orders = [random.Random(seed).sample(sample, len(sample)) for seed in range(8)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda order: {case: _code(case) for case in order}, orders))
    assert all(outcome == {case: codes[case] for case in sample} for outcome in outcomes)


def test_processes_give_the_same_bytes(codes):
    cases = random.Random(9).sample(CASES, 400)
    assert spread(_code, cases, 2) == [codes[case] for case in cases]
