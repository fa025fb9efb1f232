"""Buildspecs are read, and what isn't rehearsed in them is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pactwright.local.rehearsal.buildspec import Artifact, expanded, read, undeclared
from pactwright.local.rehearsal.errors import RehearsalError

SPEC = """\
version: 0.2
env:
  variables: {A: 1}
  exported-variables: [B]
phases:
  install:
    runtime-versions: {python: "3.13"}
    commands: [make install]
  build:
    commands:
      - B=$A; echo "${B}" "$C"
artifacts:
  base-directory: built/$A
  files: ["*.zip"]
  secondary-artifacts:
    Other: {files: [other.json]}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "buildspec.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_buildspec_is_read(tmp_path: Path) -> None:
    """All that it says."""
    spec = read(written(tmp_path, SPEC))

    assert spec.every_command() == ["make install", 'B=$A; echo "${B}" "$C"']
    assert (spec.variables, spec.exported, spec.runtimes) == (
        {"A": "1"},
        ("B",),
        {"python": "3.13"},
    )
    assert spec.artifact == Artifact(("*.zip",), "built/$A")
    assert spec.secondary == {"Other": Artifact(("other.json",))}


def test_undeclared_variables_are_found(tmp_path: Path) -> None:
    """Those that neither the buildspec nor its commands nor CodeBuild sets."""
    spec = read(written(tmp_path, SPEC))

    assert undeclared(spec, []) == ["C"]
    assert undeclared(spec, ["C"]) == []


def test_variables_are_put_into_names_of_folders() -> None:
    """In both forms."""
    assert expanded("a/$B/${C}d", {"B": "b", "C": "c"}) == "a/b/cd"
    with pytest.raises(RehearsalError, match="no variable B"):
        expanded("$B", {})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("version: 0.2", "version: 0.1", "version must be 0.2"),
        ("  exported", "  parameter-store: {}\n  exported", "'parameter-store' isn't rehearsed"),
        ("  variables", "  shell: bash\n  variables", "only sh"),
        ("    commands: [make install]", "    commands: [{a: b}]", "quote those with a colon"),
        ("    commands: [make install]", "    comands: []", "'comands' isn't rehearsed"),
        ('  files: ["*.zip"]', "  files: []", "has no files"),
        ("phases:", "phases: []\nother:", "other"),
        ("version: 0.2", "[", "not YAML"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    """With its place."""
    with pytest.raises(RehearsalError, match=said):
        read(written(tmp_path, SPEC.replace(old, new)))


def test_a_missing_buildspec_is_told(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(RehearsalError, match=r"nowhere\.yaml can't be read"):
        read(tmp_path / "nowhere.yaml")
