"""Commands run as CodeBuild runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.shell import Step, run

PATH = {"PATH": "/usr/bin:/bin"}


def steps(**phases: list[str]) -> list[Step]:
    return [
        Step(phase, command, command) for phase, commands in phases.items() for command in commands
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "source"
    made.mkdir()
    return made


def test_all_commands_share_a_shell(folder: Path) -> None:
    """A folder and a variable stay, from phase to phase."""
    said: list[str] = []
    given = steps(
        install=["mkdir inner", "cd inner"], build=["A=1", "touch here # a comment", 'echo "$A"']
    )

    run(given, folder, PATH, progress=said.append)

    assert (folder / "inner" / "here").exists()
    assert said == ["1"]


def test_only_the_given_environment_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's."""
    monkeypatch.setenv("OURS", "1")

    with pytest.raises(RehearsalError, match="OURS"):
        run(steps(build=['echo "$OURS"']), folder, PATH)


def test_variables_are_exported(folder: Path) -> None:
    """As they are at the end."""
    assert run(steps(build=["A='1 = 2'"]), folder, PATH, ["A"]) == {"A": "1 = 2"}


def test_a_failure_names_the_command_and_what_it_said(folder: Path) -> None:
    """With its status, and the end of the output."""
    given = steps(build=["true", "echo oh no; (exit 7)", "touch later"])

    with pytest.raises(RehearsalError) as raised:
        run(given, folder, PATH)

    assert "failed (7) in build: echo oh no; (exit 7)\n    oh no" in str(raised.value)
    assert not (folder / "later").exists()


@pytest.mark.parametrize(
    ("given", "runs"),
    [
        (steps(install=["false"], build=["touch b"], post_build=["touch p"]), set()),
        (steps(pre_build=["false"], build=["touch b"], post_build=["touch p"]), set()),
        (steps(build=["false", "touch b"], post_build=["touch p"]), {"p"}),
    ],
)
def test_which_phases_run_after_a_failure(folder: Path, given: list[Step], runs: set[str]) -> None:
    """post_build runs after a build that failed, and after nothing else that did."""
    with pytest.raises(RehearsalError, match="false"):
        run(given, folder, PATH)

    assert {each.name for each in folder.iterdir()} == runs


@pytest.mark.parametrize("command", ["exit 0", 'echo "$NOT_SET"', "if then"])
def test_a_shell_that_ends_early_is_a_failure(folder: Path, command: str) -> None:
    """Whatever its status says."""
    with pytest.raises(RehearsalError, match="by the shell"):
        run(steps(build=[command, "touch later"]), folder, PATH)

    assert not (folder / "later").exists()
