"""What the running system writes down tells no secret, no token and no place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from uuid import uuid4

import pytest
import requests

from hereabouts.authentication import (
    AuthenticationClient,
    Credentials,
    IntrospectionRequest,
    NewUser,
    PasswordChange,
    TokenRequest,
    Tokens,
)
from hereabouts.profile import LocationInput, ProfileClient, ProfileInput
from pactwright.client import Bearer
from pactwright.client.errors import ClientError
from pactwright.local.system import System
from pactwright.service.responses import DEFAULT_HEADERS

PLACE: Final = LocationInput(
    latitude=38.7109123, longitude=-9.1466321, label="Rua da Bica", accuracy_m=54321.98
)
BIO: Final = "I draw the trams of Lisbon."


def secrets(system: System, tokens: Tokens, passwords: Mapping[str, str]) -> dict[str, str]:
    """What must be written down nowhere, by its name."""
    clients = {f"secret of {name}": own["client_secret"] for name, own in system.clients.items()}
    return {
        **clients,
        **passwords,
        "access token": tokens.access_token,
        "any access token": "haat_",
        "any refresh token": "hart_",
        "any hash": "$argon2id$",
        "latitude": "38.71091",
        "longitude": "9.14663",
        "accuracy": "54321.98",
        "label": "Rua da Bica",
        "bio": BIO,
    }


def live(system: System, authentication: AuthenticationClient, profile: ProfileClient) -> Any:
    """A person's life, with what goes wrong in it; the secrets of it."""
    name, password = f"m-{uuid4().hex[:12]}", f"first {uuid4().hex}"
    passwords = {"password": password, "next": f"next {uuid4().hex}", "wrong": uuid4().hex * 2}
    user = authentication.register_user(NewUser(username=name, password=password))
    tokens = authentication.sign_in(Credentials(username=name, password=password))
    own = Bearer(tokens.access_token)
    change = PasswordChange(current_password=password, new_password=passwords["next"])
    authentication.change_password(change, credentials=own)
    authentication.introspect_token(IntrospectionRequest(token=tokens.access_token))
    body = ProfileInput(handle=name.replace("-", "_"), display_name="M", bio=BIO)
    profile.put_profile(user.user_id, body, credentials=own)
    profile.put_profile_location(user.user_id, PLACE, credentials=own)
    profile.profile_page(body.handle)
    wrong: list[Callable[[], object]] = [
        lambda: authentication.sign_in(Credentials(username=name, password=passwords["wrong"])),
        lambda: authentication.register_user(NewUser(username=name, password=passwords["wrong"])),
        lambda: authentication.issue_token(
            TokenRequest(grant_type="refresh_token", refresh_token=tokens.access_token)
        ),
        lambda: profile.put_profile_location(uuid4(), PLACE, credentials=own),
    ]
    for call in wrong:
        with pytest.raises(ClientError):
            call()
    authentication.delete_current_user(credentials=own)
    return secrets(system, tokens, passwords)


def log_lines(system: System) -> Iterator[str]:
    """Everything in any log group."""
    logs = system.emulator.client("logs")
    for groups in logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            pages = logs.get_paginator("filter_log_events")
            for page in pages.paginate(logGroupName=group["logGroupName"]):
                yield from (event["message"] for event in page["events"])


def test_logs_tell_no_secret(
    system: System, authentication: AuthenticationClient, profile: ProfileClient
) -> None:
    """Of functions, of the gateway and of the emulator itself."""
    kept = live(system, authentication, profile)

    told = [
        *log_lines(system),
        (system.project.root / "build" / "emulator.log").read_text(errors="replace"),
    ]

    assert sum('"operation":"put_profile_location"' in line.replace(" ", "") for line in told) >= 2
    everything = "\n".join(told)
    assert [name for name, secret in kept.items() if secret in everything] == []


@pytest.mark.parametrize("service", ["authentication", "location", "profile"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("BREW", "/users"),
        ("GET", "/%2e%2e/x"),
        ("PUT", "/users"),
    ],
)
def test_every_answer_has_the_security_headers(
    system: System, service: str, method: str, path: str
) -> None:
    """Those of the gateway too, which no function has seen."""
    answer = requests.request(method, f"{system.urls[service]}{path}", timeout=30)

    assert answer.status_code in (403, 404, 405)
    assert answer.headers.keys() >= {*DEFAULT_HEADERS, "X-Request-Id"}
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
