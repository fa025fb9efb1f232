"""The command line: what it takes, what it prints, its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.cli import main
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


def test_a_bundle_is_told_with_its_digest(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """Path, digest and size."""
    assert main(["--project", str(project.root), "bundle", "front"]) == 0

    assert "sha256" in capsys.readouterr().out


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
