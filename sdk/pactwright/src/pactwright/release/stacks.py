"""What CloudFormation says is deployed: the truth that records are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from pactwright.deploy.account import Clients, clients
from pactwright.deploy.environments import Environment, environments, stack_name
from pactwright.deploy.errors import AccountError, StackError
from pactwright.deploy.live import live_digest
from pactwright.deploy.parameters import PLATFORM
from pactwright.deploy.placing import bundle_key, digest_in
from pactwright.deploy.stacks import Stacks, outputs_of
from pactwright.release.errors import UnknownDeployment
from pactwright.schema.project import Project

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


def account(project: Project, environment: str) -> Clients:
    """Clients for an environment: in its region, if the project's settings have one.

    Raises:
        UnknownDeployment: no region is known.
        ProjectError: the settings are wrong.
    """
    known = environment in environments(project)
    settings = Environment.load(project, environment) if known else Environment(name=environment)
    try:
        return clients(settings)
    except AccountError as error:
        raise UnknownDeployment(str(error)) from error


def standing(project: Project, environment: str, service: str, client: Clients) -> Standing | None:
    """What runs of a service, by its stack; None where there is no such stack.

    A stack whose update was rolled back says the bundle that it was rolled back to. Where the stack
    has an output FunctionName, Lambda is asked for what the function's alias leads to: that may be
    an older bundle than the stack was given.

    Raises:
        UnknownDeployment: the stack is being changed or is broken, has no bundle, or can't be read.
    """
    name = stack_name(project, environment, service)
    stack = _described(name, client)
    if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
        return None
    _check_status(name, str(stack["StackStatus"]))
    given = {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", ())}
    key = given.get("BundleKey", "")
    digest = digest_in(key)
    if key != bundle_key(service, digest) or "Architecture" not in given:
        raise UnknownDeployment(
            f"the stack {name} does not say which bundle of {service} it has: its parameters "
            "BundleKey and Architecture would. Give --digest and --platform"
        )
    try:
        function = outputs_of(stack).get("FunctionName")
        running = live_digest(function, client("lambda")) if function else ""
    except AccountError as error:
        raise UnknownDeployment(str(error)) from error
    return Standing(bundle=running or digest, platform=f"lambda-{given['Architecture']}")


def artifacts(project: Project, environment: str, client: Clients) -> str | None:
    """The name of an environment's artifact bucket; None where its platform is not up.

    Raises:
        UnknownDeployment: AWS can't be asked.
    """
    name = stack_name(project, environment, PLATFORM)
    try:
        outputs = Stacks(client("cloudformation")).outputs(name)
    except StackError as error:
        raise UnknownDeployment(f"what is deployed can't be read: {error}") from error
    return (outputs or {}).get("ArtifactBucket")


def _described(name: str, client: Clients) -> dict[str, Any] | None:
    try:
        return Stacks(client("cloudformation")).describe(name)
    except StackError as error:
        raise UnknownDeployment(f"what is deployed can't be read: {error}") from error


def _check_status(name: str, status: str) -> None:
    if status in _STANDING or status.endswith(_CLEANING_UP):
        return
    if status.endswith(_IN_PROGRESS):
        raise UnknownDeployment(
            f"the stack {name} is {status}: record it when that has ended, either way"
        )
    raise UnknownDeployment(f"the stack {name} is {status}: nobody can tell what runs; mend it")
