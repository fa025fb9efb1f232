"""The whole system on this machine: the real stacks, in the emulator."""

from __future__ import annotations

import http.client
import importlib
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from pactwright.deploy.bundle import Bundle
from pactwright.deploy.deployment import (
    Clients,
    Deployment,
    Prepared,
    deploy,
    prepare,
    url_parameter,
)
from pactwright.deploy.reading import Template
from pactwright.deploy.settings import DeploySettings
from pactwright.deploy.stacks import Progress, Stacks
from pactwright.deploy.templates import api_definition
from pactwright.local.emulator import Emulator, emulator
from pactwright.local.errors import LocalError
from pactwright.local.gateway import complete
from pactwright.local.installation import installed
from pactwright.local.loopback import HOST
from pactwright.local.proxy import Exchange, Proxy, Target
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
    parameters = {name: _parameters(project, name, urls) for name in project.services}
    deployment = deploy(project, prepared, stacks, clients, parameters, ENVIRONMENT, progress)
    targets = {}
    for name, proxy in proxies.items():
        template = prepared.templates[name].template
        proxy.target = targets[name] = _target(started, deployment.outputs[name], template)
        if database is not None and "TableName" in deployment.outputs[name]:
            table = deployment.outputs[name]["TableName"]
            database.create_like(table, started.client("dynamodb"))
    progress("creating the service clients")
    for hook in DeploySettings.load(project).provision:
        _hook(hook, project.root)(deployment)
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


def _parameters(project: Project, name: str, urls: Mapping[str, str]) -> dict[str, str]:
    """What is other on this machine than in the cloud: addresses."""
    called = {url_parameter(each): urls[each] for each in project.services[name].calls}
    return called | {"PublicUrl": urls[name], "AllowedCidrs": f"{HOST}/32"}


def _target(started: Emulator, outputs: Mapping[str, str], template: Template) -> Target:
    api, stage = _api(outputs["ApiUrl"])
    complete(started.client("apigateway"), api, stage, template)
    return Target(started.port, f"{_GATEWAY}/{api}/{stage}")


def _api(url: str) -> tuple[str, str]:
    """The id and the stage in an API's URL: `https://ID.execute-api.…/STAGE`."""
    host, _, stage = url.removeprefix("https://").partition("/")
    return host.partition(".")[0], stage


def _hook(name: str, root: Path) -> Callable[[Deployment], object]:
    module, _, function = name.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        hook: Callable[[Deployment], object] = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise LocalError(f"the provision hook {name} can't be loaded: {error}") from error
    return hook


def _credentials(deployment: Deployment) -> dict[str, dict[str, str]]:
    secrets = deployment.client("secretsmanager")
    return {
        name: json.loads(
            secrets.get_secret_value(SecretId=outputs["ClientSecretArn"])["SecretString"]
        )
        for name, outputs in deployment.outputs.items()
        if "ClientSecretArn" in outputs
    }


def _wait_for_all(targets: Mapping[str, Target], prepared: Prepared) -> None:
    with ThreadPoolExecutor() as pool:
        waits = []
        for name, target in targets.items():
            path = next(iter(api_definition(prepared.templates[name].template)["paths"]))
            waits.append(pool.submit(_wait, target, name, path))
        for wait in waits:
            wait.result()


def _wait(target: Target, service: str, path: str) -> None:
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
