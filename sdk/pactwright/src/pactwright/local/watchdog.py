"""Runs a program for exactly as long as whoever started it lives. A script of its own.

It is started with a pipe as its standard input and with its arguments: a folder, then a command. It
starts the command in a process group of its own, and waits until the command ends, until the pipe
is closed (which the kernel does even for a parent that was killed) or until SIGTERM comes. Then it
asks the command to end, gives it time, kills what is left of its group, and removes the folder.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time

GRACE = 15.0
"""Seconds that a program gets to end by itself, and to save what it has to."""

_POLL = 0.05


def watch(folder: str, command: list[str]) -> int:
    """Run a command as told above; returns its exit status."""
    stop, stopping = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(stopping, b"."))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin.fileno(), stop], [], [], _POLL)
        if readable:
            break
    return _end(child, folder)


def _end(child: subprocess.Popen[bytes], folder: str) -> int:
    deadline = time.monotonic() + GRACE
    if child.poll() is None:
        child.terminate()
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(_POLL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    status = child.wait()
    shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(watch(sys.argv[1], sys.argv[2:]))
