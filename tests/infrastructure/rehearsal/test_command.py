"""`pactwright rehearse` says what it can't do before it does anything that takes long."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.cli import main


def failed(root: Path, *arguments: str) -> int:
    return main(["--project", str(root), "rehearse", *arguments])


def test_an_unknown_service_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With those that there are."""
    assert failed(root, "weather") == 1

    assert "no service 'weather'" in capsys.readouterr().err


def test_a_stand_in_for_nothing_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the commands that there are: one that was renamed would be run for real."""
    assert failed(root, "authentication", "--stand-in", "make tests=true") == 1

    caught = capsys.readouterr()
    assert "instead of `make tests`: `true`" in caught.out
    assert "no buildspec has the command 'make tests'" in caught.err
    assert "make install" in caught.err


def test_a_wrong_parameter_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By its name."""
    assert failed(root, "authentication", "--parameter", "Architecture=mips") == 1

    assert "Architecture can't be 'mips'" in capsys.readouterr().err


def test_a_pair_without_a_value_is_a_wrong_call(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, as for any other."""
    with pytest.raises(SystemExit, match="2"):
        failed(root, "--stand-in", "make test")

    assert "has no name, or no =" in capsys.readouterr().err
