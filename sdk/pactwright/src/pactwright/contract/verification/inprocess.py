"""Providers in this process, composed as their entries compose them; only the tables are emulated.

For the inner loop: there is no gateway, and what a bundle lacks is not noticed.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from pactwright.contract.verification.contracts import Contracts, Operations
from pactwright.contract.verification.environment import Running, Site
from pactwright.contract.verification.provider import Composition, Provider
from pactwright.contract.verification.publishing import Mailbox, Published, Stream
from pactwright.contract.verification.store import Store
from pactwright.contract.verification.stub import Stub
from pactwright.deploy import templates
from pactwright.deploy.stacks import Progress
from pactwright.local import tables
from pactwright.local.emulator import REGION, Emulator, emulator
from pactwright.local.inprocess import InProcessAdapter, LambdaContext
from pactwright.local.installation import installed
from pactwright.service.dynamodb import dynamodb_client
from pactwright.service.topics import Topic


class InProcess(Site):
    """Runs providers in this process.

    Args:
        contracts: of the project.
        started: an emulator, for the tables.
    """

    def __init__(self, contracts: Contracts, started: Emulator) -> None:
        self.contracts = contracts
        self._clients = cache(started.client)
        self._client: Any = dynamodb_client(
            connect=10,
            read=30,
            endpoint_url=started.url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - the emulator's root user
        )

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        """Compose a provider anew, with a table and a topic of its own."""
        name = self._new_table(provider.name)
        store = Store.of(self._client, name)
        table = store.table if store else None
        arn = self._clients("sns").create_topic(Name=f"{provider.name}-{uuid4().hex}")["TopicArn"]
        topic = Topic(lambda: self._clients("sns"), arn)
        handler = provider.compose(Composition(stubs, table, topic))
        operations = Operations(self.contracts.project, provider.name).all
        adapter = InProcessAdapter(handler, operations)
        mailbox, stream = Mailbox.of(self._clients, arn), Stream.of(self._clients, name)
        published = Published(mailbox, stream, lambda event: handler(event, _context()))
        return Running(f"http://{provider.name}", adapter, store, publications=published)

    def _new_table(self, service: str) -> str | None:
        """The name of a table that was made as the service's template has it."""
        file = self.contracts.project.services[service].path / "template.yaml"
        definition = tables.definition(templates.read(file))
        if definition is None:
            return None
        name = f"{service}-{uuid4().hex}"
        self._client.create_table(TableName=name, **definition)
        self._client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
        return name


def _context() -> LambdaContext:
    """What tells a function that it has ten seconds."""
    return LambdaContext(str(uuid4()), "in-process", time.monotonic() + 10)


@contextlib.contextmanager
def in_process(contracts: Contracts, progress: Progress = lambda _: None) -> Iterator[InProcess]:
    """Run what providers need in this process, until the block ends.

    Args:
        contracts: of the project.
        progress: called with a line for each step.

    Raises:
        DeployError, LocalError: the emulator can't be installed, or does not start.
    """
    build = contracts.project.root / "build"
    installation = installed(build, progress)
    with emulator(installation, build / "contracts-emulator.log") as started, _unheard():
        yield InProcess(contracts, started)


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Let what providers log, and nobody listens to, not be written to standard error."""
    nobody = logging.NullHandler()
    logging.getLogger().addHandler(nobody)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nobody)
