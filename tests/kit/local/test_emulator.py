"""The emulator runs on loopback, for as long as whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pactwright.local.emulator import emulator
from pactwright.local.errors import LocalError
from pactwright.local.installation import Installation


def processes(marker: str) -> list[int]:
    """The processes that have a text in their command line or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if marker.encode() in text:
                found.append(int(entry.name))
    return found


def wait_until_gone(marker: str) -> None:
    """Wait up to ten seconds until no process has a text."""
    deadline = time.monotonic() + 10
    while processes(marker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes(marker) == []


pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks into /proc")


def test_it_answers_and_leaves_nothing(installation: Installation, tmp_path: Path) -> None:
    """Its processes and its scratch folder are gone after the block."""
    with emulator(installation, tmp_path / "log") as running:
        scratch = scratch_of(running.process.pid)
        buckets = running.client("s3").list_buckets()["Buckets"]
        assert scratch.is_dir()

    assert buckets == []
    assert not scratch.exists()
    wait_until_gone(scratch.name)


def test_it_listens_on_loopback_only(installation: Installation, tmp_path: Path) -> None:
    """Its own default is every interface."""
    with emulator(installation, tmp_path / "log") as running:
        port = f"{running.port:04X}"
        listening = [
            line.split()[1]
            for table in ("/proc/net/tcp", "/proc/net/tcp6")
            for line in Path(table).read_text().splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[1].endswith(port)
        ]

    assert listening == [f"0100007F:{port}"]


def test_it_ends_with_a_killed_parent(caches: Path, tmp_path: Path) -> None:
    """Even kill -9 leaves no process and no folder behind."""
    program = f"""
        import time
        from pathlib import Path
        from pactwright.local.emulator import emulator
        from pactwright.local.installation import installed
        with emulator(installed(Path({str(caches)!r})), Path({str(tmp_path / "log")!r})) as running:
            print(running.process.pid, flush=True)
            time.sleep(60)
    """
    parent = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    scratch = scratch_of(int(parent.stdout.readline()))
    assert len(processes(scratch.name)) >= 2

    parent.send_signal(signal.SIGKILL)
    parent.communicate()

    wait_until_gone(scratch.name)
    assert not scratch.exists()


def test_it_keeps_its_state_in_a_folder(installation: Installation, tmp_path: Path) -> None:
    """Written at a clean end, read at the next start; without a folder nothing is kept."""
    found = []
    for persist in (tmp_path / "state", tmp_path / "state", None):
        with emulator(installation, tmp_path / "log", persist=persist) as running:
            client = running.client("s3")
            found.append([bucket["Name"] for bucket in client.list_buckets()["Buckets"]])
            client.create_bucket(Bucket="kept")

    assert found == [[], ["kept"], []]
    kept = list((tmp_path / "state").rglob("*"))
    assert kept
    assert all(file.stat().st_mode & 0o077 == 0 for file in kept)  # there are secrets in it


def test_state_can_not_be_kept_in_a_file(installation: Installation, tmp_path: Path) -> None:
    """It would be lost in silence."""
    file = tmp_path / "state"
    file.write_text("something else")

    with (
        pytest.raises(LocalError, match="is no folder"),
        emulator(installation, tmp_path / "log", persist=file),
    ):
        pytest.fail("it started")
    assert file.read_text() == "something else"


def test_a_failed_start_tells_what_the_log_says(tmp_path: Path) -> None:
    """Not just that it failed."""
    broken = Installation(Path(sys.executable), tmp_path / "nothing-there")

    with (
        pytest.raises(LocalError, match=r"(?s)did not start.*No module named.*ministack"),
        emulator(broken, tmp_path / "log"),
    ):
        pytest.fail("it started")


def test_the_developers_aws_settings_have_no_part(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that is not there, or an endpoint elsewhere, changes nothing."""
    monkeypatch.setenv("AWS_PROFILE", "none-of-this-name")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAELSEWHERE")

    with emulator(installation, tmp_path / "log") as running:
        identity = running.client("sts").get_caller_identity()

    assert identity["Arn"].endswith(":root")


def scratch_of(pid: int) -> Path:
    """The scratch folder of a watchdog's emulator: its first argument after its own name."""
    arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return Path(next(a for a in arguments if b"pactwright-" in a and a.startswith(b"/")).decode())
