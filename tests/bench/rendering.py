"""How fast HAR requests become snippets in the ten default languages, beside writing the same bytes.

Each round renders requests that were read anew, so nothing is remembered of a request that a round before
has rendered. Figures are the best of several rounds: other work on the machine only makes them worse.
"""

import io
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from snippetgen.errors import UnsupportedError
from snippetgen.importing import load_hars
from snippetgen.manifest import default_languages
from snippetgen.render import render

SHIPPED = Path(__file__).with_name("requests.har.json")
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "fixtures" / "har-kong"
SPEC = Path(__file__).resolve().parents[2] / "specs" / "roboflow" / "roboflow.yaml"
COPIES = 40  # of every request: some 6,800 snippets a round
ROUNDS = 5


def _batch(path, copies):
    """Fresh requests: a model value remembers what was computed of it."""
    return [item.request for _ in range(copies) for item in load_hars([path]).requests]


def _rendered(requests):
    for request in requests:
        for language in default_languages():
            try:
                yield render(request, language).code
            except UnsupportedError:
                continue


def _seconds(action, rounds=ROUNDS, prepare=lambda: None):
    """The shortest time of an action, in seconds, and what it returned."""
    best, result = float("inf"), None
    for _ in range(rounds):
        given = prepare()
        start = time.perf_counter()
        result = action(given)
        best = min(best, time.perf_counter() - start)
    return best, result


def _count(path, copies):
    return sum(1 for _ in _rendered(_batch(path, copies)))


def _share(path):
    """What one of two processes does: to read its half of the batch and to render it."""
    return _count(path, COPIES // 2)


def _floor(codes):
    """Write the same bytes in pieces of eight characters: about the work of putting literals together."""
    pieces = [[code[at : at + 8] for at in range(0, len(code), 8)] for code in codes]
    return lambda _: [io.StringIO().write("".join(parts)) for parts in pieces]


def _report(title, path):
    codes = list(_rendered(_batch(path, COPIES)))
    single, _ = _seconds(lambda batch: sum(1 for _ in _rendered(batch)), prepare=lambda: _batch(path, COPIES))
    floor, _ = _seconds(_floor(codes))
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_share, [path, path]))  # the processes exist and have read their templates
        double, halves = _seconds(lambda _: sum(pool.map(_share, [path, path])))
    print(f"{title}: {len(codes)} snippets of {sum(map(len, codes)):,} characters")
    print(f"  one process      {len(codes) / single:10,.0f} a second")
    print(f"  two processes    {halves / double:10,.0f} a second, reading the HAR included")
    print(f"  floor, str.join  {len(codes) / floor:10,.0f} a second, {single / floor:.0f} times as fast")


def _command(*words):
    return lambda _: subprocess.run([sys.executable, *words], check=True, capture_output=True)


def main():
    """Print every figure."""
    _report("17 requests of this repository", SHIPPED)
    if CORPUS.is_dir():
        _report("17 HAR fixtures of the corpus", CORPUS)
    else:
        print("17 HAR fixtures of the corpus: not measured, ../shared/corpus is absent")
    bare, _ = _seconds(_command("-c", "pass"), rounds=10)
    chosen = ("--language", "python", "--example", "hosted-image", "--endpoint", "instance-segmentation")
    cold, _ = _seconds(_command("-m", "snippetgen", "render", str(SPEC), *chosen), rounds=10)
    print(f"Cold start, one snippet: {cold * 1000:.0f} ms, of which Python itself is {bare * 1000:.0f} ms")


if __name__ == "__main__":
    main()
