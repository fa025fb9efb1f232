"""A running system whose functions are moved into Lambda's own runtime.

Its tables, secrets, roles and addresses stay as they are: the emulator's. Its gateway and the
emulator's way to run functions are left out.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pactwright.deploy.manifest import Bundle
from pactwright.deploy.platforms import host
from pactwright.local.emulator import REGION
from pactwright.local.errors import LocalError
from pactwright.local.front import front
from pactwright.local.inprocess import InProcessAdapter
from pactwright.local.installation import installed_runtime
from pactwright.local.proxy import Target
from pactwright.local.runtime import Function, Pool
from pactwright.local.system import System
from pactwright.schema.project import Project
from pactwright.wire.operation import Operation


@contextlib.contextmanager
def hosted(system: System, size: int = 4) -> Iterator[Mapping[str, Pool]]:
    """Have the bundles of a running system answer at its addresses, until the block ends.

    Each function has the configuration that its stack gave it, the credentials of its own role, and
    gets true events of the gateway; what calls another service reaches that one's bundle.

    Args:
        system: what runs; its bundles are those of its project's build folder.
        size: the most instances of each function.

    Raises:
        BundleError: a bundle is not there, or Lambda's runtime can't be installed.
        LocalError: this is no Linux, or the SDK's package of a service is not installed.
    """
    build = system.project.root / "build"
    before = {name: proxy.target for name, proxy in system.proxies.items()}
    with contextlib.ExitStack() as stack:
        pools = {}
        for name in system.project.services:
            made = Bundle.load(build / name / host().name)
            installation = installed_runtime(build, made.runtime)
            function, log = _function(system, name), build / f"runtime-{name}.log"
            pool = stack.enter_context(Pool(installation, made.path, function, log, size))
            operations = _operations(system.project, name)
            address = front(InProcessAdapter(pool, operations, seconds=function.seconds))
            stack.enter_context(address.serving())
            system.proxies[name].target = Target(address.port)
            pools[name] = pool
        try:
            yield pools
        finally:
            for name, target in before.items():
                system.proxies[name].target = target


def _operations(project: Project, service: str) -> Sequence[Operation[Any]]:
    """A service's operations, from which events get the templates of their paths."""
    name = f"{project.package}.{service}.operations"
    try:
        operations: Sequence[Operation[Any]] = importlib.import_module(name).OPERATIONS
    except (ImportError, AttributeError) as error:
        raise LocalError(f"{name} can't be loaded: {error}: generate the SDK") from error
    return operations


def _function(system: System, service: str) -> Function:
    """A function as its stack configured it, and what Lambda adds to its environment."""
    name = system.deployment.outputs[service]["FunctionName"]
    told = system.emulator.client("lambda").get_function_configuration(FunctionName=name)
    return Function(
        name=name,
        handler=told["Handler"],
        environment={
            **told["Environment"]["Variables"],
            **_credentials(system, told["Role"]),
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": system.emulator.url,
        },
        seconds=told["Timeout"],
        memory=told["MemorySize"],
    )


def _credentials(system: System, role: str) -> dict[str, str]:
    """Those of the function's role, so that it may do what the role allows and nothing else."""
    assumed = system.emulator.client("sts").assume_role(RoleArn=role, RoleSessionName="function")
    keys = assumed["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
