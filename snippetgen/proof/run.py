"""A run is one execution of a snippet: on a `Bench`, by a language's toolchain, ending in an `Outcome`.

Nothing of the caller's environment reaches a snippet but PATH. A command runs in a session of its own, and
when it ends, by itself or by its time limit, whatever it left behind is killed.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import IO

from snippetgen.errors import UnsupportedError, UsageError
from snippetgen.language import Language, Toolchain

__all__ = [
    "Bench",
    "Outcome",
    "Probe",
    "allow_runs",
    "cache_folder",
    "execute",
    "find_toolchain",
    "open_bench",
    "probe_toolchains",
    "stop_all",
]

COMPILE_SECONDS = 180.0
RUN_SECONDS = 30.0
PROBE_SECONDS = 60.0
GRACE_SECONDS = 0.5  # between SIGTERM and SIGKILL
MAX_OUTPUT = 4 * 1024 * 1024

_live: set[int] = set()  # process groups, so that an interrupt in the main thread can end them
_lock = threading.Lock()
_probing = threading.Lock()  # so that no toolchain is asked twice at the same time
_stopped = threading.Event()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended; `code` is negative for a signal, and None where the command is not there."""

    argv: tuple[str, ...]
    code: int | None
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    truncated: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, with exit code 0."""
        return self.code == 0 and not self.timed_out

    @property
    def output(self) -> str:
        """What was written to both streams."""
        return "\n".join(text.strip("\n") for text in (self.stdout, self.stderr) if text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Whether one toolchain is here: `version` is the first line that its first probe printed."""

    toolchain: Toolchain
    found: bool
    version: str = ""
    problem: str = ""


class _Pump:
    """Reads a stream to its end in a thread, and keeps the first `MAX_OUTPUT` bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.kept, self.truncated = stream, bytearray(), False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with self.stream:  # closed by who reads: nobody else can know when it has ended
            while data := os.read(self.stream.fileno(), 65536):
                room = MAX_OUTPUT - len(self.kept)
                self.kept += data[:room]
                self.truncated = self.truncated or len(data) > room

    def text(self) -> str:
        self.thread.join(1.0)  # a process that escaped its group may hold the stream open for ever
        note = f"\n… (the rest after {MAX_OUTPUT} bytes is left out)\n" if self.truncated else ""
        return bytes(self.kept).decode("utf-8", "backslashreplace") + note


def execute(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = RUN_SECONDS
) -> Outcome:
    """Run a command with an empty stdin in exactly this environment, at most this long."""
    program = _which(argv[0], folder, environment)
    started = time.monotonic()
    try:
        process = _start((program, *argv[1:]), folder, environment)
    except OSError as problem:
        said = f"{argv[0]}: {problem.strerror}"
        return Outcome(argv=tuple(argv), code=None, stdout="", stderr=said, seconds=0.0)
    pumps = tuple(_Pump(stream) for stream in (process.stdout, process.stderr) if stream)
    try:
        ended = _wait(process, seconds)
    finally:
        _end(process)
    stdout, stderr = (pump.text() for pump in pumps)
    return Outcome(
        argv=tuple(argv),
        code=process.returncode,
        stdout=stdout,
        stderr=stderr,
        seconds=time.monotonic() - started,
        timed_out=not ended,
        truncated=any(pump.truncated for pump in pumps),
    )


def _which(program: str, folder: Path, environment: Mapping[str, str]) -> str:
    """The program on the PATH of the child, not on ours; `./main` is in the work folder."""
    if "/" in program:
        return str(folder / program)
    return shutil.which(program, path=environment.get("PATH", "")) or program


def _start(argv: Sequence[str], folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with _lock:  # so that `stop_all` sees every process, or none is started after it
        if _stopped.is_set():
            raise InterruptedError(0, "interrupted")
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        _live.add(process.pid)
        return process


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether the process ended in time; it is not reaped, so that its id still means its group."""
    if not hasattr(os, "pidfd_open"):
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.returncode is not None
    descriptor = os.pidfd_open(process.pid)
    try:
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        return bool(poller.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: politely while its leader lives, and then for certain."""
    if process.returncode is None and not _wait(process, 0):
        _signal(process.pid, signal.SIGTERM)
        _wait(process, GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + GRACE_SECONDS
    while _signal(process.pid, 0) and time.monotonic() < deadline:
        time.sleep(0.005)  # what is being killed may still send: it must not reach the next run
    with _lock:
        _live.discard(process.pid)


def _signal(group: int, number: int) -> bool:
    """Send a signal to a group; whether anybody is in it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def stop_all() -> None:
    """End every command that is running and start no more, until `allow_runs`."""
    with _lock:
        _stopped.set()
        for group in _live:
            _signal(group, signal.SIGKILL)


def allow_runs() -> None:
    """Take back `stop_all`."""
    _stopped.clear()


# Toolchains


def probe_toolchains(language: Language) -> tuple[Probe, ...]:
    """The language's toolchains in order, up to the first that is here; asked once per process."""
    with _probing:
        return _probe_all(language)


@cache
def _probe_all(language: Language) -> tuple[Probe, ...]:
    probes: list[Probe] = []
    for toolchain in language.toolchains:
        probes.append(_probe(language, toolchain))
        if probes[-1].found:
            break
    return tuple(probes)


def _probe(language: Language, toolchain: Toolchain) -> Probe:
    version = ""
    with tempfile.TemporaryDirectory(prefix="snippetgen-") as root:
        bench = _bench(Path(root), language, toolchain)
        for argv in toolchain.probe:
            outcome = bench.execute(argv, seconds=PROBE_SECONDS)
            if not outcome.ok:
                reason = "no answer in time" if outcome.timed_out else _first_line(outcome.output)
                return Probe(toolchain=toolchain, found=False, problem=f"{argv[0]}: {reason or outcome.code}")
            version = version or _first_line(outcome.output)
    return Probe(toolchain=toolchain, found=True, version=version)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]


