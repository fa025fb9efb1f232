"""What CloudFormation says is deployed: the truth that records are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pactwright.release.errors import UnknownDeployment
from pactwright.schema.project import Project

Clients = Callable[[str], Any]
"""Takes the name of an AWS service, returns a boto3 client of it."""

_KEY: Final = re.compile(r"bundles/(?P<service>[^/]+)/(?P<digest>[0-9a-f]{64})\.zip")
_IN_PROGRESS: Final = "_IN_PROGRESS"
_CLEANING_UP: Final = "_COMPLETE_CLEANUP_IN_PROGRESS"
_STANDING: Final = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE"}
)
"""States in which what the stack's parameters say is what runs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A service as its stack has it.

    Attributes:
        bundle: the digest of its bundle.
        platform: of the bundle.
    """

    bundle: str
    platform: str


def aws(service: str) -> Any:
    """A client with credentials, region and endpoint of boto3's own chain.

    Raises:
        UnknownDeployment: there is no region.
    """
    config = Config(connect_timeout=10, read_timeout=60, retries={"mode": "standard"})
    try:
        client: Any = boto3.client(service, config=config)  # type: ignore[call-overload]
    except BotoCoreError as error:
        raise UnknownDeployment(f"AWS can't be asked: {error}") from error
    return client


def standing(project: Project, environment: str, service: str, clients: Clients) -> Standing | None:
    """What a service's stack says of its bundle; None where there is no such stack.

    A stack whose update was rolled back says the bundle that it was rolled back to.

    Raises:
        UnknownDeployment: the stack is being changed or is broken, has no bundle, or can't be read.
    """
    name = stack_name(project, environment, service)
    stack = _described(name, clients)
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        return None
    _check_status(name, str(stack["StackStatus"]))
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())}
    key = _KEY.fullmatch(given.get("BundleKey", ""))
    if key is None or key["service"] != service or "Architecture" not in given:
        raise UnknownDeployment(
            f"the stack {name} does not say which bundle of {service} it has: its parameters "
            "BundleKey and Architecture would. Give --digest and --platform"
        )
    return Standing(bundle=key["digest"], platform=f"lambda-{given['Architecture']}")


def artifacts(project: Project, environment: str, clients: Clients) -> str | None:
    """The name of an environment's artifact bucket; None where its platform is not up.

    Raises:
        UnknownDeployment: AWS can't be asked.
    """
    stack = _described(stack_name(project, environment, "platform"), clients) or {}
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", ())}
    return outputs.get("ArtifactBucket")


def _described(name: str, clients: Clients) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = clients("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if "does not exist" in str(error):  # the code is ValidationError, as for much else
            return None
        raise UnknownDeployment(f"the stack {name} can't be read: {error}") from error
    except BotoCoreError as error:
        raise UnknownDeployment(f"the stack {name} can't be read: {error}") from error
    stack: Mapping[str, Any] = found["Stacks"][0]
    return stack


def _check_status(name: str, status: str) -> None:
    if status in _STANDING or status.endswith(_CLEANING_UP):
        return
    if status.endswith(_IN_PROGRESS):
        raise UnknownDeployment(
            f"the stack {name} is {status}: record it when that has ended, either way"
        )
    raise UnknownDeployment(f"the stack {name} is {status}: nobody can tell what runs; mend it")


def stack_name(project: Project, environment: str, name: str) -> str:
    """The name of a stack: `hereabouts-staging-location`."""
    return f"{project.package}-{environment}-{name}".replace("_", "-").replace(".", "-")
