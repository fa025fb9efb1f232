"""What a service's pipeline is given, and where services answer: by the outputs of stacks."""

from __future__ import annotations

import io
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pactwright.deploy.environments import Environment
from pactwright.deploy.errors import StackError
from pactwright.deploy.pipelines import PipelineSettings, pipeline_stack, run_pipeline
from pactwright.deploy.urls import run_urls
from pactwright.schema.project import Project, ProjectError

SETTINGS = """\
[tool.pactwright]
package = "example"
sdk = "sdk"
[tool.pactwright.services.a]
[tool.pactwright.services.b]
calls = ["a"]
[tool.pactwright.services.c]
calls = ["b"]
[tool.pactwright.environments.first]
[tool.pactwright.environments.last]
[tool.pactwright.pipeline]
template = "pipeline.yaml"
outputs = {Bucket = "first.ArtifactBucket", Topic = "last.TopicArn", Records = "last.Records"}
"""
OUTPUTS = {
    "example-first-platform": {"ArtifactBucket": "bucket"},
    "example-last-platform": {"TopicArn": "arn", "Records": "records"},
    "example-first-a": {"ApiUrl": "https://a"},
    "example-first-b": {"ApiUrl": "https://b"},
}


class CloudFormation:
    """Knows stacks by their outputs."""

    def __init__(self, outputs: Mapping[str, Mapping[str, str]]) -> None:
        self.known = outputs

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803
        if StackName not in self.known:
            error = {"Code": "ValidationError", "Message": f"{StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")  # type: ignore[typeddict-item]
        told = [{"OutputKey": k, "OutputValue": v} for k, v in self.known[StackName].items()]
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": told}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    return tmp_path


def ran(
    run: Any, root: Path, outputs: Mapping[str, Mapping[str, str]] = OUTPUTS, **arguments: str
) -> list[str]:
    """The lines that a command prints."""

    def clients(_: Environment) -> Any:
        return lambda _: CloudFormation(outputs)

    output = io.StringIO()
    assert run(Namespace(project=root, **arguments), output, clients) == 0
    return output.getvalue().splitlines()


def test_a_pipeline_is_given_the_outputs_of_platforms(root: Path) -> None:
    """And the name of its service."""
    assert ran(run_pipeline, root, service="b") == [
        "Service=b",
        "Bucket=bucket",
        "Topic=arn",
        "Records=records",
    ]


def test_a_missing_platform_is_told(root: Path) -> None:
    """With the command that deploys it."""
    with pytest.raises(ProjectError, match="pactwright deploy platform --env first"):
        ran(run_pipeline, root, {}, service="b")


def test_the_urls_are_those_of_all_that_a_service_needs(root: Path) -> None:
    """Those that it calls first, whoever calls them."""
    outputs = OUTPUTS | {"example-first-c": {"ApiUrl": "https://c"}}

    found = ran(run_urls, root, outputs, service="c", env="first")

    assert found == ["a=https://a", "b=https://b", "c=https://c"]
    assert ran(run_urls, root, service="b", env="first") == ["a=https://a", "b=https://b"]


def test_a_service_that_is_not_up_is_told(root: Path) -> None:
    """With the command that deploys it."""
    with pytest.raises(StackError, match="pactwright deploy c --env first"):
        ran(run_urls, root, service="c", env="first")


@pytest.mark.parametrize("run", [run_urls, run_pipeline])
def test_an_unknown_service_is_told(root: Path, run: Any) -> None:
    """With those that there are."""
    with pytest.raises(ProjectError, match="no service 'd'; this project has a, b, c"):
        ran(run, root, service="d", env="first")


def test_the_settings_name_template_and_environments(root: Path) -> None:
    """The environments in the order of what they give."""
    project = Project.load(root)
    settings = PipelineSettings.load(project)

    assert settings.template == root / "pipeline.yaml"
    assert settings.environments == ("first", "last")
    assert pipeline_stack(project, "b") == "example-pipeline-b"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("template =", "templates =", "no setting 'templates'"),
        ('"pipeline.yaml"', "1", "template must be a string"),
        ('"first.ArtifactBucket"', '"ArtifactBucket"', r"outputs\.Bucket must be a string"),
        ('"first.ArtifactBucket"', "1", r"outputs\.Bucket must be a string"),
        ("outputs = {", "outputs = 1 #", "outputs must be a table"),
    ],
)
def test_wrong_settings_are_told(root: Path, old: str, new: str, said: str) -> None:
    """By their names."""
    (root / "pyproject.toml").write_text(SETTINGS.replace(old, new))

    with pytest.raises(ProjectError, match=said):
        PipelineSettings.load(Project.load(root))
