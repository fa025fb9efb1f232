"""`pactwright up` from the outside: a process, its output, its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from queue import Empty, Queue
from threading import Thread

import pytest
import requests

from pactwright.cli import main
from pactwright.local.emulator import free_port
from pactwright.local.proxy import Exchange
from pactwright.local.up import RequestConsole
from pactwright.schema.project import Project


@dataclass
class Up:
    """A running `pactwright up`."""

    process: subprocess.Popen[str]
    lines: Queue[str] = field(default_factory=Queue)
    printed: list[str] = field(default_factory=list)

    def read_until(self, text: str) -> str:
        """The next line that has a text."""
        while True:
            try:
                line = self.lines.get(timeout=60)
            except Empty:
                pytest.fail(f"no {text!r} in:\n{''.join(self.printed)}")
            self.printed.append(line)
            if text in line:
                return line

    def stop(self, number: int) -> int:
        """Send a signal, return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextmanager
def up(project: Project, *arguments: str) -> Iterator[Up]:
    """Start `pactwright up`."""
    command = [sys.executable, "-m", "pactwright", "--project", str(project.root), "up"]
    process = subprocess.Popen(  # noqa: S603
        [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    started = Up(process)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            started.lines.put(line)

    reader = Thread(target=read)
    reader.start()
    try:
        yield started
    finally:
        process.kill()
        process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


def ports(count: int) -> int:
    """A port that is free, with others after it that most likely are."""
    for _ in range(100):
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
    raise AssertionError("no free ports")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_stop(project: Project, number: int) -> None:
    """URLs, a first call, a line per request; then a clean end with status 0 and nothing left."""
    port = ports(2)
    described = project.root / "build" / "local.json"
    with up(project, "--port", str(port)) as started:
        started.read_until("ready")
        assert f"127.0.0.1:{port}" in started.read_until("counter")
        started.read_until(f"curl http://127.0.0.1:{port + 1}/front")
        started.read_until("Requests:")
        content = json.loads(described.read_text())
        assert stat.S_IMODE(described.stat().st_mode) == 0o600
        assert content["pid"] == started.process.pid
        assert content["clients"]["counter"]["client_secret"]

        requests.get(content["urls"]["front"] + "/front", timeout=20).raise_for_status()
        assert started.read_until("front ").split()[2:5] == ["GET", "/front", "200"]
        assert started.stop(number) == 0

    assert not described.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://127.0.0.1:{port}/", timeout=5)
    with pytest.raises(requests.ConnectionError):
        requests.get(content["aws"]["endpoint"], timeout=5)


def test_a_second_one_is_refused(project: Project) -> None:
    """One line, and status 1; the first goes on. After kill -9 another may start."""
    port = ports(2)
    with up(project, "--port", str(port)) as first:
        first.read_until("Requests:")
        with up(project, "--port", str(ports(2))) as second:
            line = second.read_until("pactwright:")
            assert f"already running, as process {first.process.pid}" in line
            assert second.process.wait(timeout=10) == 1
        assert first.process.poll() is None
        first.stop(signal.SIGKILL)

    described = project.root / "build" / "local.json"
    assert described.exists()
    with up(project, "--port", str(port)) as third:
        third.read_until("starting the AWS emulator")
        assert not described.exists()
        third.read_until("Requests:")


def test_a_path_can_not_command_the_terminal() -> None:
    """What a caller sends is printed, with its control characters written out."""
    output = StringIO()
    RequestConsole(output).exchange(
        Exchange("front", "GET", "/\x1b[2J\x9b\r\n/ä", 404, 1.0, "a\x07")
    )

    line = output.getvalue()
    assert "/\\x1b[2J\\x9b\\r\\n/ä  404" in line
    assert "a\\x07" in line
    assert all(c.isprintable() for c in line.removesuffix("\n"))


def test_it_can_be_stopped_while_it_starts(project: Project) -> None:
    """Nothing is left half done."""
    with up(project, "--port", str(ports(2))) as started:
        started.read_until("starting the AWS emulator")
        time.sleep(0.1)

        assert started.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_one_line(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Which, whose, and what to do; status 1."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])

        assert main(["--project", str(project.root), "up", "--port", port]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_network_the_first_build_says_so(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was to be installed, that a network is needed once, and what pip said."""
    (project.root / "build" / "layers").unlink()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)

    assert main(["--project", str(project.root), "bundle", "front"]) == 1

    said = capsys.readouterr().err
    assert "requirements.txt" in said
    assert "needs the package index" in said
    assert "Traceback" not in said
