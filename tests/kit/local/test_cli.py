"""The command line: what it takes, what it prints, its exit status."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pactwright.cli import main
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.platforms import host
from pactwright.schema.project import Project


def test_generating_and_checking(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    """Check fails until what is generated is there, and again after a change of a document."""
    root = ["--project", str(project.root)]

    assert main([*root, "generate", "--check"]) == 1
    assert main([*root, "generate"]) == 0
    assert main([*root, "generate", "--check"]) == 0
    document = project.services["front"].document
    document.write_text(document.read_text().replace("operationId: read_part", "operationId: look"))
    capsys.readouterr()
    assert main([*root, "generate", "--check"]) == 1

    printed = capsys.readouterr()
    assert "stale: sdk/miniature/front/operations.py" in printed.out
    assert "run `pactwright generate`" in printed.err


def test_a_wrong_call_has_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    """As is the custom of command lines."""
    for arguments in ([], ["up", "--port", "many"], ["nothing"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    assert "'many' is no port" in capsys.readouterr().err


def test_a_bundle_is_told_with_its_digest_and_what_it_holds(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Path, platform, size, digest; then each package, or each file."""
    root = ["--project", str(project.root)]
    folder = f"build/front/{host().name}"

    assert main([*root, "bundle", "front"]) == 0
    made = Bundle.load(project.root / folder)
    shown = capsys.readouterr().out.splitlines()
    assert shown[:3] == [
        f"{folder}/bundle.zip",
        f"{made.platform}, {made.runtime}, {made.size} bytes",
        f"sha256 {made.digest}",
    ]
    assert any(line.endswith(" files  botocore") for line in shown)
    assert main([*root, "bundle", "front", "--platform", "host", "--list"]) == 0
    assert any(
        line.endswith(" 1 files  functions/front/handler.py")
        for line in capsys.readouterr().out.splitlines()
    )


def test_an_unknown_platform_is_told_with_the_known_ones(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1 and one line."""
    assert main(["--project", str(project.root), "bundle", "front", "--platform", "arm"]) == 1

    assert "lambda-arm64, lambda-x86_64, host" in capsys.readouterr().err


def test_whoever_stops_reading_is_not_bothered(project: Project) -> None:
    """As with `pactwright bundle … --list | head`."""
    command = [sys.executable, "-m", "pactwright", "--project", str(project.root)]
    process = subprocess.Popen(  # noqa: S603  # ourselves
        [*command, "bundle", "front", "--list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()

    assert process.communicate(timeout=60)[1] == b""


@pytest.fixture
def heeded() -> Iterator[None]:
    """What is started heeds interrupts, also where a shell runs these tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_an_interrupted_command_ends_without_a_traceback(tmp_path: Path) -> None:
    """It is interrupted while it reads the project's settings, which do not come."""
    settings = tmp_path / "pyproject.toml"
    os.mkfifo(settings)
    command = [sys.executable, "-m", "pactwright", "--project", str(tmp_path), "generate"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603
    with settings.open("w"):  # waits until it is opened to be read
        running.send_signal(signal.SIGINT)
    # now closed: a read that begins after the signal has come would wait for ever
    _, said = running.communicate(timeout=60)

    assert (running.returncode, said) == (130, "pactwright: stopped\n")


def test_an_unknown_service_is_told_with_the_known_ones(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1 and one line."""
    assert main(["--project", str(project.root), "bundle", "fornt"]) == 1

    assert "this project has counter, front" in capsys.readouterr().err


def test_a_folder_without_a_project_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which file is missing."""
    assert main(["--project", str(tmp_path), "up"]) == 1

    assert "pyproject.toml" in capsys.readouterr().err
