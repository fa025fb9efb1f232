"""What each action makes AWS's own services do, and as which role.

The permissions are those of the service role in "Action structure reference" (AWS CodePipeline
User Guide, each provider's "Service role permissions") and of CodeBuild in "Allow CodeBuild to
interact with other AWS services" (AWS CodeBuild User Guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.policies import Context, Need, Role
from pactwright.local.rehearsal.structure import Action, Pipeline, Project

_COMMIT: Final = ("CancelUploadArchive", "GetBranch", "GetCommit", "GetUploadArchiveStatus")
_REPLACE: Final = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "DescribeStacks")
_EXECUTE: Final = ("DescribeChangeSet", "DescribeStacks", "ExecuteChangeSet")
_NETWORK: Final = (
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeDhcpOptions",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSubnets",
    "DescribeVpcs",
)

Requirement = tuple[Role, Need]


def refused(requirements: Iterable[Requirement]) -> list[str]:
    """What roles are not allowed to do, for people."""
    return [f"{role.name} may not {need}" for role, need in requirements if not role.allows(need)]


def requirements(action: Action, pipeline: Pipeline) -> Iterator[Requirement]:
    """All that an action needs besides the calls of its own commands.

    Raises:
        RehearsalError: a role isn't in the template, or another service is to take it on.
    """
    role = _trusting(pipeline, pipeline.role, "codepipeline.amazonaws.com", pipeline.name)
    yield from ((role, need) for need in _store(pipeline))
    if action.provider != "CodeBuild":
        yield from ((role, need) for need in _artifacts(pipeline, action))
    if action.provider == "CodeCommit":
        yield from ((role, need) for need in _commit(pipeline, action))
    elif action.provider == "CodeStarSourceConnection":
        connection = action.configuration["ConnectionArn"]
        service = connection.split(":")[2]
        yield role, Need(f"{service}:UseConnection", connection, why="to fetch the source")
    elif action.provider == "CloudFormation":
        yield from _change(pipeline, action, role)
    elif action.provider == "CodeBuild":
        yield from _build(pipeline, action, role)
    elif "NotificationArn" in action.configuration:
        yield role, Need("sns:Publish", action.configuration["NotificationArn"])


def _trusting(pipeline: Pipeline, arn: str, service: str, whose: object) -> Role:
    role = pipeline.role_of(arn, whose)
    if service not in role.trusted:
        raise RehearsalError(f"{role.name} can't be taken on by {service}, which {whose} needs")
    return role


def _store(pipeline: Pipeline) -> Iterator[Need]:
    bucket = f"arn:{pipeline.place.partition}:s3:::{pipeline.store}"
    for name in ("GetBucketAcl", "GetBucketLocation", "GetBucketVersioning"):
        yield Need(f"s3:{name}", bucket, why="the artifact store")


def _artifacts(pipeline: Pipeline, action: Action) -> Iterator[Need]:
    objects = f"arn:{pipeline.place.partition}:s3:::{pipeline.store}/{pipeline.name}/0"
    if action.inputs:
        why = f"to read the artifact {action.inputs[0]}"
        yield Need("s3:GetObject", objects, why=why)
        yield Need("s3:GetObjectVersion", objects, why=why)
        yield from [Need("kms:Decrypt", pipeline.key, why=why)] if pipeline.key else []
    if action.outputs:
        why = f"to keep the artifact {action.outputs[0]}"
        yield Need("s3:PutObject", objects, why=why)
        yield from [Need("kms:GenerateDataKey", pipeline.key, why=why)] if pipeline.key else []


def _commit(pipeline: Pipeline, action: Action) -> Iterator[Need]:
    repository = pipeline.place.arn("codecommit", action.configuration["RepositoryName"])
    for name in (*_COMMIT, "UploadArchive"):
        yield Need(f"codecommit:{name}", repository, why="to fetch the source")


def _change(pipeline: Pipeline, action: Action, role: Role) -> Iterator[Requirement]:
    stack = pipeline.place.arn("cloudformation", f"stack/{action.configuration['StackName']}/0")
    context: Context = {"cloudformation:ChangeSetName": [action.configuration["ChangeSetName"]]}
    for name in _REPLACE if action.mode == "CHANGE_SET_REPLACE" else _EXECUTE:
        yield role, Need(f"cloudformation:{name}", stack, context)
    if "RoleArn" in action.configuration:
        passed = action.configuration["RoleArn"]
        _trusting(pipeline, passed, "cloudformation.amazonaws.com", action)
        to: Context = {"iam:PassedToService": ["cloudformation.amazonaws.com"]}
        yield role, Need("iam:PassRole", passed, to)


def _build(pipeline: Pipeline, action: Action, role: Role) -> Iterator[Requirement]:
    project = pipeline.projects[action.configuration["ProjectName"]]
    for name in ("BatchGetBuilds", "StartBuild"):
        yield role, Need(f"codebuild:{name}", project.arn)
    own = _trusting(pipeline, project.role, "codebuild.amazonaws.com", project.name)
    yield from ((own, need) for need in _artifacts(pipeline, action))
    yield from ((own, need) for need in _runtime(pipeline, project))


def _runtime(pipeline: Pipeline, project: Project) -> Iterator[Need]:
    stream = f"log-group:{project.log_group}:log-stream:0"
    for name in ("CreateLogStream", "PutLogEvents"):
        yield Need(f"logs:{name}", pipeline.place.arn("logs", stream), why="the build's log")
    if project.in_vpc:
        yield from (Need(f"ec2:{name}", why="to run in a VPC") for name in _NETWORK)
        permission: Context = {"ec2:AuthorizedService": ["codebuild.amazonaws.com"]}
        interface = pipeline.place.arn("ec2", "network-interface/0")
        yield Need("ec2:CreateNetworkInterfacePermission", interface, permission)
