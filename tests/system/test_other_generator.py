"""A client that openapi-python-client generates from the same documents works as well.

It has no idea of this kit: what it can do, it can because the documents are right.
"""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pactwright.local.system import System
from pactwright.schema import bundle
from pactwright.schema.describe import describe
from pactwright.schema.document import load
from pactwright.schema.project import Project

from .conftest import PASSWORD, Person

SERVICES = ("authentication", "location", "profile")


@pytest.fixture(scope="session")
def peers(project: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The other generator's packages: peer_authentication and so on."""
    folder = tmp_path_factory.mktemp("peers")
    settings = folder / "settings.yaml"
    settings.write_text("post_hooks: []\n", encoding="utf-8")
    for name in SERVICES:
        document = folder / f"{name}.json"
        document.write_text(json.dumps(bundle(project.services[name].document)), encoding="utf-8")
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
        command += ["--path", str(document), "--output-path", str(folder / f"peer_{name}")]
        subprocess.run(  # noqa: S603 - our own arguments
            [*command, "--config", str(settings)], check=True, capture_output=True
        )
    return folder


class Peer:
    """The other generator's client of one service."""

    def __init__(self, name: str, url: str) -> None:
        self._name = name
        self._url = url
        self.called: set[str] = set()

    def module(self, path: str) -> ModuleType:
        return importlib.import_module(f"peer_{self._name}.{path}")

    def model(self, name: str, content: dict[str, Any]) -> Any:
        return getattr(self.module("models"), name).from_dict(content)

    def call(self, operation: str, token: str | None = None, **arguments: Any) -> Any:
        """Call an operation; gives the whole answer."""
        self.called.add(operation)
        client = self.module("client")
        made = client.Client(self._url)
        if token is not None:
            scheme, _, secret = token.partition(" ")
            made = client.AuthenticatedClient(self._url, secret, prefix=scheme)
        with made as opened:
            return self._function(operation)(client=opened, **arguments)

    def _function(self, operation: str) -> Callable[..., Any]:
        package = self.module("api")
        for tag in sorted(Path(str(package.__file__)).parent.iterdir()):
            if (tag / f"{operation}.py").exists():
                module = self.module(f"api.{tag.name}.{operation}")
                function: Callable[..., Any] = module.sync_detailed
                return function
        raise LookupError(f"the other generator made no {operation} of {self._name}")


@pytest.fixture
def peer(peers: Path, system: System, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Peer]:
    monkeypatch.syspath_prepend(str(peers))
    return lambda name: Peer(name, system.urls[name])


def operations(project: Project, service: str) -> set[str]:
    return {o.name for o in describe(load(project.services[service].document)).operations}


def basic(system: System) -> str:
    client = system.clients["profile"]
    pair = f"{client['client_id']}:{client['client_secret']}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_authentication(
    peer: Callable[[str], Peer], system: System, person: Person, project: Project
) -> None:
    """Every operation of authentication, each with the answer that the document declares."""
    api = peer("authentication")
    username = person.username + "-2"
    account = {"username": username, "password": PASSWORD}
    new, changed = api.model("NewUser", account), "ferries cross to Cacilhas at noon"
    assert api.call("register_user", body=new).parsed.username == username
    assert api.call("register_user", body=new).status_code == 409
    tokens = api.call("sign_in", body=api.model("Credentials", account)).parsed
    bearer = f"Bearer {tokens.access_token}"
    assert api.call("get_current_user", bearer).parsed.username == username
    change = api.model("PasswordChange", {"current_password": PASSWORD, "new_password": changed})
    assert api.call("change_password", bearer, body=change).status_code == 204
    ask = api.model("IntrospectionRequest", {"token": tokens.access_token})
    assert api.call("introspect_token", basic(system), body=ask).parsed.username == username
    grant = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
    fresh = api.call("issue_token", body=api.model("TokenRequest", grant)).parsed
    bearer = f"Bearer {fresh.access_token}"
    spent = api.model("RevocationRequest", {"token": tokens.access_token})
    assert api.call("revoke_token", body=spent).status_code == 200
    assert "client_credentials" in api.call("get_metadata").parsed.grant_types_supported
    again = {"username": username, "password": changed}
    other = api.call("sign_in", body=api.model("Credentials", again)).parsed
    assert api.call("sign_out", f"Bearer {other.access_token}").status_code == 204
    assert api.call("delete_current_user", bearer).status_code == 204
    assert api.call("get_current_user", bearer).status_code == 401

    assert api.called == operations(project, "authentication")


def test_location(
    peer: Callable[[str], Peer], system: System, person: Person, project: Project
) -> None:
    """Every operation of location."""
    api, bearer, user_id = peer("location"), f"Bearer {person.token}", person.user_id
    place = api.model("LocationInput", {"latitude": 38.7223, "longitude": -9.1393})
    put = api.call("put_location", bearer, user_id=user_id, body=place)
    assert (put.status_code, put.parsed.latitude) == (201, 38.7223)
    got = api.call("get_location", bearer, user_id=user_id)
    assert got.headers["ETag"] == put.headers["ETag"]
    request = peer("authentication").model(
        "TokenRequest", {"grant_type": "client_credentials", "scope": "locations:read"}
    )
    service = peer("authentication").call("issue_token", basic(system), body=request).parsed
    listed = api.call("list_locations", f"Bearer {service.access_token}", user_id=[user_id])
    assert [found.user_id for found in listed.parsed.locations] == [user_id]
    assert api.call("delete_location", bearer, user_id=user_id).status_code == 204
    assert api.call("get_location", bearer, user_id=user_id).status_code == 404

    assert api.called == operations(project, "location")


def test_profile(peer: Callable[[str], Peer], person: Person, project: Project) -> None:
    """Every operation of profile."""
    api, bearer, user_id = peer("profile"), f"Bearer {person.token}", person.user_id
    body = api.model("ProfileInput", {"handle": person.handle, "display_name": "Inês"})
    assert api.call("put_profile", bearer, user_id=user_id, body=body).status_code == 201
    patch = api.model("ProfilePatch", {"bio": "Counts trams."})
    assert api.call("patch_profile", bearer, user_id=user_id, body=patch).status_code == 200
    place = api.model("LocationInput", {"latitude": 38.7, "longitude": -9.1})
    put = api.call("put_profile_location", bearer, user_id=user_id, body=place)
    assert put.parsed.longitude == -9.1
    shown = api.call("get_profile", user_id=user_id).parsed
    assert (shown.bio, shown.location_status) == ("Counts trams.", "known")
    assert api.call("find_profile", handle=person.handle).parsed.user_id == user_id
    assert api.call("list_profiles", limit=1).status_code == 200
    assert "Inês" in api.call("profile_page", handle=person.handle).content.decode()
    assert api.call("delete_profile", bearer, user_id=user_id).status_code == 204

    assert api.called == operations(project, "profile")
