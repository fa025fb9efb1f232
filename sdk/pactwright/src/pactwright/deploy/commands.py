"""`pactwright deploy`, `parameters`, `provision` and `status`."""

from __future__ import annotations

import functools
import json
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Final, TextIO

from pactwright.deploy import account
from pactwright.deploy.approval import Approval
from pactwright.deploy.deployment import Deployed, Deployment, Target, deploy, survey
from pactwright.deploy.environments import Environment, stack_name
from pactwright.deploy.errors import DeployError
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.parameters import PLATFORM, Given, check
from pactwright.deploy.placing import place
from pactwright.deploy.platforms import Platform
from pactwright.deploy.preparing import Prepared, built, prepare, rendered
from pactwright.deploy.provision import hooks, provision
from pactwright.deploy.stacks import Stacks
from pactwright.deploy.status import status, table
from pactwright.deploy.watching import Progress
from pactwright.schema.project import Project

STOPPED: Final = 130
"""Exit status of a run that SIGINT ended, as shells have it."""


def run_deploy(
    arguments: Namespace,
    output: TextIO,
    progress: Progress,
    deployed: Callable[[Deployed], object] = lambda _: None,
    admit: Callable[[Bundle], object] = lambda _: None,
    answers: TextIO = sys.stdin,
) -> int:
    """Deploy; the exit status is 0 if all that was asked for is deployed, 130 on SIGINT.

    Args:
        arguments: of the command line.
        output: for what is asked and shown.
        progress: called with a line for each step.
        deployed: called with each service as soon as its stack is up.
        admit: called with each bundle before its service's stack is touched; it raises where the
            bundle may not go there.
        answers: where the answers to questions are read from.

    Raises:
        DeployError, DocumentError, ProjectError: something is wrong, was refused, or failed.
    """
    project = Project.load(arguments.project)
    environment = _environment(project, arguments)
    services = _services(project, arguments)
    ask = _asker(arguments, output, answers)
    hooks(project)  # one that can't be loaded is told before anything is done
    prepared = _prepared(project, environment, services, arguments, progress)
    approval = _approval(project, environment, arguments, output, ask)
    try:
        target = _target(project, environment, arguments, progress)
        stacks = replace(target.stacks, approve=approval)
        target = replace(target, stacks=stacks, admit=admit, deployed=deployed)
        deployment = _deploy(project, prepared, target, arguments)
    except KeyboardInterrupt:
        output.write("\nstopped. CloudFormation goes on with a change that it has begun:\n")
        output.write(f"pactwright status --env {environment.name} tells how it ends.\n")
        return STOPPED
    _tell(deployment, services, output)
    return 0


def _deploy(
    project: Project, prepared: Prepared, target: Target, arguments: Namespace
) -> Deployment:
    whole = arguments.all or PLATFORM in arguments.services
    deployment = deploy(project, prepared, target, platform=whole)
    if prepared.bundles and not target.only_shown:
        target.progress("running the provision hooks")
        provision(project, deployment)
    return deployment


def run_parameters(arguments: Namespace, output: TextIO, progress: Progress) -> int:
    """Print the parameters of a service's stack as CodePipeline's template configuration.

    They are computed as a deployment computes them, of the bundle that `pactwright bundle` made.

    Raises:
        DeployError, DocumentError, ProjectError: something is wrong or missing.
    """
    project = Project.load(arguments.project)
    environment = _environment(project, arguments)
    _known(project, [arguments.service], (*project.services,))
    platform = Platform.named(environment.platform)
    prepared = built(project, project.root / "build", platform, [arguments.service], progress)
    check(prepared.every_template(), environment.parameters, project)
    made = prepared.bundles[arguments.service]
    target = _target(project, environment, arguments, progress)
    standing = survey(project, prepared, target)
    parameters = standing.parameters(arguments.service, made)
    if arguments.upload:
        place(made, standing.bucket(), target.clients("s3"))
    configuration = {"Parameters": parameters, "Tags": dict(environment.tags)}
    output.write(f"{json.dumps(configuration, indent=2)}\n")
    return 0


def run_provision(arguments: Namespace, output: TextIO, progress: Progress) -> int:
    """Do what is to be done once the stacks are up, as it is after each deployment.

    Raises:
        DeployError, ProjectError: it can't be done.
    """
    project = Project.load(arguments.project)
    environment = _environment(project, arguments)
    target = _target(project, environment, arguments, progress)
    deployment = survey(project, rendered(project), target).deployment()
    provision(project, deployment)
    output.write(f"provisioned {', '.join(deployment.outputs)}\n")
    return 0


