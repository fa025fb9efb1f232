"""A service's pipeline: ``[tool.pactwright.pipeline]`` of the pyproject.toml, and what follows."""

from __future__ import annotations

import tomllib
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

from pactwright.deploy import account
from pactwright.deploy.account import Clients
from pactwright.deploy.environments import Environment, stack_name
from pactwright.deploy.parameters import PLATFORM
from pactwright.deploy.stacks import Stacks
from pactwright.schema.project import Project, ProjectError

_TABLE: Final = "tool.pactwright.pipeline"
_ENVIRONMENT: Final = "pipeline"
"""What the stacks of pipelines have in their names where others have an environment's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """How the pipelines of a project are made.

    Attributes:
        template: their template; it takes the service's name as the parameter Service.
        outputs: parameters that are given an output of a platform's stack, each an environment and
            the output's name.
    """

    template: Path
    outputs: Mapping[str, tuple[str, str]]

    @classmethod
    def load(cls, project: Project) -> PipelineSettings:
        """Read a project's settings.

        Raises:
            ProjectError: a setting is unknown or wrong.
        """
        content = tomllib.loads((project.root / "pyproject.toml").read_text(encoding="utf-8"))
        given = content["tool"]["pactwright"].get("pipeline", {})
        if unknown := sorted(set(given) - {"template", "outputs"}):
            raise ProjectError(
                f"[{_TABLE}] has no setting {unknown[0]!r}; it may have outputs, template"
            )
        template = given.get("template", "services/pipeline.yaml")
        if not isinstance(template, str):
            raise ProjectError(f"[{_TABLE}] template must be a string")
        return cls(template=project.root / template, outputs=_outputs(given.get("outputs", {})))

    @property
    def environments(self) -> tuple[str, ...]:
        """The environments that a pipeline deploys to, in the order of the settings."""
        return tuple(dict.fromkeys(environment for environment, _ in self.outputs.values()))

    def parameters(
        self, service: str, platforms: Mapping[str, Mapping[str, str]]
    ) -> dict[str, str]:
        """What the template of a service's pipeline is given.

        Args:
            service: whose.
            platforms: the outputs of each environment's platform.

        Raises:
            ProjectError: a platform puts no such output out.
        """
        values = {"Service": service}
        for name, (environment, output) in self.outputs.items():
            if output not in platforms[environment]:
                raise ProjectError(
                    f"[{_TABLE}] {name}: the platform of {environment} has no output {output}: "
                    f"`pactwright deploy platform --env {environment}`"
                )
            values[name] = platforms[environment][output]
        return values


def run_pipeline(
    arguments: Namespace,
    output: TextIO,
    clients: Callable[[Environment], Clients] = account.clients,
) -> int:
    """Print what the template of a service's pipeline is given: a line `Name=value` for each.

    Args:
        arguments: of the command line.
        output: where to.
        clients: reaches an environment's account.

    Raises:
        DeployError, ProjectError: there is no such service, or a platform isn't up.
    """
    project = Project.load(arguments.project)
    service = project.service(arguments.service).name
    settings = PipelineSettings.load(project)
    platforms = {name: _platform(project, name, clients) for name in settings.environments}
    parameters = settings.parameters(service, platforms)
    output.writelines(f"{name}={value}\n" for name, value in parameters.items())
    return 0


def _platform(
    project: Project, environment: str, clients: Callable[[Environment], Clients]
) -> Mapping[str, str]:
    """The outputs of an environment's platform, none if it isn't up."""
    client = clients(Environment.load(project, environment))
    stacks = Stacks(client("cloudformation"))
    return stacks.outputs(stack_name(project, environment, PLATFORM)) or {}


def pipeline_stack(project: Project, service: str) -> str:
    """The name of the stack of a service's pipeline: `hereabouts-pipeline-location`."""
    return stack_name(project, _ENVIRONMENT, service)


def _outputs(given: object) -> dict[str, tuple[str, str]]:
    if not isinstance(given, dict):
        raise ProjectError(f"[{_TABLE}] outputs must be a table")
    return {name: _output(name, value) for name, value in given.items()}


def _output(name: str, value: Any) -> tuple[str, str]:
    environment, dot, output = value.partition(".") if isinstance(value, str) else ("", "", "")
    if not (environment and dot and output):
        raise ProjectError(f"[{_TABLE}] outputs.{name} must be a string: ENVIRONMENT.Output")
    return environment, output
