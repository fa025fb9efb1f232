"""The project deployed to the emulator by the command, as somebody at a terminal does it."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hereabouts.authentication import AuthenticationClient
from hereabouts.location import LocationClient
from hereabouts.profile import ProfileClient
from pactwright.deploy.environments import stack_name
from pactwright.deploy.preparing import rendered
from pactwright.deploy.stacks import Stacks
from pactwright.local.emulator import REGION, Emulator, emulator
from pactwright.local.installation import installed
from pactwright.local.proxy import Proxy
from pactwright.local.system import address
from pactwright.schema.project import Project

ENVIRONMENT = "trial"
SERVICES = ("authentication", "location", "profile")
PATIENCE = 25.0
"""Seconds that a call may take: a function that starts on a busy machine takes its time."""

_COPIED = ("pyproject.toml", "contracts", "services", "sdk/hereabouts")


@dataclass(frozen=True)
class Site:
    """A copy of the project, to be changed at will, and the account that it is deployed to."""

    root: Path
    emulator: Emulator
    proxies: Mapping[str, Proxy]

    @property
    def urls(self) -> list[str]:
        """Where the services answer once they are up, in their order."""
        return [proxy.url for proxy in self.proxies.values()]

    def run(self, *arguments: str, answer: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of the kit on the copy; with an answer, from a terminal that gives it."""
        command = [sys.executable, "-m", "pactwright", "--project", str(self.root), *arguments]
        with ExitStack() as stack:
            questions = stack.enter_context(_terminal(answer)) if answer is not None else None
            return subprocess.run(  # noqa: S603  # our own interpreter, our own arguments
                command,
                capture_output=True,
                text=True,
                check=False,
                env=self._variables(),
                timeout=300,
                stdin=subprocess.DEVNULL if questions is None else questions,
            )

    def deploy(self, *arguments: str) -> str:
        """Deploy without being asked; returns what was said."""
        done = self.run("deploy", *arguments, "--env", ENVIRONMENT, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def outputs(self, service: str) -> Mapping[str, str]:
        """The outputs of a service's stack."""
        project = Project.load(self.root)
        stack = stack_name(project, ENVIRONMENT, service)
        found = Stacks(self.emulator.client("cloudformation")).outputs(stack)
        assert found is not None, f"{stack} isn't up"
        return found

    def connect(self) -> None:
        """Let the services' addresses lead to them, once what the emulator drops is put in."""
        templates = rendered(Project.load(self.root)).templates
        for name, proxy in self.proxies.items():
            proxy.target = address(self.emulator, self.outputs(name), templates[name].template)

    def state(self) -> Mapping[str, Any]:
        """What the account holds that a deployment would change."""
        cloudformation, s3 = (self.emulator.client(name) for name in ("cloudformation", "s3"))
        stacks = cloudformation.describe_stacks()["Stacks"]
        buckets = [each["Name"] for each in s3.list_buckets()["Buckets"]]
        return {
            "stacks": [(each["StackName"], each["StackStatus"]) for each in stacks],
            "events": [
                len(
                    cloudformation.describe_stack_events(StackName=each["StackName"])["StackEvents"]
                )
                for each in stacks
            ],
            "changes": [
                cloudformation.list_change_sets(StackName=each["StackName"])["Summaries"]
                for each in stacks
            ],
            "objects": [
                each["Key"]
                for bucket in buckets
                for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())
            ],
        }

    def _variables(self) -> dict[str, str]:
        ours = ("AWS_", "PACT")  # of whoever runs the tests: another account, another broker
        others = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        return others | {
            "AWS_ENDPOINT_URL": self.emulator.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@dataclass(frozen=True)
class Api:
    """Clients of the services that send each request once."""

    authentication: AuthenticationClient
    location: LocationClient
    profile: ProfileClient


@contextmanager
def connected(urls: list[str]) -> Iterator[Api]:
    """Clients of the services that send each request once: what fails is seen."""
    authentication, location, profile = urls
    with (
        AuthenticationClient(authentication, retries=None, timeout=PATIENCE) as first,
        LocationClient(location, retries=None, timeout=PATIENCE) as second,
        ProfileClient(profile, retries=None, timeout=PATIENCE) as third,
    ):
        yield Api(first, second, third)


@contextmanager
def site(root: Path, original: Path) -> Iterator[Site]:
    """A copy of the project and an empty account.

    Args:
        root: the copy's folder, which is not there yet.
        original: the project's. What takes long to build and depends on nothing in the copy is
            shared with it.
    """
    for name in _COPIED:
        source = original / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, root / name)
    build = original / "build"
    installation = installed(build)
    (root / "build").mkdir()
    for name in ("layers", "linted"):
        (build / name).mkdir(parents=True, exist_ok=True)
        (root / "build" / name).symlink_to(build / name)
    with emulator(installation, root / "emulator.log") as started, ExitStack() as stack:
        proxies = {name: stack.enter_context(Proxy(name).serving()) for name in SERVICES}
        with (root / "pyproject.toml").open("a", encoding="utf-8") as settings:
            settings.write(_settings({name: proxy.url for name, proxy in proxies.items()}))
        yield Site(root, started, proxies)


@contextmanager
def _terminal(answer: str) -> Iterator[int]:
    """A terminal on which a line was typed."""
    typing, reading = pty.openpty()
    try:
        os.write(typing, f"{answer}\n".encode())
        yield reading
    finally:
        os.close(typing)
        os.close(reading)


def _settings(urls: Mapping[str, str]) -> str:
    """An environment on this machine: an API's own URL leads nowhere here."""
    return f"""
[tool.pactwright.environments.{ENVIRONMENT}]
platform = "host"
region = "{REGION}"
tags = {{ team = "trial" }}
[tool.pactwright.environments.{ENVIRONMENT}.parameters]
LogRetentionDays = 7
AuthenticationUrl = "{urls["authentication"]}"
LocationUrl = "{urls["location"]}"
authentication.PublicUrl = "{urls["authentication"]}"
location.AllowedCidrs = ["127.0.0.1/32"]
"""
