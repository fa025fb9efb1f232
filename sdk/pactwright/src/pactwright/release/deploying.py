"""What `pactwright deploy` asks the gate, and records: each service that runs from then on."""

from __future__ import annotations

import os
import shlex
from argparse import Namespace
from collections.abc import Callable

from pactwright.deploy.deployment import Deployed
from pactwright.deploy.manifest import Bundle
from pactwright.release.broker.broker import Broker
from pactwright.release.broker.hal import Hal
from pactwright.release.commands import gate, ledger
from pactwright.release.errors import Refused, ReleaseError
from pactwright.release.gate import judge
from pactwright.release.recording import Recording
from pactwright.release.verdict import Verdict, lines, short

Record = Callable[[Deployed], Verdict]
"""Records that a service runs; returns what the gate says to that."""


def recorder(
    arguments: Namespace, progress: Callable[[str], object], note: Callable[[str], object]
) -> Callable[[Deployed], None]:
    """What is called with each service as soon as it is deployed.

    Args:
        arguments: of the command line, which tell where records are kept.
        progress: called with a line for each record.
        note: called with what the gate would have said against one.

    Raises:
        StoreError, BrokerError: there is no place for records. What is returned raises
            ReleaseError where one can't be written: the service itself is deployed then.
    """
    hal = Hal.configured(os.environ)
    record = _broker(Broker(hal)) if hal else _ledger(arguments)
    where = "" if arguments.records is None else f" --records {shlex.quote(arguments.records)}"

    def deployed(done: Deployed) -> None:
        try:
            verdict = record(done)
        except ReleaseError as error:
            command = f"pactwright record-deployment {done.service} --env {done.environment}{where}"
            raise type(error)(
                f"{done.stack} is deployed, but that can't be recorded: {error}; mend the cause, "
                f"then run `{command}`"
            ) from error
        progress(f"recorded: {done.service} in {done.environment}: {short(done.digest)}")
        if not verdict.allowed:
            command = f"pactwright can-deploy {done.service} --to {done.environment}"
            note(
                f"note: the gate would not have let {done.service} go there: "
                f"`{command} --digest {done.digest} --platform {done.platform}{where}` tells why"
            )

    return deployed


def gatekeeper(arguments: Namespace) -> Callable[[Bundle], None]:
    """What is called with each bundle before its service's stack is touched.

    Args:
        arguments: of the command line: whether the gate is to be asked, and where records are kept.

    Raises:
        StoreError, BrokerError: there is no place for records. What is returned raises Refused
            where the gate says no, with its reasons.
    """
    if not arguments.gate:
        return lambda _: None
    ask = gate(arguments)

    def admit(made: Bundle) -> None:
        verdict = ask(made.service, made.digest, made.platform, arguments.env)
        if not verdict.allowed:
            raise Refused("\n".join(lines(verdict)))

    return admit


def _broker(broker: Broker) -> Record:
    def record(done: Deployed) -> Verdict:
        broker.record_deployment(done.service, done.digest, done.environment)
        return broker.judge(done.service, done.digest, done.platform, done.environment)

    return record


def _ledger(arguments: Namespace) -> Record:
    book = ledger(arguments)

    def record(done: Deployed) -> Verdict:
        Recording(book).deployment(done.service, done.environment, done.digest, done.platform)
        return judge(book, done.service, done.digest, done.platform, done.environment)

    return record