def run_status(arguments: Namespace, output: TextIO) -> int:
    """Tell what runs in an environment.

    Raises:
        DeployError, ProjectError: it can't be told.
    """
    project = Project.load(arguments.project)
    environment = _environment(project, arguments)
    clients = account.clients(environment)
    found = status(project, environment.name, Stacks(clients("cloudformation")), clients)
    if arguments.json:
        output.write(f"{json.dumps([asdict(each) for each in found], indent=2)}\n")
    else:
        output.writelines(f"{line}\n" for line in table(found))
    return 0


def _environment(project: Project, arguments: Namespace) -> Environment:
    """The environment's settings, with what the command line says besides."""
    settings = Environment.load(project, arguments.env)
    given = tuple(map(Given.from_option, getattr(arguments, "parameter", None) or ()))
    changed = {
        key: value for key in ("platform", "runtime") if (value := getattr(arguments, key, None))
    }
    return replace(settings, parameters=settings.parameters + given, **changed)


def _services(project: Project, arguments: Namespace) -> list[str]:
    """Which services are to be deployed, in the order of deployment."""
    if bool(arguments.services) == arguments.all:
        raise DeployError("say what to deploy: services by name, platform, or --all")
    _known(project, arguments.services, (PLATFORM, *project.services))
    return [name for name in project.services if arguments.all or name in arguments.services]


def _known(project: Project, names: list[str], known: tuple[str, ...]) -> None:
    if unknown := [name for name in names if name not in known]:
        raise DeployError(f"{project.root} has no {unknown[0]!r} to deploy: {', '.join(known)}")


def _prepared(
    project: Project,
    environment: Environment,
    services: list[str],
    arguments: Namespace,
    progress: Progress,
) -> Prepared:
    build, platform = project.root / "build", Platform.named(environment.platform)
    if arguments.built:
        taken = built(project, build, platform, services, progress)
        check(taken.every_template(), environment.parameters, project)
        return taken
    return prepare(
        project,
        build,
        progress,
        services=services,
        given=environment.parameters,
        platform=platform,
        runtime=environment.runtime,
    )


def _target(
    project: Project, environment: Environment, arguments: Namespace, progress: Progress
) -> Target:
    clients = account.clients(environment)
    progress(f"{project.package} {environment.name}: {account.identify(environment, clients)}")
    stacks = Stacks(
        clients("cloudformation"),
        progress=progress,
        tags=environment.tags,
        patience=60 * getattr(arguments, "timeout", Stacks.patience / 60),
    )
    shown = getattr(arguments, "dry_run", False)
    return Target(
        environment=environment,
        stacks=stacks,
        clients=clients,
        progress=progress,
        only_shown=shown,
    )


def _asker(arguments: Namespace, output: TextIO, answers: TextIO) -> Callable[[str], bool]:
    """Who answers whether a change is made."""
    if arguments.dry_run:
        return lambda _: False
    if arguments.yes:
        return lambda _: True
    if not answers.isatty():
        raise DeployError(
            "there is no terminal to ask on whether each change is to be made: "
            "give --yes to make them all, or --dry-run to see them"
        )
    return functools.partial(_ask, output, answers)


def _ask(output: TextIO, answers: TextIO, question: str) -> bool:
    output.write(f"{question} [y/N] ")
    output.flush()
    return answers.readline().strip().lower() in ("y", "yes")


def _approval(
    project: Project,
    environment: Environment,
    arguments: Namespace,
    output: TextIO,
    ask: Callable[[str], bool],
) -> Approval:
    names = (PLATFORM, *project.services)
    losses = arguments.allow_data_loss or ()
    for each in losses:
        _known(project, [each.partition(".")[0]], names)
    return Approval(
        show=lambda line: output.write(f"{line}\n"),
        ask=ask,
        names={stack_name(project, environment.name, name): name for name in names},
        losses=frozenset(losses),
    )


def _tell(deployment: Deployment, services: list[str], output: TextIO) -> None:
    for name in services:
        output.write(f"\n{name}\n")
        output.writelines(
            f"  {key:<20} {value}\n" for key, value in deployment.outputs.get(name, {}).items()
        )
