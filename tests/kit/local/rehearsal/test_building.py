"""A build sees what CodeBuild gives it, and hands on what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pactwright.local.rehearsal.building import Builds
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.resources import Place
from pactwright.local.rehearsal.structure import Action, Pipeline, Project

SPEC = """\
version: 0.2
env: {exported-variables: [DIGEST]}
phases:
  build:
    commands:
      - env > seen.txt; DIGEST=d
      - mkdir out; echo 1 > out/a.json; echo 2 > out/b.json; echo 3 > out/c.txt
      - ls "$CODEBUILD_SRC_DIR_Other" >> seen.txt
artifacts:
  base-directory: out
  files: ["*.json"]
  secondary-artifacts:
    Seen: {files: [seen.txt]}
    Rest: {base-directory: out, files: ["**/*"]}
"""


def builds(folder: Path, variable: Mapping[str, str], **environ: str) -> Builds:
    project = Project("p", "arn", "role", "buildspec.yaml", (variable,), "group", in_vpc=False)
    place = Place("123456789012", "eu-west-1")
    pipeline = Pipeline("n", place, "role", "store", "", {}, {"p": project}, {})
    return Builds(pipeline, "http://aws", "abc", folder / "scratch", environ=environ)


def action(*outputs: str, **more: str) -> Action:
    configuration = {"ProjectName": "p", "PrimarySource": "Source", **more}
    inputs = ("Other", "Source")
    return Action("Build", "Build", "Build", "CodeBuild", 1, configuration, inputs, outputs)


@pytest.fixture
def artifacts(tmp_path: Path) -> dict[str, Path]:
    source, other = tmp_path / "source", tmp_path / "other"
    source.mkdir()
    other.mkdir()
    (source / "buildspec.yaml").write_text(SPEC)
    (other / "theirs").touch()
    return {"Source": source, "Other": other}


VARIABLE = {"Name": "SERVICE", "Value": "location"}


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*") if each.is_file()}


def test_just_the_declared_files_are_handed_on(tmp_path: Path, artifacts: dict[str, Path]) -> None:
    """The one artifact by whatever name; several by their own."""
    made, exported = builds(tmp_path, VARIABLE).build(action("Any"), artifacts)

    assert names(made["Any"]) == {"a.json", "b.json"}
    assert exported == {"DIGEST": "d"}
    assert names(artifacts["Source"]) == {"buildspec.yaml"}


def test_several_artifacts_are_told_by_name(tmp_path: Path, artifacts: dict[str, Path]) -> None:
    """Each as the buildspec has it."""
    made, _ = builds(tmp_path, VARIABLE).build(action("Seen", "Rest"), artifacts)

    assert names(made["Seen"]) == {"seen.txt"}
    assert names(made["Rest"]) == {"a.json", "b.json", "c.txt"}


def test_a_build_sees_what_codebuild_gives(tmp_path: Path, artifacts: dict[str, Path]) -> None:
    """The project's and the action's variables, its own; of this machine the network only."""
    variables = '[{"name": "ENVIRONMENT", "value": "staging", "type": "PLAINTEXT"}]'
    machine = builds(tmp_path, VARIABLE, SECRET="s", PIP_INDEX_URL="i", HTTPS_PROXY="p")

    made, _ = machine.build(action("Seen", "Rest", EnvironmentVariables=variables), artifacts)

    lines = (made["Seen"] / "seen.txt").read_text().splitlines()
    seen = dict(line.split("=", 1) for line in lines if "=" in line)
    assert seen["SERVICE"] == "location"
    assert seen["ENVIRONMENT"] == "staging"
    assert seen["AWS_ENDPOINT_URL"] == "http://aws"
    assert seen["CODEBUILD_RESOLVED_SOURCE_VERSION"] == "abc"
    assert (seen["PIP_INDEX_URL"], seen["HTTPS_PROXY"]) == ("i", "p")
    assert "SECRET" not in seen
    assert "theirs" in lines


@pytest.mark.parametrize(
    ("outputs", "said"),
    [(("Seen", "Lost"), "makes no artifact Lost"), (("Any",), r"\*\.jsn isn't in out")],
)
def test_an_artifact_that_is_not_made_is_told(
    tmp_path: Path, artifacts: dict[str, Path], outputs: tuple[str, ...], said: str
) -> None:
    """By its name, or by the file's."""
    text = SPEC.replace("*.json", "*.jsn")
    (artifacts["Source"] / "buildspec.yaml").write_text(text)

    with pytest.raises(RehearsalError, match=said):
        builds(tmp_path, VARIABLE).build(action(*outputs), artifacts)


def test_a_variable_that_can_not_be_looked_up_is_told(
    tmp_path: Path, artifacts: dict[str, Path]
) -> None:
    """Nobody would know what the build would see."""
    secret = {"Name": "TOKEN", "Value": "name", "Type": "SECRETS_MANAGER"}

    with pytest.raises(RehearsalError, match="TOKEN can't be looked up"):
        builds(tmp_path, secret).build(action("Any"), artifacts)
