"""`pactwright verify` tells what became of it, to whom it may concern, however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from pactwright.cli import main
from pactwright.schema import Project

ROOT: Final = Path(__file__).parents[4]

HANGING: Final = """
from pathlib import Path
from time import sleep

from tests.kit.contract.verification import provided

PROVIDER = provided.keys()
inner = PROVIDER.compose

def compose(composition):
    handler = inner(composition)

    def hanging(event, context):
        if event["path"] == "/keys/blue":
            Path(__file__).with_name("asked").touch()
            sleep(60)
        return handler(event, context)

    return hanging

PROVIDER.compose = compose
"""
"""Answers two of three interactions, and then nothing."""


def outcome(junit: Path) -> tuple[Mapping[str, str], list[str | None]]:
    """The totals of a file of JUnit's, and its errors."""
    suites = ET.fromstring(junit.read_bytes())  # noqa: S314 - it is our own
    return suites.attrib, [error.get("message") for error in suites.iter("error")]


@pytest.mark.parametrize("name", ["keyz", "keys"])
def test_what_can_not_begin_is_told_to_machines(
    project: Project, folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As one error, beside the text on standard error."""
    junit = project.root / "out" / "junit.xml"
    (folder / "shelf-keys.json").unlink()
    status = main(["--project", str(project.root), "verify", name, "--json", "--junit", str(junit)])

    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (status, report["ok"], report["results"]) == (1, False, [])
    (error,) = report["errors"]
    assert said.err == f"pactwright: {error.partition(': ')[2]}\n"
    totals, errors = outcome(junit)
    assert ((totals["tests"], totals["errors"]), errors) == (("1", "1"), [error])


def test_a_result_that_can_not_be_written_is_told_first(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is started."""
    (project.root / "out").write_text("a file")
    junit = project.root / "out" / "junit.xml"

    assert main(["--project", str(project.root), "verify", "--junit", str(junit)]) == 1
    assert capsys.readouterr().err.startswith(f"pactwright: --junit {junit} can't be written: ")
    assert not (project.root / "build").exists()


@pytest.fixture
def hanging(project: Project, request: pytest.FixtureRequest) -> Project:
    """The project, with a provider that ceases to answer."""
    (project.root / "build").symlink_to(request.config.rootpath / "build")
    (project.root / "tests_of_shelves" / "keys.py").write_text(HANGING)
    return project


def verifying(project: Project, scratch: Path, *options: str) -> subprocess.Popen[str]:
    """A verification in a process of its own, with a folder of its own for what is temporary."""
    scratch.mkdir()
    paths = os.pathsep.join(map(str, (project.sdk, project.root, ROOT)))
    return subprocess.Popen(  # noqa: S603 - the kit itself
        [sys.executable, "-m", "pactwright", "--project", str(project.root), "verify", *options],
        env={**os.environ, "PYTHONPATH": paths, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_says_how_far_it_came(
    hanging: Project, tmp_path: Path, number: int
) -> None:
    """At once, though a provider is waited for; and leaves nothing behind."""
    junit, scratch = hanging.root / "junit.xml", tmp_path / "scratch"
    running = verifying(hanging, scratch, "keys", "--in-process", "--json", "--junit", str(junit))
    wait_for(hanging.root / "tests_of_shelves" / "asked")
    assert [*scratch.iterdir()] != []
    running.send_signal(number)
    out, err = running.communicate(timeout=20)

    why = "stopped after 2 interactions were verified"
    report: dict[str, Any] = json.loads(out)
    assert (running.returncode, err.splitlines()[-1]) == (130, why)
    assert "Traceback" not in err
    assert (len(report["results"]), report["errors"]) == (2, [why])
    assert outcome(junit)[1] == [why]
    assert [*scratch.iterdir()] == []
