"""Providers as they are deployed: gateway, function and table, by the machinery of `make up`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import partial

from pactwright.client.adapter import OriginAdapter
from pactwright.contract.verification.contracts import Contracts
from pactwright.contract.verification.environment import Running, Site, Store
from pactwright.contract.verification.failures import FunctionLog
from pactwright.contract.verification.provider import Provider
from pactwright.contract.verification.stub import Stub
from pactwright.deploy.bundle import Bundle
from pactwright.deploy.stacks import Progress
from pactwright.local.proxy import Target
from pactwright.local.system import NONE_GIVEN, System, running


class Deployed(Site):
    """Providers on a system that is up. One at a time can be replayed on.

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
        for provider in contracts.providers.values():
            if provider.prepare is not None:
                provider.prepare(system.deployment)

    def start(self, provider: Provider, stubs: Mapping[str, Stub]) -> Running:
        """A provider on the system that is up; before each interaction, its stubs are put there."""
        deployment = self.system.deployment
        outputs = deployment.outputs[provider.name]
        table, function = outputs.get("TableName"), outputs.get("FunctionName")
        log = FunctionLog.of(function, self.system.emulator.client) if function else None
        return Running(
            self.system.urls[provider.name],
            OriginAdapter(),
            Store.of(deployment.client("dynamodb"), table),
            partial(self._direct, stubs),
            log.failures if log else lambda _: (),
        )

    def _direct(self, stubs: Mapping[str, Stub]) -> None:
        """Let these services be stubs, and all others themselves."""
        for name, proxy in self.system.proxies.items():
            stub = stubs.get(name)
            proxy.target = Target(stub.endpoint.port) if stub else self.targets[name]


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
