"""What CloudFormation does to make a stack's resources, which its execution role must allow.

Each type of resource says by its schema which permissions its handlers need ("Resource type schema"
of the CloudFormation CLI User Guide); cfn-lint carries these schemas. A schema lists what any use
of the type may need. What only features need that no template here uses is left out below.
"""

from __future__ import annotations

import copy
import importlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import boto3

from pactwright.deploy.reading import Template
from pactwright.local.rehearsal.errors import RehearsalError
from pactwright.local.rehearsal.intrinsics import Evaluation
from pactwright.local.rehearsal.policies import ANY, Context, Need
from pactwright.local.rehearsal.requirements import Requirement
from pactwright.local.rehearsal.resources import KINDS
from pactwright.local.rehearsal.structure import Action, Pipeline

_HANDLERS: Final = ("create", "read", "update", "delete")
_PREFIXES: Final = {"ApplicationAutoScaling": "application-autoscaling"}
_LISTS: Final = re.compile(r"logs:Describe\w+|\w+:GetRandomPassword|codedeploy:GetDeploymentConfig")
"""What is asked of no resource of the stack."""

_OF_ALL_ALARMS: Final = frozenset({"cloudwatch:DescribeAlarms", "cloudwatch:PutCompositeAlarm"})
"""What must be allowed on `*`: where it is allowed on less, CloudWatch makes no composite alarm and
tells of none ("PutCompositeAlarm" and "DescribeAlarms", Amazon CloudWatch API Reference)."""

OPTIONAL: Final[Mapping[str, str]] = {
    r"codedeploy:RegisterOnPremisesInstance": "machines on premises",
    r"dynamodb:(\w*Replica|Scan|Query|\w+Item)": "global tables",
    r"dynamodb:(Enable|Disable|Update)KinesisStreamingDestination": "change streams in Kinesis",
    r"dynamodb:(Put|Delete)ResourcePolicy": "resource policies of tables",
    r"sns:PutDataProtectionPolicy": "data protection policies of topics",
    r"dynamodb:\w*Import\w*": "import from S3",
    r"lambda:(GetLayerVersion|PassCapacityProvider|AssociateRuntimeAlias)": "layers, own machines",
    r"lambda:(Put|Delete|Get)CodeSigningConfig": "signed code",
    r"lambda:(Put|Delete)FunctionCodeSigningConfig": "signed code",
    r"iam:DeleteRolePermissionsBoundary": "roles that lose their boundary",
    r"iam:\w+(Group|User)Policy": "policies of users and groups",
    r"logs:(Put|Delete)(IndexPolicy|ResourcePolicy)": "indexes, access by other accounts",
    r"logs:(CreateLogDelivery|PutBearerTokenAuthentication)": "delivery elsewhere",
    r"logs:(PutDataProtectionPolicy|PutLogGroupDeletionProtection|\w+KmsKey)": "masks, locks, keys",
    r"secretsmanager:\w*Replica\w*": "secrets in several regions",
}
"""Permissions that are needed for something that a service's template doesn't have."""

_PASSED: Final = {
    "AWS::Lambda::Function": "lambda.amazonaws.com",
    "AWS::CodeDeploy::DeploymentGroup": "codedeploy.amazonaws.com",
}
"""The types that a role is given to, and who takes it on."""


def execution(
    action: Action, pipeline: Pipeline, artifacts: Mapping[str, Path]
) -> Iterator[Requirement]:
    """What the execution role of an action must be allowed, for the template that it deploys.

    Args:
        action: makes a change set; it was carried out, so that its files are there.
        pipeline: whose action.
        artifacts: the folders of the artifacts.

    Raises:
        RehearsalError: the template has a type of resource that there is not.
    """
    role = pipeline.role_of(action.configuration["RoleArn"], action)
    template = _content(action, "TemplatePath", artifacts)
    stack, place = action.configuration["StackName"], pipeline.place
    if "Transform" in template:
        name = template["Transform"].removeprefix("AWS::")
        arn = f"arn:{place.partition}:cloudformation:{place.region}:aws:transform/{name}"
        yield role, Need("cloudformation:CreateChangeSet", arn, why="the template's Transform")
    declared = {k: str(v.get("Default", "")) for k, v in template.get("Parameters", {}).items()}
    given = _content(action, "TemplateConfiguration", artifacts).get("Parameters", {})
    values = declared | given
    evaluation = Evaluation(translated(template, values, place.region), stack, values, place)
    for logical in evaluation.template["Resources"]:
        yield from ((role, need) for need in needs(evaluation, logical))


