"""The pytest plugin: `pytest --snippetgen SPEC` runs the checks of a spec or an OpenAPI document as tests.

Each item is one check of one example. The fixture `snippetgen_mock` serves the documented samples to a
project's own httpx tests. pytest loads this module wherever the package is installed, so it imports
nothing heavy until it is asked for something.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from snippetgen.pytest_plugin.case import Case
    from snippetgen.pytest_plugin.mock import Mock

__all__ = [
    "CaseItem",
    "ContractFile",
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_runtest_makereport",
    "snippetgen_mock",
]

_REPORT = pytest.StashKey[pytest.TestReport]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin, and what stands for them in pytest's own configuration."""
    group = parser.getgroup("snippetgen", "documented requests and responses as tests")
    group.addoption(
        "--snippetgen",
        metavar="SPEC",
        action="append",
        default=[],
        help="Run the checks of an endpoint spec or an OpenAPI document; repeatable.",
    )
    group.addoption(
        "--snippetgen-fail-on",
        choices=["error", "warning", "note"],
        default="error",
        help="The lowest severity of a finding that fails an item.",
    )
    parser.addini("snippetgen_spec", "The spec or document that `snippetgen_mock` serves.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest collect the files that are named, beside what it collects anyway."""
    for path in _named(config):
        if path.is_dir():
            raise pytest.UsageError(f"--snippetgen {path} is a folder: name a spec or an OpenAPI document")
        if str(path) not in config.args:
            config.args.append(str(path))


def _named(config: pytest.Config) -> list[Path]:
    """The files of `--snippetgen`, which are named from the folder that pytest was started in."""
    return [Path(config.invocation_params.dir, name) for name in config.getoption("snippetgen")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for each file that `--snippetgen` names."""
    if any(path.resolve() == file_path.resolve() for path in _named(parent.config)):
        return ContractFile.from_parent(parent, path=file_path)
    return None


class ContractFile(pytest.File):
    """An endpoint spec or an OpenAPI document, as a file of tests."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item for each check of each example, in the order of the file."""
        from snippetgen.errors import SnippetgenError
        from snippetgen.pytest_plugin.case import read_cases

        try:
            cases = read_cases(self.path)
        except SnippetgenError as problem:
            raise self.CollectError(str(problem)) from problem
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)


class CaseItem(pytest.Item):
    """One check of one example."""

    def __init__(self, *, case: Case, **facts: Any) -> None:
        super().__init__(**facts)
        self.case = case

    def runtest(self) -> None:
        """Run the check; what cannot be checked is skipped with its reason."""
        from snippetgen.pytest_plugin.case import BrokenContractError
        from snippetgen.report import fails

        outcome = self.case.run()
        wrong = [f for f in outcome.findings if fails([f], self.config.getoption("snippetgen_fail_on"))]
        if wrong:
            raise BrokenContractError(outcome, wrong)
        if outcome.unchecked:
            pytest.skip(outcome.unchecked)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The findings, each with an excerpt of the payload and of the schema."""
        from snippetgen.pytest_plugin.case import BrokenContractError

        if isinstance(excinfo.value, BrokenContractError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file, and the item's name as its heading."""
        return self.path, None, self.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember how a test ended, so that `snippetgen_mock` does not fail it twice."""
    report = yield
    if report.when == "call":
        item.stash[_REPORT] = report
    return report


@pytest.fixture
def snippetgen_mock(request: pytest.FixtureRequest) -> Iterator[Mock]:
    """Serves the documented samples to httpx, and fails the test where a request breaks the contract."""
    from snippetgen.pytest_plugin.mock import serve

    config = request.config
    ini = config.getini("snippetgen_spec")
    path = Path(config.rootpath, ini) if ini else next(iter(_named(config)), None)
    if path is None:
        pytest.fail("snippetgen_mock needs `snippetgen_spec = SPEC` in pytest's configuration", pytrace=False)
    with serve(path) as mock:
        yield mock
    report = request.node.stash.get(_REPORT, None)
    if mock.problems and report is not None and report.passed:
        pytest.fail("\n".join(mock.problems), pytrace=False)
