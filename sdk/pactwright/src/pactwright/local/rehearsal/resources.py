"""What a template's resources are called, as far as that can be known before they exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pactwright.local.rehearsal.errors import RehearsalError


@dataclass(frozen=True, slots=True)
class Place:
    """Where resources are.

    Attributes:
        account: the AWS account's number.
        region: AWS's name of it.
        partition: `aws` nearly everywhere.
    """

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str, *, regional: bool = True) -> str:
        """An ARN in this account."""
        region = self.region if regional else ""
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How resources of a type are named.

    Attributes:
        name: the property that names one; "" where AWS always does.
        service: the part of the ARN that says whose it is.
        resource: the ARN's last part, with `{name}` in it; "" for types without ARN.
        regional: whether the ARN says the region.
        ref: what `Ref` gives: the name, or the ARN.
    """

    name: str
    service: str = ""
    resource: str = ""
    regional: bool = True
    ref: str = "name"


KINDS: Final[Mapping[str, Kind]] = {
    "AWS::ApiGateway::RestApi": Kind("", "apigateway", "/restapis/{name}"),
    "AWS::CloudWatch::Alarm": Kind("AlarmName", "cloudwatch", "alarm:{name}"),
    "AWS::CloudWatch::CompositeAlarm": Kind("AlarmName", "cloudwatch", "alarm:{name}"),
    "AWS::CloudWatch::Dashboard": Kind(
        "DashboardName", "cloudwatch", "dashboard/{name}", regional=False
    ),
    "AWS::CodeBuild::Project": Kind("Name", "codebuild", "project/{name}"),
    "AWS::CodeDeploy::Application": Kind("ApplicationName", "codedeploy", "application:{name}"),
    "AWS::CodePipeline::Pipeline": Kind("Name", "codepipeline", "{name}"),
    "AWS::DynamoDB::Table": Kind("TableName", "dynamodb", "table/{name}"),
    "AWS::Events::Rule": Kind("Name", "events", "rule/{name}"),
    "AWS::IAM::Role": Kind("RoleName", "iam", "role/{name}", regional=False),
    "AWS::KMS::Key": Kind("", "kms", "key/{name}"),
    "AWS::Lambda::Function": Kind("FunctionName", "lambda", "function:{name}"),
    "AWS::Logs::LogGroup": Kind("LogGroupName", "logs", "log-group:{name}:*"),
    "AWS::S3::Bucket": Kind("BucketName", "s3"),
    "AWS::S3::BucketPolicy": Kind(""),
    "AWS::SNS::Topic": Kind("TopicName", "sns", "{name}", ref="arn"),
    "AWS::SQS::Queue": Kind("QueueName", "sqs", "{name}"),
    "AWS::SecretsManager::Secret": Kind(
        "Name", "secretsmanager", "secret:{name}-a1b2c3", ref="arn"
    ),
}

_CHOSEN_BY_AWS: Final = "1A2B3C4D5E6F"


def name(stack: str, logical: str, resource: Mapping[str, Any]) -> str:
    """The name that a resource has, or one such as AWS would choose."""
    kind = _kind(logical, resource)
    given = resource.get("Properties", {}).get(kind.name) if kind.name else None
    if isinstance(given, str):
        return given
    if resource["Type"] == "AWS::SecretsManager::Secret":
        return f"{logical}-{_CHOSEN_BY_AWS}"  # alone among them, without the stack's name
    chosen = f"{stack}-{logical}-{_CHOSEN_BY_AWS}"
    return chosen.lower() if resource["Type"] == "AWS::S3::Bucket" else chosen


def arn(stack: str, logical: str, resource: Mapping[str, Any], place: Place) -> str:
    """A resource's ARN.

    Raises:
        RehearsalError: the type has none, or isn't known.
    """
    kind, own = _kind(logical, resource), name(stack, logical, resource)
    if resource["Type"] == "AWS::S3::Bucket":
        return f"arn:{place.partition}:s3:::{own}"
    if not kind.resource:
        raise RehearsalError(f"{logical}: a {resource['Type']} has no ARN")
    return place.arn(kind.service, kind.resource.format(name=own), regional=kind.regional)


def reference(stack: str, logical: str, resource: Mapping[str, Any], place: Place) -> str:
    """What `Ref` gives for a resource."""
    if _kind(logical, resource).ref == "arn":
        return arn(stack, logical, resource, place)
    return name(stack, logical, resource)


def _kind(logical: str, resource: Mapping[str, Any]) -> Kind:
    try:
        return KINDS[resource["Type"]]
    except KeyError:
        raise RehearsalError(
            f"{logical}: how a {resource.get('Type')} is named isn't known to the rehearsal"
        ) from None