def find_toolchain(language: Language) -> Toolchain | None:
    """The first toolchain of the language whose every probe succeeds."""
    return next((probe.toolchain for probe in probe_toolchains(language) if probe.found), None)


# Benches


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The work folder of one snippet, with the toolchain and the environment that it runs in."""

    folder: Path
    language: Language
    toolchain: Toolchain
    environment: Mapping[str, str]
    cache: Path

    def execute(
        self, argv: Sequence[str], credentials: Mapping[str, str] | None = None, seconds: float = RUN_SECONDS
    ) -> Outcome:
        """Run one argv list of the manifest here."""
        filled = [self._fill(word) for word in argv]
        return execute(filled, self.folder, {**self.environment, **(credentials or {})}, seconds)

    def compile(self) -> tuple[Outcome, ...]:
        """The outcomes of the compiler's commands, up to the first that fails."""
        outcomes: list[Outcome] = []
        for argv in self.toolchain.compile:
            outcomes.append(self.execute(argv, seconds=COMPILE_SECONDS))
            if not outcomes[-1].ok:
                break
        return tuple(outcomes)

    def run(self, credentials: Mapping[str, str], seconds: float = RUN_SECONDS) -> Outcome:
        """Run the snippet; `credentials` maps environment variables to values."""
        return self.execute(self.toolchain.run, credentials, seconds)

    def write(self, name: str, content: bytes) -> None:
        """Create an input file, which must lie below the work folder and replace nothing of ours."""
        own = {self.language.file_name, *self.toolchain.files}
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name in own:
            raise UnsupportedError(f"the file {name!r} cannot be put beside the snippet", fix="rename it")
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def remove(self, name: str) -> None:
        """Take an input file away again."""
        (self.folder / name).unlink()

    def _fill(self, word: str) -> str:
        return _fill(word, self.language, self.folder, self.cache)


@contextmanager
def open_bench(language: Language, toolchain: Toolchain, code: str) -> Iterator[Bench]:
    """A bench with the snippet on it, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="snippetgen-", ignore_cleanup_errors=True) as root:
        bench = _bench(Path(root), language, toolchain)
        (bench.folder / language.file_name).write_bytes(code.encode())
        yield bench


def _bench(root: Path, language: Language, toolchain: Toolchain) -> Bench:
    root = root.resolve()
    folder, home, temporary = (root / name for name in ("work", "home", "tmp"))
    for path in (folder, home, temporary):
        path.mkdir()
    for name in toolchain.files:
        if not (language.folder / name).is_file():
            raise UsageError(f"{language.folder} lacks the file {name} that its manifest names")
        shutil.copyfile(language.folder / name, folder / name)
    cache = cache_folder()
    own = {name: _fill(value, language, folder, cache) for name, value in toolchain.environment.items()}
    places = {"PATH": _path(), "HOME": str(home), "TMPDIR": str(temporary)}
    basic = {**places, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    return Bench(folder=folder, language=language, toolchain=toolchain, environment=basic | own, cache=cache)


def _path() -> str:
    """PATH, with the tools of the virtual environment that we run in before it."""
    return os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))


def cache_folder() -> Path:
    """The folder that toolchains share between runs for what they build once."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    folder = Path(base).expanduser() / "snippetgen"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fill(word: str, language: Language, work: Path, cache: Path) -> str:
    values = {
        "{python}": sys.executable,
        "{file}": language.file_name,
        "{work}": str(work),
        "{language}": str(language.folder.resolve()),
        "{cache}": str(cache),
    }
    for placeholder, value in values.items():
        word = word.replace(placeholder, value)
    return word
