"""The whole system on this machine: the real stacks, in the emulator."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pactwright.deploy.account import Clients
from pactwright.deploy.bundle import Bundle
from pactwright.deploy.deployment import Deployment, Target, deploy
from pactwright.deploy.environments import Environment, local_parameters
from pactwright.deploy.parameters import Given, declared, url_parameter
from pactwright.deploy.preparing import Prepared, prepare
from pactwright.deploy.provision import provision
from pactwright.deploy.reading import Template
from pactwright.deploy.stacks import Progress, Stacks
from pactwright.deploy.templates import api_definition
from pactwright.local.emulator import Emulator, emulator
from pactwright.local.errors import LocalError
from pactwright.local.gateway import complete
from pactwright.local.installation import installed
from pactwright.local.loopback import HOST
from pactwright.local.proxy import Exchange, Proxy
from pactwright.local.proxy import Target as Address
from pactwright.local.tables import Database, relay
from pactwright.schema.project import Project

ENVIRONMENT: Final = "local"
NONE_GIVEN: Final[Mapping[str, Bundle]] = MappingProxyType({})
"""Every service runs from the bundle that is built from its sources."""

_GATEWAY: Final = "/_aws/execute-api"
_ANSWERS_WITHIN: Final = 30.0
_TRIES: Final = 3
_NOT_ANSWERING: Final = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class System:
    """A system that runs on this machine.

    Attributes:
        project: what runs.
        urls: where each service answers, without a slash at the end.
        clients: each service's own credentials: `{"client_id": …, "client_secret": …}`.
        deployment: its stacks.
        emulator: where it runs.
        proxies: each service's address; what its target is set to answers there from then on.
        bundles: each service's that runs.
    """

    project: Project
    urls: Mapping[str, str]
    clients: Mapping[str, Mapping[str, str]]
    deployment: Deployment
    emulator: Emulator
    proxies: Mapping[str, Proxy]
    bundles: Mapping[str, Bundle] = field(default_factory=dict[str, Bundle])


@contextmanager
def running(
    project: Project,
    *,
    build: Path | None = None,
    port: int | None = None,
    persist: Path | None = None,
    dynamodb: str | None = None,
    bundles: Mapping[str, Bundle] = NONE_GIVEN,
    observe: Callable[[Exchange], object] = lambda _: None,
    progress: Progress = lambda _: None,
) -> Iterator[System]:
    """Build, deploy and run a project's services until the block ends.

    Args:
        project: what to run.
        build: the folder for what is built; `build` in the project by default.
        port: of the first service, those of the others follow; free ones by default.
        persist: a folder that keeps the data over restarts; by default nothing is kept.
        dynamodb: the URL of another DynamoDB for the tables.
        bundles: to run in place of those that are built from the sources, by service.
        observe: called after each request to a service, from several threads.
        progress: called with a line for each step.

    Raises:
        DeployError: something can't be built or deployed.
        LocalError: a port is taken, the emulator does not start, a service does not answer.
    """
    build = build or project.root / "build"
    with ExitStack() as stack:
        proxies = {}
        for index, name in enumerate(project.services):
            address = Proxy(name, port + index if port else 0, observe)
            proxies[name] = stack.enter_context(address.serving())
        installation = installed(build, progress)
        prepared = prepare(project, build, progress)
        prepared = replace(prepared, bundles={**prepared.bundles, **bundles})
        environment = {}
        database = Database.at(dynamodb) if dynamodb is not None else None
        if database is not None:
            environment["AWS_ENDPOINT_URL_DYNAMODB"] = stack.enter_context(relay(database))
        progress("starting the AWS emulator")
        started = stack.enter_context(
            emulator(installation, build / "emulator.log", persist=persist, environment=environment)
        )
        yield _start(project, prepared, started, proxies, database, progress)


def _start(
    project: Project,
    prepared: Prepared,
    started: Emulator,
    proxies: Mapping[str, Proxy],
    database: Database | None,
    progress: Progress,
) -> System:
    clients = _clients(started, database)
    urls = {name: proxy.url for name, proxy in proxies.items()}
    stacks = Stacks(started.client("cloudformation"), interval=0.02, patience=60)
    given = (*local_parameters(project), *_given(project, prepared, urls))
    environment = Environment(name=ENVIRONMENT, platform="host", parameters=given)
    where = Target(environment=environment, stacks=stacks, clients=clients, progress=progress)
    deployment = deploy(project, prepared, where)
    targets = {}
    for name, proxy in proxies.items():
        template = prepared.templates[name].template
        proxy.target = targets[name] = address(started, deployment.outputs[name], template)
        if database is not None and "TableName" in deployment.outputs[name]:
            table = deployment.outputs[name]["TableName"]
            database.create_like(table, started.client("dynamodb"))
    progress("creating the service clients")
    provision(project, deployment)
    progress("waiting until each service answers")
    _wait_for_all(targets, prepared)
    clients_of = _credentials(deployment)
    return System(project, urls, clients_of, deployment, started, proxies, prepared.bundles)


def _clients(started: Emulator, database: Database | None) -> Clients:
    def client(service: str) -> Any:
        if service == "dynamodb" and database is not None:
            return database.client()
        return started.client(service)

    return client


def _given(project: Project, prepared: Prepared, urls: Mapping[str, str]) -> Iterator[Given]:
    """What is other on this machine than in the cloud, whatever the settings say: addresses."""
    for name, service in project.services.items():
        called = {url_parameter(each): urls[each] for each in service.calls}
        addresses = called | {"PublicUrl": urls[name], "AllowedCidrs": f"{HOST}/32"}
        taken = declared(prepared.templates[name])
        for parameter, value in addresses.items():
            if parameter in taken:
                yield Given(name, parameter, value, f"{name}'s address")


def address(started: Emulator, outputs: Mapping[str, str], template: Template) -> Address:
    """Where a deployed service answers in the emulator, once its API is complete.

    Args:
        started: the emulator.
        outputs: of the service's stack.
        template: of that stack.
    """
    api, stage = _api(outputs["ApiUrl"])
    complete(started.client("apigateway"), api, stage, template)
    return Address(started.port, f"{_GATEWAY}/{api}/{stage}")


def _api(url: str) -> tuple[str, str]:
    """The id and the stage in an API's URL: `https://ID.execute-api.…/STAGE`."""
    host, _, stage = url.removeprefix("https://").partition("/")
    return host.partition(".")[0], stage


