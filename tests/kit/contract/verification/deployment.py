"""The project's providers behind proxies and with tables in the emulator, as if deployed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from requests import PreparedRequest

from pactwright.contract.pacts import State
from pactwright.contract.verification.contracts import Contracts, Operations
from pactwright.contract.verification.deployed import Deployed
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.provider import Composition
from pactwright.deploy import templates
from pactwright.deploy.deployment import Deployment
from pactwright.local import tables
from pactwright.local.emulator import Emulator
from pactwright.local.endpoint import Endpoint, Received
from pactwright.local.inprocess import InProcessAdapter
from pactwright.local.proxy import Proxy, Target
from pactwright.local.system import System
from pactwright.schema import Project
from pactwright.service.dynamodb import Table
from pactwright.wire import ResponseMessage


@dataclass(frozen=True)
class Real:
    """A called service that is itself."""

    url: str

    def assume(self, *states: State) -> None:
        raise NotImplementedError

    def disappear(self) -> None:
        raise NotImplementedError


@contextmanager
def deployed(project: Project, started: Emulator, database: Any) -> Iterator[Deployed]:
    """Everything that `pactwright.local.system` would bring up, without its functions."""
    contracts = load(project)
    with ExitStack() as stack:
        proxies = {n: stack.enter_context(Proxy(n).serving()) for n in project.services}
        names = {name: _table(project, name, database) for name in project.services}
        for name, proxy in proxies.items():
            called = {each: Real(proxies[each].url) for each in project.services[name].calls}
            table = Table(database, names[name])
            gateway = _gateway(contracts, name, Composition(called, table))
            stack.enter_context(gateway.serving())
            proxy.target = Target(gateway.port)
        outputs = {name: {"TableName": table} for name, table in names.items()}
        deployment = Deployment("test", outputs, {}, lambda _: database)
        urls = {name: proxy.url for name, proxy in proxies.items()}
        yield Deployed(contracts, System(project, urls, {}, deployment, started, proxies))


def _table(project: Project, service: str, database: Any) -> str:
    definition = tables.definition(templates.read(project.services[service].path / "template.yaml"))
    assert definition is not None
    name = f"{service}-{uuid4().hex}"
    database.create_table(TableName=name, **definition)
    return name


def _gateway(contracts: Contracts, name: str, composition: Composition) -> Endpoint:
    handler = contracts.providers[name].compose(composition)
    adapter = InProcessAdapter(handler, Operations(contracts.project, name).all)

    def respond(received: Received) -> ResponseMessage:
        request = PreparedRequest()
        request.prepare(received.method, f"http://{name}{received.target}", received.headers)
        answer = adapter.send(request)
        return ResponseMessage(answer.status_code, dict(answer.headers), answer.content)

    return Endpoint(respond)
