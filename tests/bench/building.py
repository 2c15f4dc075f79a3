"""How long `build` takes for the Roboflow pages in ten locales: for the first time, and with nothing to do.

Each figure is of a whole process, and the best of several: other work on the machine only makes them worse.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time

from tests.conftest import ROOT, SPEC

ROUNDS = 5


def _build(folder, number):
    """Wall and processor seconds of one build into a folder, with the cache in it."""
    argv = [sys.executable, "-m", "snippetgen", "build", str(SPEC), "--output", f"{folder}/{number}"]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": folder}
    done = subprocess.run(argv, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, busy, done.stdout.partition(" in ")[0]


def main():
    """Print both figures."""
    with tempfile.TemporaryDirectory() as folder:
        for state, numbers in (("cold", range(ROUNDS)), ("unchanged", [0] * ROUNDS)):
            walls, busy, said = zip(*(_build(folder, number) for number in numbers), strict=True)
            print(f"build, {state:<10} {min(walls):5.2f} s, {min(busy):5.2f} s of processors: {said[0]}")


if __name__ == "__main__":
    main()
