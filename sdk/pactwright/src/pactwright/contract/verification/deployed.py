"""Providers as they are deployed: gateway, function and table, by the machinery of `make up`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pactwright.client.adapter import OriginAdapter
from pactwright.contract.errors import NotPublished
from pactwright.contract.verification.contracts import Contracts
from pactwright.contract.verification.environment import Running, Site
from pactwright.contract.verification.failures import FunctionLog
from pactwright.contract.verification.provider import Provider
from pactwright.contract.verification.publishing import Mailbox, Published, Stream, topic_of
from pactwright.contract.verification.store import Store
from pactwright.contract.verification.stub import Stub
from pactwright.deploy.bundle import Bundle
from pactwright.deploy.live import ALIAS
from pactwright.deploy.stacks import Progress
from pactwright.local.proxy import Target
from pactwright.local.system import NONE_GIVEN, System, running


class Deployed(Site):
    """Providers on a system that is up. One at a time can be replayed on.

    Queues and streams call no function any more: of what was published, only those hear who ask.

    Attributes:
        system: what is up.
        targets: where each service itself is.

    Args:
        contracts: of the project.
        system: see above.
    """

    def __init__(self, contracts: Contracts, system: System) -> None:
        self.contracts = contracts
        self.system = system
        self.bundles = system.bundles
        self.targets = {name: proxy.target for name, proxy in system.proxies.items()}
        _quieten(system.emulator.client("lambda"))
        for provider in contracts.providers.values():
            if provider.prepare is not None:
                provider.prepare(system.deployment)

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        """A provider on the system that is up; before each interaction, its stubs are put there."""
        deployment = self.system.deployment
        outputs = deployment.outputs[provider.name]
        table, function = outputs.get("TableName"), outputs.get("FunctionName")
        published = self._published(provider, outputs) if provider.producers else None
        log = FunctionLog.of(function, self.system.emulator.client) if function else None
        return Running(
            self.system.urls[provider.name],
            OriginAdapter(),
            Store.of(deployment.client("dynamodb"), table),
            partial(self._direct, stubs),
            log.failures if log else lambda _: (),
            published,
        )

    def _published(self, provider: Provider, outputs: Mapping[str, str]) -> Published:
        client = self.system.emulator.client
        invoke = partial(_invoked, client("lambda"), outputs["FunctionName"])
        mailbox = Mailbox.of(client, topic_of(provider, outputs))
        return Published(mailbox, Stream.of(client, outputs.get("TableName")), invoke)

    def _direct(self, stubs: Mapping[str, Stub]) -> None:
        """Let these services be stubs, and all others themselves."""
        for name, proxy in self.system.proxies.items():
            stub = stubs.get(name)
            proxy.target = Target(stub.endpoint.port) if stub else self.targets[name]


def _quieten(functions: Any) -> None:
    """Let no function be called by queues and streams.

    What a provider publishes would reach others, and they are about to be in states of their own.
    """
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    for mapping in [each for page in pages for each in page["EventSourceMappings"]]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _invoked(functions: Any, name: str, event: Mapping[str, Any]) -> object:
    """Call a function that is deployed, by the alias that its event sources call."""
    answer = functions.invoke(FunctionName=name, Qualifier=ALIAS, Payload=json.dumps(event))
    said = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise NotPublished(f"its function failed on changes of its table: {said}")
    return said


@contextlib.contextmanager
def deployed(
    contracts: Contracts,
    progress: Progress = lambda _: None,
    bundles: Mapping[str, Bundle] = NONE_GIVEN,
) -> Iterator[Deployed]:
    """Bring the whole system up, until the block ends.

    Args:
        contracts: of the project.
        progress: called with a line for each step.
        bundles: to run in place of those that are built from the sources, by service.

    Raises:
        DeployError, LocalError: it can't be brought up.
    """
    with running(contracts.project, progress=progress, bundles=bundles) as system:
        yield Deployed(contracts, system)