def _credentials(deployment: Deployment) -> dict[str, dict[str, str]]:
    secrets = deployment.client("secretsmanager")
    return {
        name: json.loads(
            secrets.get_secret_value(SecretId=outputs["ClientSecretArn"])["SecretString"]
        )
        for name, outputs in deployment.outputs.items()
        if "ClientSecretArn" in outputs
    }


def _wait_for_all(targets: Mapping[str, Address], prepared: Prepared) -> None:
    with ThreadPoolExecutor() as pool:
        waits = []
        for name, target in targets.items():
            path = next(iter(api_definition(prepared.templates[name].template)["paths"]))
            waits.append(pool.submit(_wait, target, name, path))
        for wait in waits:
            wait.result()


def _wait(target: Address, service: str, path: str) -> None:
    """Call a service until it answers, which starts its first function.

    Any answer of its own will do; OPTIONS changes nothing, whatever the path means.
    """
    said = "nothing"
    for _ in range(_TRIES):
        connection = http.client.HTTPConnection(HOST, target.port, timeout=_ANSWERS_WITHIN)
        try:
            connection.request("OPTIONS", target.prefix + re.sub(r"\{[^}]*\}", "-", path))
            response = connection.getresponse()
            said = f"{response.status} {response.read().decode(errors='replace')}"
            if response.status not in _NOT_ANSWERING:
                return
        except OSError as error:
            said = str(error)
        finally:
            connection.close()
    raise LocalError(f"{service} is deployed, but does not work. The gateway says: {said}")
