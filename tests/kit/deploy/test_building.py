"""`pactwright bundle`, where it can't."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pactwright.cli import main

MINIATURE = Path("tests/kit/local/miniature")


def test_a_folder_that_can_not_be_written(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told which one."""
    shutil.copytree(request.config.rootpath / MINIATURE, tmp_path / "miniature")
    (tmp_path / "miniature" / "build").write_text("in the way")

    assert main(["--project", str(tmp_path / "miniature"), "bundle", "counter"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("pactwright: counter can't be built: ")
    assert "/miniature/build/linted: Not a directory" in said
