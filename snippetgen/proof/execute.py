"""An `Outcome` is how one command ended, in an environment and for a time that are given in full.

A command runs in a session of its own, and when it ends, by itself or by its time limit, whatever it left
behind is killed.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["Outcome", "allow_runs", "execute", "stop_all"]

RUN_SECONDS = 30.0
GRACE_SECONDS = 0.5  # between SIGTERM and SIGKILL
MAX_OUTPUT = 4 * 1024 * 1024

_live: set[int] = set()  # process groups, so that an interrupt in the main thread can end them
_lock = threading.Lock()
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
