"""Stacks in the order of the calls: the platform's, then each service's after those it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from pactwright.deploy.account import Clients
from pactwright.deploy.environments import Environment, stack_name
from pactwright.deploy.errors import Declined, StackError, TemplateError
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.parameters import (
    PLATFORM,
    checked,
    declared,
    given_to,
    told_by,
    url_parameter,
)
from pactwright.deploy.placing import location, place, upload_template
from pactwright.deploy.preparing import Prepared
from pactwright.deploy.stacks import Stacks
from pactwright.deploy.versions import PARAMETER as VERSION_DIGEST
from pactwright.deploy.versions import version_digest
from pactwright.deploy.watching import Progress
from pactwright.schema.project import Project


@dataclass(frozen=True, slots=True)
class Deployment:
    """A system that is up.

    Attributes:
        environment: its name, such as `local` or `staging`.
        outputs: of each service's stack that is up: `outputs["location"]["TableName"]`.
        shared: the outputs of the platform's stack.
        client: makes a boto3 client: `client("dynamodb")`.
    """

    environment: str
    outputs: Mapping[str, Mapping[str, str]]
    shared: Mapping[str, str]
    client: Clients


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A service's bundle that runs in an environment from now on.

    Attributes:
        service: whose it is.
        environment: its name.
        platform: that the bundle was built for: `lambda-arm64`.
        digest: the bundle's SHA-256 in hexadecimal.
        stack: the stack's name.
        outputs: the stack's.
    """

    service: str
    environment: str
    platform: str
    digest: str
    stack: str
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a project is deployed, and who is told.

    Attributes:
        environment: which one.
        stacks: of its account and region.
        clients: for what CloudFormation does not do: uploading bundles.
        progress: called with a line for each stack; `stacks` tells of each resource.
        admit: called with each bundle before its service's stack is touched, to raise where it may
            not go there.
        deployed: called with each service that was deployed, also where nothing had changed.
        only_shown: whether no change is made, `stacks` having shown it.
    """

    environment: Environment
    stacks: Stacks
    clients: Clients
    progress: Progress = lambda _: None
    admit: Callable[[Bundle], object] = lambda _: None
    deployed: Callable[[Deployed], object] = lambda _: None
    only_shown: bool = False


def deploy(
    project: Project, prepared: Prepared, target: Target, *, platform: bool = True
) -> Deployment:
    """Deploy the platform's stack, then those of the services that have a bundle.

    Args:
        project: which services there are, and who calls whom.
        prepared: what `prepare` made of it.
        target: where it goes.
        platform: whether the platform's stack is deployed even if it is there.

    Raises:
        DeployError: a parameter is wrong, a service that is called isn't up, or a stack failed.
    """
    standing = survey(project, prepared, target)
    if platform or not standing.shared:
        standing = standing.with_platform()
    for name, made in prepared.bundles.items():
        standing.with_service(name, made)
    return standing.deployment()


def survey(project: Project, prepared: Prepared, target: Target) -> Standing:
    """See what of a project is up.

    Raises:
        StackError: CloudFormation can't be asked.
    """
    environment = target.environment.name

    def outputs(name: str) -> dict[str, str] | None:
        return target.stacks.outputs(stack_name(project, environment, name))

    found = {name: outputs(name) for name in project.services}
    up: dict[str, Mapping[str, str]] = {
        name: told for name, told in found.items() if told is not None
    }
    return Standing(project, prepared, target, outputs(PLATFORM) or {}, up)


@dataclass(frozen=True)
class Standing:
    """What is up of a project, and what goes there.

    Attributes:
        project: which services there are, and who calls whom.
        prepared: their templates.
        target: where they are.
        shared: the outputs of the platform's stack; empty if it isn't there.
        outputs: of each service's stack that is up.
    """

    project: Project
    prepared: Prepared
    target: Target
    shared: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def deployment(self) -> Deployment:
        """What is up, for those who go on from there."""
        ordered = {
            name: self.outputs[name] for name in self.project.services if name in self.outputs
        }
        target = self.target
        return Deployment(target.environment.name, ordered, self.shared, target.clients)

    def parameters(self, name: str, made: Bundle | None = None) -> dict[str, str]:
        """What the template of a stack is given.

        Args:
            name: a service, or the platform.
            made: the service's bundle.

        Raises:
            ParameterError: a parameter is missing, or can't be what it is.
            StackError: a service that is called isn't up, or the platform isn't.
        """
        rendered = self.prepared.rendered(name)
        given = given_to(name, rendered, self.target.environment.parameters)
        called = self._urls(name, given) | self._told_by_called(name, given)
        known = {**self.shared, **called, **given}
        if made is not None:
            known |= location(made, self.bucket())
        known["Environment"] = self.target.environment.name
        known[VERSION_DIGEST] = version_digest(rendered.template, known)
        return checked(name, rendered, known)

    def bucket(self) -> str:
        """The bucket that artifacts go to.

        Raises:
            StackError: the platform isn't up.
            TemplateError: the platform's template puts none out.
        """
        if not self.shared:
            raise StackError(
                self.stack(PLATFORM),
                "it isn't up, and all others need it",
                advice=f"pactwright deploy platform --env {self.target.environment.name}",
            )
        if "ArtifactBucket" not in self.shared:
            source = self.prepared.platform.source
            raise TemplateError(f"{source}: the output ArtifactBucket is missing")
        return self.shared["ArtifactBucket"]

    def stack(self, name: str) -> str:
        """The name of a stack."""
        return stack_name(self.project, self.target.environment.name, name)

    def with_platform(self) -> Standing:
        """Deploy the platform's stack."""
        shared = self._deploy(PLATFORM, self.target.stacks, self.parameters(PLATFORM))
        return self if shared is None else replace(self, shared=shared)

    def with_service(self, name: str, made: Bundle) -> None:
        """Deploy a service's stack."""
        self.target.admit(made)
        s3, bucket = self.target.clients("s3"), self.bucket()
        parameters = self.parameters(name, made)
        place(made, bucket, s3)
        stacks = replace(self.target.stacks, upload=partial(upload_template, s3, bucket))
        outputs = self._deploy(name, stacks, parameters)
        if outputs is None:
            return
        self.outputs[name] = outputs
        self.target.deployed(
            Deployed(
                service=name,
                environment=self.target.environment.name,
                platform=made.platform,
                digest=made.digest,
                stack=self.stack(name),
                outputs=outputs,
            )
        )

    def _deploy(
        self, name: str, stacks: Stacks, parameters: Mapping[str, str]
    ) -> dict[str, str] | None:
        """The outputs of a stack that was deployed; None if its change was only shown."""
        stack = self.stack(name)
        self.target.progress(f"deploying {stack}")
        try:
            return stacks.deploy(stack, self.prepared.rendered(name).text(), parameters)
        except Declined:
            if self.target.only_shown:
                return None
            raise

    def _told_by_called(self, name: str, given: Mapping[str, str]) -> dict[str, str]:
        """What the services that a service calls put out, by the parameters of those names."""
        wanted = set(declared(self.prepared.rendered(name))) - set(given)
        found: dict[str, str] = {}
        for called, names in told_by(self.project, name, self.prepared.templates).items():
            for each in sorted(names & wanted):
                if each not in self.outputs.get(called, {}):
                    advice = (
                        f"pactwright deploy {called} --env {self.target.environment.name}, or --all"
                    )
                    reason = f"it doesn't put out {each}, which {name} needs"
                    raise StackError(self.stack(called), reason, advice=advice)
                found[each] = self.outputs[called][each]
        return found

    def _urls(self, name: str, given: Mapping[str, str]) -> dict[str, str]:
        """Where the services are that a service calls, by the parameters that take that."""
        service = self.project.services.get(name)
        urls: dict[str, str] = {}
        for called in service.calls if service else ():
            parameter = url_parameter(called)
            if parameter in given or parameter not in declared(self.prepared.rendered(name)):
                continue
            if "ApiUrl" not in self.outputs.get(called, {}):
                advice = (
                    f"pactwright deploy {called} --env {self.target.environment.name}, or --all"
                )
                raise StackError(
                    self.stack(called), f"it isn't up, and {name} calls it", advice=advice
                )
            urls[parameter] = self.outputs[called]["ApiUrl"]
        return urls
