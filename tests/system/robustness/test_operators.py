"""The operators' command, as operators run it, against the system that runs here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from uuid import uuid4

import pytest

from hereabouts.authentication import AuthenticationClient, IntrospectionRequest, TokenRequest
from hereabouts.location import LocationClient
from pactwright.client import Basic, Bearer
from pactwright.client.errors import Unauthorized
from pactwright.local.emulator import REGION
from pactwright.local.system import System
from tests.system.conftest import ROOT, Person

Operate = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def operate(system: System) -> Operate:
    """Runs the command in a process of its own, which knows the emulator by its environment."""
    aws = {
        "AWS_ENDPOINT_URL": system.emulator.url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.operators", "--env", "local", *arguments]
        return subprocess.run(  # noqa: S603 - our own
            command,
            cwd=ROOT,
            env={**os.environ, **aws},
            text=True,
            capture_output=True,
            check=False,
        )

    return run


def test_client_from_its_first_secret_to_its_end(
    system: System, operate: Operate, location: LocationClient, person: Person
) -> None:
    """Made, used, rotated, and revoked: what it had got no longer works, in no service."""
    name = f"c-{uuid4().hex[:12]}"
    made = operate("create", name, "--scope", "locations:read", "--audience", "location")
    assert made.returncode == 0, made.stderr
    first = made.stdout.strip()
    assert first not in made.stderr

    def asking(secret: str) -> AuthenticationClient:
        credentials = Basic(name, secret, form_encoded=True)
        return AuthenticationClient(system.urls["authentication"], credentials=credentials)

    asked = TokenRequest(grant_type="client_credentials")
    token = asking(first).issue_token(asked).access_token
    found = location.list_locations(user_id=[person.user_id], credentials=Bearer(token))
    assert found is not None

    second = operate("rotate", name).stdout.strip()
    assert asking(second).issue_token(asked).scope == "locations:read"
    assert operate("rotate", name).returncode == 1
    assert operate("drop", name).returncode == 0
    with pytest.raises(Unauthorized):
        asking(first).issue_token(asked)
    assert asking(second).introspect_token(IntrospectionRequest(token=token)).active

    assert operate("revoke", name).returncode == 0
    with pytest.raises(Unauthorized):
        location.list_locations(user_id=[person.user_id], credentials=Bearer(token))
    with pytest.raises(Unauthorized):
        asking(second).issue_token(asked)
    assert f"{name}: revoked" in operate("list").stdout


def test_list_shows_the_services_own_clients(system: System, operate: Operate) -> None:
    """Those that the deployment made known, without their secrets."""
    listed = operate("list")

    assert listed.returncode == 0, listed.stderr
    for own in system.clients.values():
        assert f"{own['client_id']}: one secret" in listed.stdout
        assert own["client_secret"] not in listed.stdout + listed.stderr


def test_environment_that_is_not_there_is_told(operate: Operate) -> None:
    """By name, with nothing done."""
    ran = operate("list", "--help")
    assert ran.returncode == 0

    missing = subprocess.run(
        [sys.executable, "-m", "services.operators", "--env", "nowhere", "list"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )

    assert missing.returncode == 1
    assert "there is no environment 'nowhere'" in missing.stderr
