"""The wheel carries templates, catalogs and schemas: installed elsewhere, it works alone."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, SPEC


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    argv = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(argv, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_its_data(wheel):
    """Every template, catalog and schema of the checkout is inside."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for top in ("templates", "locales", "schemas"):
        for path in (ROOT / top).rglob("*"):
            if path.is_file():
                assert f"snippetgen/data/{path.relative_to(ROOT).as_posix()}" in names


def test_the_installed_wheel_works_from_another_folder(wheel, tmp_path):
    """A new environment, another folder: the pytest plugin runs, a snippet comes out, the contract holds."""
    site = tmp_path / "env"
    venv.create(site, with_pip=False)
    python = next(
        path for path in (site / "bin" / "python", site / "Scripts" / "python.exe") if path.exists()
    )
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    zipfile.ZipFile(wheel).extractall(purelib)
    # The dependencies come from this environment; the package itself from the wheel alone.
    shared = Path(next(p for p in sys.path if p.endswith("site-packages")))
    links = [
        path for path in shared.iterdir() if "snippetgen" not in path.name and not path.name.endswith(".pth")
    ]
    for path in links:
        target = Path(purelib) / path.name
        if not target.exists():
            target.symlink_to(path)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    tested = subprocess.run(
        [python, "-m", "pytest", "--snippetgen", SPEC, "-q", "-k", "hosted-image and body"],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert tested.returncode == 0, tested.stdout + tested.stderr
    run = [python, "-m", "snippetgen"]
    rendered = subprocess.run(
        [*run, "render", SPEC, "--language", "swift", "--example", "hosted-image", "--locale", "ja"],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert rendered.stdout.startswith("import Foundation\n")
    assert "リクエストを送信します。" in rendered.stdout
    assert rendered.stderr == ""
    checked = subprocess.run(
        [*run, "check", SPEC], cwd=tmp_path, env=environment, check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
