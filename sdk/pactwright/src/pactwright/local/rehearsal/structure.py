"""What a pipeline's template says: stages, actions, projects, roles; and whether it fits together.

Follows "CodePipeline pipeline structure reference" and "Action structure reference" of the AWS
CodePipeline User Guide.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.deploy.reading import Template
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.intrinsics import Evaluation, arguments
from pactwright.local.rehearsal.policies import Role
from pactwright.local.rehearsal.resources import Place, arn, name

_PIPELINE: Final = "AWS::CodePipeline::Pipeline"
_PROJECT: Final = "AWS::CodeBuild::Project"
_ROLE: Final = "AWS::IAM::Role"


@dataclass(frozen=True, slots=True)
class Action:
    """One action.

    Attributes:
        stage: the name of its stage.
        name: its own.
        category: Source, Build, Test, Deploy or Approval.
        provider: CodeBuild, CloudFormation, …
        order: actions of one stage run by it, those of the same order at the same time.
        configuration: what the provider is told.
        inputs: the names of the artifacts that it reads.
        outputs: of those that it makes.
        namespace: what its variables are found under; "" for none.
    """

    stage: str
    name: str
    category: str
    provider: str
    order: int
    configuration: Mapping[str, str]
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.stage}/{self.name}"

    @property
    def mode(self) -> str:
        """What CloudFormation is to do."""
        return self.configuration.get("ActionMode", "")


@dataclass(frozen=True, slots=True)
class Project:
    """A CodeBuild project.

    Attributes:
        name: its name.
        arn: its ARN.
        role: the ARN of the role that it runs as.
        buildspec: the file in its primary source.
        variables: its environment: name, type and value of each.
        log_group: the group that it writes to.
        in_vpc: whether it runs in a VPC.
    """

    name: str
    arn: str
    role: str
    buildspec: str
    variables: tuple[Mapping[str, str], ...]
    log_group: str
    in_vpc: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline, ready to be rehearsed.

    Attributes:
        name: its name.
        place: where it is.
        role: the ARN of the role that it runs as.
        store: the name of the bucket for its artifacts.
        key: the ARN of the key that encrypts them; "" for AWS's own.
        stages: the actions of each, in their order.
        projects: by name.
        roles: by ARN.
    """

    name: str
    place: Place
    role: str
    store: str
    key: str
    stages: Mapping[str, tuple[Action, ...]]
    projects: Mapping[str, Project]
    roles: Mapping[str, Role]

    def role_of(self, arn: str, whose: object) -> Role:
        """A role of the template by its ARN.

        Raises:
            RehearsalError: the template has no such role.
        """
        if arn not in self.roles:
            raise RehearsalError(f"{whose}: the template has no role {arn}")
        return self.roles[arn]


def read(template: Template, stack: str, given: Mapping[str, str], place: Place) -> Pipeline:
    """Read the pipeline in a template.

    Args:
        template: as `pactwright.deploy.templates.read` reads it.
        stack: the name that its stack is to have.
        given: its parameters.
        place: where the stack is to be.

    Raises:
        RehearsalError: it has not just one pipeline, or something can't be evaluated.
    """
    evaluation = Evaluation(template, stack, arguments(template, given), place)
    resources = evaluation.resources()
    found = [each["Properties"] for each in resources.values() if each["Type"] == _PIPELINE]
    if len(found) != 1:
        raise RehearsalError(f"the template has {len(found)} pipelines, not one")
    (properties,) = found
    store = properties["ArtifactStore"]
    projects = [
        _project(each["Properties"], arn(stack, logical, each, place))
        for logical, each in resources.items()
        if each["Type"] == _PROJECT
    ]
    roles = [
        Role.read(logical, arn(stack, logical, each, place), each["Properties"])
        for logical, each in resources.items()
        if each["Type"] == _ROLE
    ]
    return Pipeline(
        name=properties.get("Name") or name(stack, "Pipeline", {"Type": _PIPELINE}),
        place=place,
        role=properties["RoleArn"],
        store=store["Location"],
        key=store.get("EncryptionKey", {}).get("Id", ""),
        stages=_stages(properties["Stages"]),
        projects={each.name: each for each in projects},
        roles={each.arn: each for each in roles},
    )


def _stages(given: list[dict[str, Any]]) -> dict[str, tuple[Action, ...]]:
    stages: dict[str, tuple[Action, ...]] = {}
    for stage in given:
        if stage["Name"] in stages:
            raise RehearsalError(f"there are two stages {stage['Name']}")
        actions = [_action(stage["Name"], each) for each in stage["Actions"]]
        if not actions or len({each.name for each in actions}) < len(actions):
            raise RehearsalError(f"{stage['Name']}: no action, or two of one name")
        stages[stage["Name"]] = tuple(sorted(actions, key=lambda each: each.order))
    return stages


def _action(stage: str, given: Mapping[str, Any]) -> Action:
    kind = given["ActionTypeId"]
    if "RoleArn" in given or "Region" in given:
        raise RehearsalError(
            f"{stage}/{given['Name']}: other accounts and regions aren't rehearsed"
        )
    return Action(
        stage=stage,
        name=given["Name"],
        category=kind["Category"],
        provider=kind["Provider"],
        order=int(given.get("RunOrder", 1)),
        configuration={key: _text(value) for key, value in given.get("Configuration", {}).items()},
        inputs=tuple(each["Name"] for each in given.get("InputArtifacts", ())),
        outputs=tuple(each["Name"] for each in given.get("OutputArtifacts", ())),
        namespace=given.get("Namespace", ""),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _project(properties: Mapping[str, Any], own_arn: str) -> Project:
    environment = properties["Environment"]
    source = properties["Source"]
    if source["Type"] != "CODEPIPELINE" or properties["Artifacts"]["Type"] != "CODEPIPELINE":
        raise RehearsalError(f"{properties['Name']}: source and artifacts must be CODEPIPELINE's")
    logs = properties.get("LogsConfig", {}).get("CloudWatchLogs", {})
    return Project(
        name=properties["Name"],
        arn=own_arn,
        role=properties["ServiceRole"],
        buildspec=source.get("BuildSpec", "buildspec.yml"),
        variables=tuple(environment.get("EnvironmentVariables", ())),
        log_group=logs.get("GroupName", f"/aws/codebuild/{properties['Name']}"),
        in_vpc="VpcConfig" in properties,
    )