def needs(evaluation: Evaluation, logical: str) -> Iterator[Need]:
    """What making, reading, changing and deleting a resource needs.

    Args:
        evaluation: of the template, with its parameters.
        logical: the resource's logical id.

    Raises:
        RehearsalError: there is no such type of resource.
    """
    resource = evaluation.template["Resources"][logical]
    kind = resource["Type"]
    service = kind.split("::")[1]
    target = _target(evaluation, logical, kind)
    for permission in sorted(_permissions(kind)):
        own = permission.partition(":")[0] == _PREFIXES.get(service, service.lower())
        if own and not any(re.fullmatch(pattern, permission) for pattern in OPTIONAL):
            asked = _asked_of(permission, target, evaluation)
            yield Need(permission, asked, _bounds(evaluation, logical), logical)
    if kind in _PASSED:
        to = {"iam:PassedToService": [_PASSED[kind]]}
        roles = [k for k, v in evaluation.template["Resources"].items() if "IAM::Role" in v["Type"]]
        for name in roles:
            if name in json.dumps(resource["Properties"].get(_ROLES[kind])):
                yield Need("iam:PassRole", evaluation.arn(name), to, why=logical)
    if kind == "AWS::ApplicationAutoScaling::ScalableTarget":
        yield _linked_role(evaluation, resource["Properties"]["ServiceNamespace"], logical)
        yield from _tracking_alarms(evaluation, logical)
    if kind == "AWS::Lambda::Function":
        code = evaluation.value(resource["Properties"]["Code"])
        arn = f"arn:{evaluation.place.partition}:s3:::{code['S3Bucket']}/{code['S3Key']}"
        yield Need("s3:GetObject", arn, why=f"the bundle of {logical}")


def _asked_of(permission: str, target: str, evaluation: Evaluation) -> str:
    if permission in _OF_ALL_ALARMS:
        return evaluation.place.arn("cloudwatch", "alarm:*")
    return ANY if _LISTS.fullmatch(permission) else target


def _tracking_alarms(evaluation: Evaluation, logical: str) -> Iterator[Need]:
    """What target tracking makes and removes in the name of who sets it up.

    "Permissions required for API actions on target services and CloudWatch", Application Auto
    Scaling User Guide.
    """
    target = evaluation.value(evaluation.template["Resources"][logical]["Properties"]["ResourceId"])
    arn = evaluation.place.arn("cloudwatch", f"alarm:TargetTracking-{target}-AlarmHigh-0")
    for action in ("PutMetricAlarm", "DeleteAlarms"):
        yield Need(f"cloudwatch:{action}", arn, why=logical)


def _bounds(evaluation: Evaluation, logical: str) -> Context:
    """The boundary of a role, also where it is given a policy; the function of a mapping."""
    resource = evaluation.template["Resources"][logical]
    if resource["Type"] == "AWS::Lambda::EventSourceMapping":
        return {"lambda:FunctionArn": [evaluation.arn(each) for each in _functions(evaluation)]}
    if resource["Type"] == "AWS::IAM::Policy":
        first = resource["Properties"]["Roles"][0]
        return _bounds(evaluation, first["Ref"]) if "Ref" in first else {}
    boundary = resource.get("Properties", {}).get("PermissionsBoundary")
    if resource["Type"] != "AWS::IAM::Role" or boundary is None:
        return {}
    return {"iam:PermissionsBoundary": [evaluation.value(boundary, logical)]}


def _functions(evaluation: Evaluation) -> list[str]:
    resources = evaluation.template["Resources"].items()
    return [name for name, each in resources if each["Type"] == "AWS::Lambda::Function"]


def _linked_role(evaluation: Evaluation, namespace: str, why: str) -> Need:
    """The role that Application Auto Scaling makes for itself with the first target."""
    service = f"{namespace}.application-autoscaling.amazonaws.com"
    arn = evaluation.place.arn("iam", f"role/aws-service-role/{service}/0", regional=False)
    return Need("iam:CreateServiceLinkedRole", arn, {"iam:AWSServiceName": [service]}, why)


_ROLES: Final = {
    "AWS::Lambda::Function": "Role",
    "AWS::CodeDeploy::DeploymentGroup": "ServiceRoleArn",
}


def _target(evaluation: Evaluation, logical: str, kind: str) -> str:
    """The resource's ARN, where it can be known: as AWS would choose it, or as it is given."""
    if kind == "AWS::SNS::Subscription":
        subscribed = evaluation.template["Resources"][logical]["Properties"]["TopicArn"]
        return str(evaluation.value(subscribed))
    known = KINDS.get(kind)
    return evaluation.arn(logical) if known and known.resource and known.name else ANY


def _content(action: Action, setting: str, artifacts: Mapping[str, Path]) -> dict[str, Any]:
    if setting not in action.configuration:
        return {}
    artifact, _, name = action.configuration[setting].partition("::")
    content: dict[str, Any] = json.loads((artifacts[artifact] / name).read_text(encoding="utf-8"))
    return content


def _permissions(kind: str) -> set[str]:
    module: Any = importlib.import_module("cfnlint.schema.manager")
    try:
        schema = module.PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    except module.ResourceNotFoundError as error:
        raise RehearsalError(f"there is no type of resource {kind}") from error
    handlers = schema.get("handlers", {})
    return {
        permission
        for name in _HANDLERS
        for permission in handlers.get(name, {}).get("permissions", ())
    }


def translated(template: Template, values: Mapping[str, str], region: str) -> Template:
    """What CloudFormation makes of a template in SAM, given the values of its parameters."""
    if "Transform" not in template:
        return template
    parser: Any = importlib.import_module("samtranslator.parser.parser")  # untyped
    translator: Any = importlib.import_module("samtranslator.translator.translator")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of features not in use
    session = boto3.Session(region_name=region)
    translation = translator.Translator(None, parser.Parser(), boto_session=session)
    made: Template = translation.translate(
        copy.deepcopy(template), parameter_values=dict(values), get_managed_policy_map=dict
    )
    return made
