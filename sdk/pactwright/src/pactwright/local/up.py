"""`pactwright up`: the system on this machine, until it is told to stop."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from pactwright.deploy.preparing import prepare
from pactwright.deploy.settings import DeploySettings
from pactwright.local.console import Console
from pactwright.local.errors import LocalError
from pactwright.local.installation import installed
from pactwright.local.proxy import Exchange
from pactwright.local.stopping import Stopped, stoppable
from pactwright.local.system import System, running
from pactwright.schema.project import Project

DEFAULT_PORT: Final = 8001
"""Port of the first service; those of the others follow."""

_LOOK_EVERY: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run is told.

    Attributes:
        port: of the first service.
        persist: a folder that keeps the data over restarts.
        dynamodb: the URL of another DynamoDB.
    """

    port: int = DEFAULT_PORT
    persist: Path | None = None
    dynamodb: str | None = None


class RequestConsole(Console):
    """A console that also tells of requests."""

    def exchange(self, seen: Exchange) -> None:
        """Write a line about a request."""
        now = time.strftime("%H:%M:%S")
        self.line(
            f"{now} {seen.service:<15} {_shown(seen.method):<7} {_shown(seen.path)}  "
            f"{seen.status}  {seen.milliseconds:.0f} ms  {_shown(seen.request_id)}"
        )


def _shown(text: str) -> str:
    """A text whose control characters are written out, so that none commands the terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def up(project: Project, options: Options, output: TextIO) -> None:
    """Run a project's services until SIGINT or SIGTERM.

    Raises:
        DeployError, LocalError: the system can't be brought up, or ended by itself.
    """
    build = project.root / "build"
    console = RequestConsole(output)
    described = build / "local.json"
    with _alone(build / "local.lock"), contextlib.suppress(Stopped), stoppable():
        described.unlink(missing_ok=True)  # of a run that was killed
        _serve(project, options, described, console)
    console.line("stopped")


def _serve(project: Project, options: Options, described: Path, console: RequestConsole) -> None:
    with (
        running(
            project,
            build=described.parent,
            port=options.port,
            persist=options.persist,
            dynamodb=options.dynamodb,
            observe=console.exchange,
            progress=console.progress,
        ) as system,
        _described(system, described),
    ):
        _introduce(system, console)
        while system.emulator.is_running:
            time.sleep(_LOOK_EVERY)
        raise LocalError(f"the AWS emulator ended by itself; see {system.emulator.log}")


def install(project: Project, output: TextIO) -> None:
    """Install and build all that `up` needs, so that it starts quickly and without a network.

    Raises:
        DeployError: something can't be installed or built.
    """
    console = Console(output)
    installed(project.root / "build", console.progress)
    prepare(project, project.root / "build", console.progress)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Hold a lock that the kernel gives back even if we are killed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            owner = lock.read().strip()
            raise LocalError(
                f"the system is already running, as process {owner}: stop that one first"
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextlib.contextmanager
def _described(system: System, file: Path) -> Iterator[None]:
    """Write what other programs need to use the system; only the user may read it."""
    content = {
        "pid": os.getpid(),
        "urls": dict(system.urls),
        "clients": dict(system.clients),
        "aws": {"endpoint": system.emulator.url, "port": system.emulator.port},
        "stacks": {name: dict(values) for name, values in system.deployment.outputs.items()},
    }
    file.touch(mode=0o600)  # before there is anything in it
    file.write_text(json.dumps(content, indent=2), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _introduce(system: System, console: Console) -> None:
    console.progress("ready")
    console.line()
    for name, url in system.urls.items():
        console.line(f"  {name:<15} {url}")
    if first := DeploySettings.load(system.project).first_call:
        console.line(f"\nTry it:\n\n  {first.format(**system.urls)}")
    console.line("\nURLs and credentials are in build/local.json. Ctrl-C stops it all. Requests:\n")
