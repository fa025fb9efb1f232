"""The command line: `pactwright …`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

# Each command imports its own layers, so that a project need not have installed the others'.
# ruff: noqa: PLC0415

Command = Callable[[argparse.Namespace, TextIO], int]

FAILED = 1
"""Exit status of a command that could not do its work; 2 is for a wrong call."""

STOPPED = 128 + 2
"""Exit status of a command that was interrupted, as shells have it: SIGINT is signal 2."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status.

    Args:
        arguments: those after the program's name; the process's own by default.
    """
    parsed = _parser().parse_args(arguments)
    run: Command = parsed.run
    try:
        status = run(parsed, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("pactwright: stopped\n")
        return STOPPED
    except _expected() as error:
        sys.stderr.write(f"pactwright: {error}\n")
        return FAILED
    else:
        return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pactwright", description="One contract, both sides.")
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="folder of the pyproject.toml"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    generate = commands.add_parser("generate", help="write the SDK from the OpenAPI documents")
    generate.add_argument("--check", action="store_true", help="only tell whether it is stale")
    generate.set_defaults(run=_generate)

    bundle = commands.add_parser("bundle", help="build a service's bundle and its template")
    bundle.add_argument("service")
    bundle.add_argument(
        "--platform",
        default="host",
        help="lambda-arm64, lambda-x86_64 or host, this machine's (%(default)s)",
    )
    bundle.add_argument("--runtime", help="such as python3.13; that of this Python by default")
    bundle.add_argument("--list", action="store_true", help="list every file, not only packages")
    bundle.set_defaults(run=_bundle)

    up = commands.add_parser("up", help="run the whole system on this machine")
    up.add_argument("--port", type=_port, default=8001, help="of the first service (%(default)s)")
    up.add_argument("--persist", type=Path, metavar="DIR", help="keep the data there")
    up.add_argument("--dynamodb", metavar="URL", help="use another DynamoDB than the emulator's")
    up.add_argument("--install", action="store_true", help="install and build only, run nothing")
    up.set_defaults(run=_up)
    _add_deployments(commands)
    _add_contracts(commands)
    _add_releases(commands)
    _add_comparison(commands)
    _add_pipelines(commands)
    return parser


def _add_comparison(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = commands.add_parser("compare", help="what changed in documents, and whom it breaks")
    compare.add_argument("old", metavar="OLD", help="a file, a folder, a revision or REVISION:PATH")
    compare.add_argument("new", nargs="?", metavar="NEW", help="the working tree by default")
    compare.add_argument(
        "--pacts", action="store_true", help="compare pacts: what consumers rely on otherwise"
    )
    compare.add_argument(
        "--provider", metavar="NAME", help="the service that files are of, or the only one"
    )
    compare.add_argument(
        "--fail-on",
        choices=("in-fact", "breaking", "never"),
        default="in-fact",
        help="exit with 1 where a change breaks somebody, or may break somebody (%(default)s)",
    )
    compare.add_argument("--json", action="store_true", help="one JSON document as the output")
    compare.set_defaults(run=_compare)


def _add_deployments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from pactwright.deploy import options
    from pactwright.release import options as releases

    deploy = commands.add_parser("deploy", help="bring an environment up to date, or make it")
    options.add_deploy(deploy)
    releases.add_deploy(deploy)
    deploy.set_defaults(run=_deploy)

    parameters = commands.add_parser("parameters", help="a stack's parameters, for CodePipeline")
    options.add_parameters(parameters)
    parameters.set_defaults(run=_parameters)

    provision = commands.add_parser("provision", help="call a project's hooks on its stacks")
    options.add_environment(provision)
    provision.set_defaults(run=_provision)

    urls = commands.add_parser("urls", help="where a service and those it calls answer")
    urls.add_argument("service")
    options.add_environment(urls)
    urls.set_defaults(run=_urls)

    status = commands.add_parser("status", help="which bundle runs where")
    options.add_environment(status)
    status.add_argument("--json", action="store_true", help="one JSON document as the output")
    status.set_defaults(run=_status)


def _add_contracts(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from pactwright.release import options

    verify = commands.add_parser("verify", help="hold providers to what consumers rely on")
    verify.add_argument("providers", nargs="*", metavar="PROVIDER", help="all by default")
    verify.add_argument(
        "--chain", action="store_true", help="from the leaves up; no stub is taken on trust"
    )
    verify.add_argument("--in-process", action="store_true", help="quicker, without the gateway")
    verify.add_argument("--json", action="store_true", help="one JSON document as the output")
    verify.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML there")
    options.add_verify(verify)
    verify.set_defaults(run=_verify)

    coverage = commands.add_parser("coverage", help="who relies on what, and where nobody does")
    coverage.set_defaults(run=_coverage)

    states = commands.add_parser("states", help="run the system for another pact verifier")
    states.add_argument("--port", type=_port, default=8010, help="of states (%(default)s)")
    states.set_defaults(run=_states)


def _add_releases(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from pactwright.release import options

    gate = commands.add_parser("can-deploy", help="ask the gate: exit status 0 is yes, 1 is no")
    options.add_can_deploy(gate)
    gate.set_defaults(run=_can_deploy)

    deployment = commands.add_parser("record-deployment", help="record what runs, by its stack")
    options.add_record_deployment(deployment)
    deployment.set_defaults(run=_record_deployment)

    release = commands.add_parser("record-release", help="record what is in use outside")
    options.add_record_release(release)
    release.set_defaults(run=_record_release)


def _add_pipelines(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pipeline = commands.add_parser("pipeline", help="the parameters of a service's pipeline")
    pipeline.add_argument("service")
    pipeline.set_defaults(run=_pipeline)

    rehearse = commands.add_parser("rehearse", help="carry out services' pipelines on this machine")
    rehearse.add_argument("services", nargs="*", metavar="SERVICE", help="all by default")
    rehearse.add_argument(
        "--parameter",
        action="append",
        type=_pair,
        default=[],
        metavar="NAME=VALUE",
        help="of the pipeline's template",
    )
    rehearse.add_argument(
        "--stand-in",
        action="append",
        type=_pair,
        default=[],
        metavar="COMMAND=OTHER",
        help="run another command instead of one of the buildspecs'",
    )
    rehearse.add_argument("--verbose", action="store_true", help="show what commands say")
    rehearse.set_defaults(run=_rehearse)


def _generate(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.generate.run import generate
    from pactwright.schema.project import Project

    report = generate(Project.load(arguments.project), check=arguments.check)
    for fault in report.faults:
        sys.stderr.write(f"{fault}\n")
    for verb, paths in (("changed", report.changed), ("removed", report.removed)):
        output.writelines(f"{'stale' if arguments.check else verb}: {path}\n" for path in paths)
    if arguments.check and report.stale:
        sys.stderr.write("pactwright: the SDK is stale: run `pactwright generate`\n")
    return 0 if report.ok else FAILED


def _bundle(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.building import run_bundle

    return run_bundle(arguments, output)


def _up(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.local import up
    from pactwright.schema.project import Project

    project = Project.load(arguments.project)
    if arguments.install:
        up.install(project, output)
        return 0
    options = up.Options(
        port=arguments.port, persist=arguments.persist, dynamodb=arguments.dynamodb
    )
    up.up(project, options, output)
    return 0


def _deploy(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.commands import run_deploy
    from pactwright.local.console import Console
    from pactwright.release.deploying import gatekeeper, recorder

    progress = Console(output).progress
    notes: list[str] = []
    try:
        deployed = recorder(arguments, progress, notes.append)
        return run_deploy(arguments, output, progress, deployed, gatekeeper(arguments))
    finally:
        output.writelines(f"{note}\n" for note in notes)  # at the end, where they are seen


def _parameters(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.commands import run_parameters
    from pactwright.local.console import Console

    return run_parameters(arguments, output, Console(sys.stderr).progress)


def _provision(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.commands import run_provision
    from pactwright.local.console import Console

    return run_provision(arguments, output, Console(output).progress)


def _urls(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.urls import run_urls

    return run_urls(arguments, output)


def _status(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.commands import run_status

    return run_status(arguments, output)


def _verify(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.release.commands import run_verify

    return run_verify(arguments, output)


def _coverage(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.contract.commands import run_coverage

    return run_coverage(arguments, output)


def _compare(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.release.comparison.commands import run_compare

    return run_compare(arguments, output)


def _states(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.contract.commands import run_states

    return run_states(arguments, output)


def _can_deploy(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.release.commands import run_can_deploy

    return run_can_deploy(arguments, output)


def _record_deployment(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.release.commands import run_record_deployment

    return run_record_deployment(arguments, output)


def _record_release(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.release.commands import run_record_release

    return run_record_release(arguments, output)


def _pipeline(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.deploy.pipelines import run_pipeline

    return run_pipeline(arguments, output)


def _rehearse(arguments: argparse.Namespace, output: TextIO) -> int:
    from pactwright.local.rehearsal.commands import run_rehearse

    return run_rehearse(arguments, output)


def _pair(text: str) -> str:
    name, equals, _ = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} has no name, or no =")
    return text


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no port")
    return int(text)


def _expected() -> tuple[type[Exception], ...]:
    """The errors whose texts are for people; imported once one of any kind was raised."""
    from pactwright.contract.errors import ContractError
    from pactwright.deploy.errors import DeployError
    from pactwright.generate.formatting import FormattingError
    from pactwright.local.errors import LocalError
    from pactwright.release.errors import ReleaseError
    from pactwright.schema.faults import DocumentError
    from pactwright.schema.project import ProjectError

    layers = (ReleaseError, ContractError, LocalError, DeployError, FormattingError)
    return (*layers, DocumentError, ProjectError)


if __name__ == "__main__":
    sys.exit(main())
