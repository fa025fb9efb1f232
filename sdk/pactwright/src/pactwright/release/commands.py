"""`pactwright verify` on record, `can-deploy`, `record-deployment` and `record-release`."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from pactwright.contract import commands as contracts
from pactwright.contract.settings import ContractSettings
from pactwright.contract.verification.precheck import read_all
from pactwright.release.broker.broker import Broker, outside_version
from pactwright.release.broker.hal import Hal
from pactwright.release.errors import BrokerError, NotFound, UnknownDeployment
from pactwright.release.gate import judge
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.stores import opened
from pactwright.release.verdict import Verdict, as_json, lines, short
from pactwright.release.verifying import RecordedRun
from pactwright.schema.project import Project

# What deploys takes 0.5 s to import, and what is wrong with contracts is told within a second.
# ruff: noqa: PLC0415

RECORDS: Final = "build/records"
"""The folder of records, in the project, unless another place is given."""

VARIABLE: Final = "PACTWRIGHT_RECORDS"
"""The environment variable that gives one."""

Gate = Callable[[str, str, str, str], Verdict]
"""Takes service, digest, platform and environment."""


def run_verify(arguments: Namespace, output: TextIO) -> int:
    """Verify, and record what was found on deployed bundles; the exit status is `verify`'s.

    Raises:
        ContractError, DeployError, LocalError, ProjectError: nothing could be verified.
        ReleaseError: what is given can't be found, or what was found can't be recorded.
    """
    run = RecordedRun(arguments, ledger(arguments), Hal.configured(os.environ))
    return contracts.run_verify(arguments, output, run.given, run.record)


def run_can_deploy(arguments: Namespace, output: TextIO) -> int:
    """Ask the gate; the exit status is 0 for yes, 1 for no.

    Raises:
        ReleaseError: no bundle is given and none was built, or the records can't be taken for what
            they say.
    """
    platform = _platform(arguments)
    digest = arguments.digest or _built(arguments.project, arguments.service, platform)
    verdict = gate(arguments)(arguments.service, digest, platform, arguments.to)
    said = [as_json(verdict)] if arguments.json else lines(verdict)
    output.writelines(f"{line}\n" for line in said)
    return 0 if verdict.allowed else 1


def gate(arguments: Namespace) -> Gate:
    """The gate of a Pact Broker, if one is configured, or else of the records.

    Raises:
        StoreError, BrokerError: it can't be reached.
    """
    hal = Hal.configured(os.environ)
    return Broker(hal).judge if hal else partial(judge, ledger(arguments))


def run_record_deployment(arguments: Namespace, output: TextIO) -> int:
    """Record what runs of a service in an environment, as its stack has it.

    Then the gate is asked once more: two services that were deployed at the same time may each
    have been let through, and yet not fit together. Whoever records last is told.

    Returns:
        0; or 1 where it is recorded, but what runs there now was not verified together.

    Raises:
        ReleaseError: it can't be told, or can't be recorded.
        ProjectError: the project's settings are wrong.
    """
    digest, platform = _deployed(Project.load(arguments.project), arguments)
    if hal := Hal.configured(os.environ):
        return _tell_broker(Broker(hal), digest, platform, arguments, output)
    book = ledger(arguments)
    Recording(book).deployment(arguments.service, arguments.env, digest, platform)
    what = f"{short(digest)} ({platform})" if digest else "removed"
    output.write(f"recorded: {arguments.service} in {arguments.env}: {what}\n")
    if digest is None or platform is None:
        return 0
    return _checked(judge(book, arguments.service, digest, platform, arguments.env))


def _tell_broker(
    broker: Broker,
    digest: str | None,
    platform: str | None,
    arguments: Namespace,
    output: TextIO,
) -> int:
    if digest is None or platform is None:
        raise BrokerError("tell the broker by `pact-broker record-undeployment`")
    broker.record_deployment(arguments.service, digest, arguments.env)
    output.write(f"told the broker: {arguments.service} in {arguments.env}: {digest}\n")
    return _checked(broker.judge(arguments.service, digest, platform, arguments.env))


def _checked(verdict: Verdict) -> int:
    if verdict.allowed:
        return 0
    sys.stderr.write("pactwright: it runs there now, but the gate would not let it:\n")
    sys.stderr.writelines(f"{line}\n" for line in lines(verdict))
    return 1


def _deployed(project: Project, arguments: Namespace) -> tuple[str | None, str | None]:
    """Digest and platform of the bundle that runs; None where the service was removed."""
    if arguments.digest:
        _check_known(project, arguments)
        return arguments.digest, _platform(arguments)
    from pactwright.deploy.environments import stack_name
    from pactwright.release.stacks import account, standing

    client = account(project, arguments.env)
    found = standing(project, arguments.env, arguments.service, client)
    stack = stack_name(project, arguments.env, arguments.service)
    if found is None and not arguments.removed:
        raise UnknownDeployment(f"there is no stack {stack}: if it was removed, say --removed")
    if found is not None and arguments.removed:
        raise UnknownDeployment(f"the stack {stack} is still there: it was not removed")
    return (found.bundle, found.platform) if found else (None, None)


def _check_known(project: Project, arguments: Namespace) -> None:
    """That there is such a service: what a misspelt one relies on, nobody could ever tell."""
    service = arguments.service
    known = service in project.services or Hal.configured(os.environ)
    if not known and not ledger(arguments).built(service):
        names = ", ".join(project.services)
        raise UnknownDeployment(
            f"{service!r} is no service of this project, which has {names}, and no bundle of it "
            "is on record"
        )


def run_record_release(arguments: Namespace, output: TextIO) -> int:
    """Record that a version of a consumer that is no service is in use, or not any more.

    Raises:
        ContractError, ProjectError: its pacts can't be read.
        ReleaseError: it is no such consumer, was never in use, or can't be recorded.
    """
    if arguments.ended:
        return _record_ended(arguments, output)
    project = Project.load(arguments.project)
    own = {
        provider: pact
        for (consumer, provider), pact in read_all(project, ContractSettings.load(project)).items()
        if consumer == arguments.consumer and consumer not in project.services
    }
    if hal := Hal.configured(os.environ):
        number = outside_version(own.values())
        Broker(hal).record_release(arguments.consumer, number, arguments.env)
        output.write(f"told the broker: {arguments.consumer} {number} is in use\n")
        return 0
    made = Recording(ledger(arguments)).release(
        arguments.consumer, arguments.version, arguments.env, own
    )
    output.write(f"recorded: {made.consumer} {made.version} is in use in {made.environment}\n")
    return 0


def _record_ended(arguments: Namespace, output: TextIO) -> int:
    if Hal.configured(os.environ):
        raise BrokerError("tell the broker by `pact-broker record-support-ended`")
    made = Recording(ledger(arguments)).release_ended(
        arguments.consumer, arguments.version, arguments.env
    )
    output.write(
        f"recorded: {made.consumer} {made.version} is not in use any more in {made.environment}\n"
    )
    return 0


def ledger(arguments: Namespace) -> Ledger:
    """The records that a command is told to use, or those of the project.

    Raises:
        StoreError: it is no place for records.
    """
    where = arguments.records or os.environ.get(VARIABLE) or RECORDS
    return Ledger(opened(where, arguments.project))


def _platform(arguments: Namespace) -> str:
    """The name of the platform that a command is told; `host` is this machine's."""
    from pactwright.deploy.platforms import host

    name: str = arguments.platform
    return host().name if name == "host" else name


def _built(root: Path, service: str, platform: str) -> str:
    """The digest of a bundle that was built here, taken from the very bytes."""
    from pactwright.deploy.manifest import BUNDLE, sha256

    file = root / "build" / service / platform / BUNDLE
    try:
        return sha256(file)
    except OSError as error:
        raise NotFound(
            f"no bundle of {service} for {platform} was built here: `pactwright bundle {service} "
            f"--platform {platform}` builds one, --digest names one"
        ) from error
