"""What tests share: the shipped spec, the corpus where it is there, and which toolchains must be."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "specs" / "roboflow" / "roboflow.yaml"
# A slow machine is no failure: no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REQUIRED = os.environ.get("SNIPPETGEN_REQUIRE", "")


def pytest_terminal_summary(terminalreporter):
    """Print what tests have measured with `record_property`, from whichever process they ran in."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory):
    """No test reads or writes the cache of the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def api():
    from snippetgen.spec import load_api

    return load_api(SPEC)


@pytest.fixture
def project(tmp_path):
    """A copy of the shipped spec's folder, to be broken on purpose."""
    import shutil

    shutil.copytree(SPEC.parent, tmp_path / "roboflow")
    return tmp_path / "roboflow" / SPEC.name


@pytest.fixture
def run_cli():
    """The command line in this process: exit code, stdout, stderr."""
    import sys

    from snippetgen.cli import main

    def run(*arguments):
        before, sys.argv = sys.argv, ["snippetgen", *map(str, arguments)]
        try:
            main()
        except SystemExit as stop:
            return stop.code or 0
        finally:
            sys.argv = before

    return run
