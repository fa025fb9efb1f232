"""Pact's own stand-alone verifier replays the committed pacts, with a provider-state URL alone."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pactwright.contract.verification.deployed import deployed
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.stateserver import command, serving
from pactwright.schema import Project


def test_pacts_own_verifier_needs_only_states(request: pytest.FixtureRequest) -> None:
    """Every pact passes against the deployed system, and no stub is asked in vain."""
    contracts = load(Project.load(request.config.rootpath))
    told: list[str] = []
    with deployed(contracts) as site, serving(site, tell=told.append) as (server, urls):
        for pact in contracts.pacts.values():
            line = command(pact, urls[pact.provider], server.endpoint.url)
            setting, _, *arguments = shlex.split(line)
            name, _, value = setting.partition("=")
            program = str(Path(sys.executable).with_name("pact"))
            done = subprocess.run(  # noqa: S603
                [program, *arguments],
                env={**os.environ, name: value},
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

            assert done.returncode == 0, done.stdout + done.stderr
            missing = [e for e in pact.interactions if e.description not in done.stdout]
            assert missing == []
    assert told == []
