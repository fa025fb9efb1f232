"""`pactwright urls`: where a service and those that it calls answer in an environment."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import TextIO

from pactwright.deploy import account
from pactwright.deploy.account import Clients
from pactwright.deploy.environments import Environment, stack_name
from pactwright.deploy.errors import StackError
from pactwright.deploy.stacks import Stacks
from pactwright.schema.project import Project


def run_urls(
    arguments: Namespace,
    output: TextIO,
    clients: Callable[[Environment], Clients] = account.clients,
) -> int:
    """Print `SERVICE=URL` for a service, after the same for each that it calls, or they call.

    Args:
        arguments: of the command line.
        output: where to.
        clients: reaches an environment's account.

    Raises:
        DeployError, ProjectError: there is no such service or environment, or one isn't up.
    """
    project = Project.load(arguments.project)
    environment = Environment.load(project, arguments.env)
    service = project.service(arguments.service).name
    stacks = Stacks(clients(environment)("cloudformation"))
    needed = set(with_called(project, service))
    for name in (each for each in project.services if each in needed):
        stack = stack_name(project, environment.name, name)
        outputs = stacks.outputs(stack) or {}
        if "ApiUrl" not in outputs:
            advice = f"pactwright deploy {name} --env {environment.name}"
            raise StackError(stack, "it isn't up", advice=advice)
        output.write(f"{name}={outputs['ApiUrl']}\n")
    return 0


def with_called(project: Project, service: str) -> Iterator[str]:
    """A service and all that it can't do without."""
    yield service
    for called in project.services[service].calls:
        yield from with_called(project, called)
