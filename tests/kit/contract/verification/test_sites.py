"""Providers are verified in this process, or behind the addresses at which they are deployed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from pactwright.cli import main
from pactwright.contract.pacts import State
from pactwright.contract.verification.deployed import Deployed
from pactwright.contract.verification.environment import Environment
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.run import Options, run, verify
from pactwright.deploy.deployment import Deployment
from pactwright.local.emulator import Emulator
from pactwright.schema import Project
from tests.kit.contract.verification.deployment import deployed as bring_up
from tests.kit.contract.verification.provided import RED, interaction, write_pact


@pytest.fixture
def built(project: Project, request: pytest.FixtureRequest) -> Project:
    """The project, with the emulator installed."""
    (project.root / "build").symlink_to(request.config.rootpath / "build")
    return project


def test_in_process_needs_tables_only(built: Project) -> None:
    """Each provider's own, made as its template has it."""
    report = verify(built, options=Options(in_process=True, chain=True))

    assert (report.failed, len(report.results), report.ok) == ((), 6, True)


def test_the_command_writes_what_it_is_told_to(
    built: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """JSON alone on standard output, JUnit's XML into a file."""
    file = built.root / "out" / "junit.xml"
    options = ["--in-process", "--json", "--junit", str(file)]

    assert main(["--project", str(built.root), "verify", "keys", *options]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("{\n")
    assert "reader → keys  a key  ok" in said.err
    assert file.read_bytes().startswith(b"<?xml")


def test_the_command_fails_where_something_does_not_hold(
    built: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By name, with exit status 1."""
    write_pact(folder, "reader-keys", [interaction("a key", "/keys/red", RED, status=404)])

    assert main(["--project", str(built.root), "verify", "keys", "--in-process"]) == 1
    said = capsys.readouterr().out
    assert "reader → keys  a key  FAILED" in said
    assert "    status: expected 404 but was 200" in said


def test_everything_holds_at_the_addresses_of_the_deployed(deployed: Deployed) -> None:
    """From the leaves up, through gateway and table."""
    report = run(deployed.contracts, deployed, Options(chain=True))

    assert (report.failed, len(report.results), report.ok) == ((), 6, True)


@contextmanager
def with_stubs(deployed: Deployed) -> Iterator[Environment]:
    with deployed.environment("shelf") as environment:
        environment.reset()
        yield environment


def test_only_what_a_provider_calls_is_a_stub(deployed: Deployed) -> None:
    """And only while that provider is replayed on."""
    with with_stubs(deployed), deployed.environment("keys") as keys:
        url = deployed.system.urls["keys"]
        assert requests.get(f"{url}/keys/red", timeout=5).status_code == 501

        keys.reset()
        assert requests.get(f"{url}/keys/red", timeout=5).status_code == 404


def test_a_table_is_emptied_before_each_interaction(deployed: Deployed) -> None:
    """However much is in it."""
    with deployed.environment("keys") as keys:
        given = keys.reset()
        for number in range(30):
            keys.provider.apply(given, [State("a key", name=f"red {number}", opens="it")])
        keys.reset()

        assert given.table.get({"pk": "/keys/red 7"}, consistent=True) is None


def test_providers_are_prepared_once(project: Project, started: Emulator, database: Any) -> None:
    """With the stacks that are up, before anything is replayed."""
    seen: list[Deployment] = []
    provider = load(project).providers["keys"]
    provider.prepare = seen.append
    with bring_up(project, started, database) as site:
        run(site.contracts, site)

        assert seen == [site.system.deployment]
