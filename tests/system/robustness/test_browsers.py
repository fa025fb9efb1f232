"""What browsers are told by the running system: through the gateway, as the documents say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
import requests

from pactwright.local.system import System
from pactwright.schema import bundle
from pactwright.schema.project import Project
from tests.system.conftest import Person

OWN: Final = "https://hereabouts.example"
OTHER: Final = "https://elsewhere.example"
SECONDS: Final = 20


@pytest.fixture(scope="session")
def documents(project: Project) -> Mapping[str, Any]:
    """Each service's, self-contained."""
    return {name: bundle(service.document) for name, service in project.services.items()}


def told(answer: requests.Response) -> dict[str, str]:
    """What an answer tells browsers of scripts."""
    return {
        name.lower(): value
        for name, value in answer.headers.items()
        if name.lower().startswith("access-control-")
    }


def preflight(url: str, method: str, origin: str) -> requests.Response:
    """What a browser asks before a script's request."""
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    return requests.options(url, headers=headers, timeout=SECONDS)


def test_preflights_are_answered_as_documents_say(
    system: System, documents: Mapping[str, Any]
) -> None:
    """Of every method on every path: to whom it is given, to nobody else, never credentials."""
    for service, document in documents.items():
        for path, item in document["paths"].items():
            url = system.urls[service] + path.replace("{user_id}", "x").replace("{handle}", "x")
            for method in item.keys() & {"get", "put", "post", "delete", "patch"}:
                given = item[method].get("x-cors", item.get("x-cors", {})).get("allowOrigins", [])
                for origin in (OWN, OTHER):
                    answer = preflight(url, method.upper(), origin)
                    allowed = "*" in given or origin in given
                    where = (service, path, method, origin, answer.status_code)
                    assert ("access-control-allow-origin" in told(answer)) is allowed, where
                    assert answer.status_code == (204 if "x-cors" in item else 405), where
                    assert "access-control-allow-credentials" not in told(answer), where


def test_a_script_of_any_website_reads_profiles(system: System, person: Person) -> None:
    """With the ETag that it needs to write one, for which it has to send a token."""
    url = f"{system.urls['profile']}/profiles/{person.user_id}"

    asked = preflight(url, "PUT", OTHER)
    assert told(asked)["access-control-allow-origin"] == "*"
    assert {"Authorization", "Content-Type", "If-Match"} <= set(
        told(asked)["access-control-allow-headers"].split(", ")
    )
    written = requests.put(
        url,
        json={"handle": person.handle, "display_name": "Somebody"},
        headers={"Origin": OTHER, "Authorization": f"Bearer {person.token}"},
        timeout=SECONDS,
    )
    assert written.status_code == 201
    read = requests.get(url, headers={"Origin": OTHER}, timeout=SECONDS)
    assert read.status_code == 200
    assert told(read)["access-control-allow-origin"] == "*"
    assert "ETag" in told(read)["access-control-expose-headers"].split(", ")
    missing = requests.get(url + "0", headers={"Origin": OTHER}, timeout=SECONDS)
    assert (missing.status_code, told(missing)["access-control-allow-origin"]) == (404, "*")


def test_only_the_own_website_s_scripts_sign_in(system: System) -> None:
    """Or else any website could have its visitors guess passwords."""
    url = f"{system.urls['authentication']}/sessions"
    body = {"username": "nobody-at-all", "password": "no password at all"}

    own = requests.post(url, json=body, headers={"Origin": OWN}, timeout=SECONDS)
    other = requests.post(url, json=body, headers={"Origin": OTHER}, timeout=SECONDS)

    assert (own.status_code, other.status_code) == (401, 401)
    assert told(own)["access-control-allow-origin"] == OWN
    assert told(other) == {}
    assert (
        {"Origin"} == set(own.headers["Vary"].split(", ")) == set(other.headers["Vary"].split(", "))
    )


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("location", "/locations?user_id=0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60"),
        ("authentication", "/oauth2/introspect"),
        ("authentication", "/.well-known/oauth-authorization-server"),
    ],
)
def test_what_is_for_services_tells_browsers_nothing(
    system: System, service: str, path: str
) -> None:
    """Whoever asks."""
    for method in ("GET", "POST", "OPTIONS"):
        answer = requests.request(
            method, system.urls[service] + path, headers={"Origin": OWN}, timeout=SECONDS
        )
        assert told(answer) == {}
