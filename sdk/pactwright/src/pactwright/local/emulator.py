"""The AWS emulator, in processes of its own, on loopback, gone when we are."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.credentials import Credentials

from pactwright.local import launcher, watchdog
from pactwright.local.clients import client
from pactwright.local.errors import LocalError
from pactwright.local.installation import Installation
from pactwright.local.loopback import HOST

REGION: Final = "us-east-1"

_READY_WITHIN: Final = 30.0


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running emulator.

    Attributes:
        port: its only port, on loopback.
        log: the file that it writes to.
        process: the one that watches over it.
    """

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def is_running(self) -> bool:
        """Whether it has not ended by itself."""
        return self.process.poll() is None

    @property
    def url(self) -> str:
        """The endpoint of every AWS service."""
        return f"http://{HOST}:{self.port}"

    def client(self, service: str) -> Any:
        """A boto3 client of one of its services.

        The emulator takes the key "test" for the account's root user, who may do anything.
        """
        return client(service, self.url, REGION, Credentials("test", "test"))


@contextmanager
def emulator(
    installation: Installation,
    log: Path,
    *,
    persist: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Emulator]:
    """Run the emulator until the block ends, or this process does.

    Args:
        installation: which one.
        log: the file for what it says.
        persist: a folder for its state, read at the start and written at a clean end; none by
            default, and then nothing is kept.
        environment: variables that its functions see too.

    Raises:
        LocalError: it did not start.
    """
    if persist is not None and persist.exists() and not persist.is_dir():
        raise LocalError(f"{persist} is no folder: give one to keep the data in")
    log.parent.mkdir(parents=True, exist_ok=True)
    port = free_port()
    scratch = tempfile.mkdtemp(prefix="pactwright-")
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            _command(installation, scratch),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(port, scratch, persist) | dict(environment or {}),
            start_new_session=True,
            umask=0o077,  # what it keeps holds secrets: nobody else reads it
        )
    try:
        _wait_until_ready(process, port, log)
        yield Emulator(port, log, process)
    finally:
        # Closes the pipe, which ends it; what it leaves on disk takes a while on a busy machine.
        process.communicate(timeout=watchdog.GRACE + 45)


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _command(installation: Installation, scratch: str) -> list[str]:
    launch = [str(installation.interpreter), "-I", str(launcher.__file__)]
    watch = [sys.executable, "-I", str(watchdog.__file__), scratch]
    return [*watch, *launch, str(installation.packages)]


def _environment(port: int, scratch: str, persist: Path | None) -> dict[str, str]:
    """What the emulator's processes see: nothing of the developer's own settings."""
    kept = {"PERSIST_STATE": "1", "STATE_DIR": str(persist.resolve())} if persist else {}
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": scratch,
        "TMPDIR": scratch,
        "BIND_HOST": HOST,  # its default is every interface
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "AUTH": "true",  # roles' policies are enforced
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
        **kept,
    }


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").splitlines()[-5:]
            lines = "\n".join(f"  {line}" for line in last)
            raise LocalError(f"the AWS emulator did not start; the end of {log}:\n{lines}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
