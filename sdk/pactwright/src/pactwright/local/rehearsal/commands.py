"""`pactwright rehearse`: the pipelines of services, one after the other, on an empty emulator."""

from __future__ import annotations

import tempfile
from argparse import Namespace
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from pactwright.deploy.deployment import Target, deploy
from pactwright.deploy.environments import Environment
from pactwright.deploy.pipelines import PipelineSettings, pipeline_stack
from pactwright.deploy.platforms import host
from pactwright.deploy.preparing import rendered
from pactwright.deploy.stacks import Stacks
from pactwright.deploy.templates import read
from pactwright.deploy.urls import with_called
from pactwright.local.console import Console
from pactwright.local.emulator import REGION, Emulator, emulator
from pactwright.local.installation import installed
from pactwright.local.rehearsal.resources import Place
from pactwright.local.rehearsal.run import Done, Progress, rehearse
from pactwright.local.rehearsal.sources import export
from pactwright.local.rehearsal.structure import Pipeline
from pactwright.local.rehearsal.structure import read as read_pipeline
from pactwright.local.stopping import Stopped, stoppable
from pactwright.schema.project import Project

STOPPED: Final = 130
"""Exit status of a run that SIGINT or SIGTERM ended, as shells have it for SIGINT."""


@dataclass(frozen=True, slots=True)
class Account:
    """An emulated account with the platform of each environment, and nothing else at first.

    Attributes:
        project: what is deployed to it.
        emulator: where it is.
        place: its number and region.
        platforms: the outputs of each environment's platform.
    """

    project: Project
    emulator: Emulator
    place: Place
    platforms: Mapping[str, Mapping[str, str]]

    def pipeline(self, service: str, given: Mapping[str, str]) -> Pipeline:
        """The pipeline of a service.

        Args:
            service: whose.
            given: parameters of the template, besides those that follow from the settings.

        Raises:
            ProjectError, RehearsalError, TemplateError: the template or its parameters are wrong.
        """
        settings = PipelineSettings.load(self.project)
        parameters = {**settings.parameters(service, self.platforms), **given}
        stack = pipeline_stack(self.project, service)
        return read_pipeline(read(settings.template), stack, parameters, self.place)


@contextmanager
def account(project: Project, build: Path, log: Path, progress: Progress) -> Iterator[Account]:
    """An account in which pipelines can be rehearsed, until the block ends.

    Args:
        project: what is deployed to it.
        build: the folder of what is built, where the emulator is installed.
        log: the file for what the emulator says.
        progress: called with a line for each step.

    Raises:
        DeployError, LocalError, ProjectError: it can't be made.
    """
    environments = PipelineSettings.load(project).environments
    with emulator(installed(build, progress), log) as started:
        number = started.client("sts").get_caller_identity()["Account"]
        platforms = {
            name: _platform(project, Environment.load(project, name), started, progress)
            for name in environments
        }
        yield Account(project, started, Place(number, REGION), platforms)


def _platform(
    project: Project, environment: Environment, started: Emulator, progress: Progress
) -> Mapping[str, str]:
    target = Target(
        environment=environment,
        stacks=Stacks(started.client("cloudformation"), interval=0.02, patience=60),
        clients=started.client,
        progress=progress,
    )
    return deploy(project, rendered(project), target).shared


def run_rehearse(arguments: Namespace, output: TextIO) -> int:
    """Rehearse pipelines; the exit status is 0 if they go through, 130 where it is stopped.

    Raises:
        DeployError, LocalError, ProjectError: one fails, or can't be rehearsed.
    """
    project = Project.load(arguments.project)
    console = Console(output)
    say: Callable[[str], object] = console.line if arguments.verbose else lambda _: None
    stand_ins = dict(each.partition("=")[::2] for each in arguments.stand_in)
    given = machine(project) | dict(each.partition("=")[::2] for each in arguments.parameter)
    for name, value in given.items():
        console.line(f"the pipeline's {name}: {value}")
    for command, other in stand_ins.items():
        console.line(f"instead of `{command}`: `{other}`")
    services = _services(project, arguments.services)
    try:
        with stoppable(), tempfile.TemporaryDirectory(prefix="pactwright-") as scratch:
            source = export(project.root, Path(scratch, "source"))
            log = project.root / "build" / "rehearsal.log"
            with account(project, project.root / "build", log, console.progress) as made:
                for service in services:
                    console.progress(f"the pipeline of {service}")
                    pipeline = made.pipeline(service, given)
                    folder = Path(scratch, service)
                    done = rehearse(
                        pipeline, source, made.emulator, folder, stand_ins, console.progress, say
                    )
                    _tell(done, console)
    except Stopped:
        console.line("stopped")
        return STOPPED
    return 0


def machine(project: Project) -> dict[str, str]:
    """The architecture of this machine, if the template asks for one: nothing else runs here."""
    declared = read(PipelineSettings.load(project).template).get("Parameters", {})
    return {"Architecture": host().architecture} if "Architecture" in declared else {}


def _services(project: Project, chosen: Collection[str]) -> list[str]:
    """Those that are asked for and those that they call, in the order of the calls."""
    roots = [project.service(name).name for name in chosen] or project.services
    needed = {each for name in roots for each in with_called(project, name)}
    return [name for name in project.services if name in needed]


def _tell(done: Collection[Done], console: Console) -> None:
    calls = sum(len(each.calls) for each in done)
    console.progress(f"{len(done)} actions went through, with {calls} calls to AWS allowed")
