"""What is asked over each way between services, and what its outcomes are called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import requests

from hereabouts.authentication import AuthenticationClient, Credentials
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import ProfileInput
from pactwright.client import ClientError, Clock
from pactwright.client.errors import StatusError
from services.authentication.sessions import ACCESS_SECONDS
from tests.services.composition import PASSWORD
from tests.system.robustness.faults.scenes import Scene

AS_USUAL: Final = "as usual"
WITHOUT: Final = "without location"
UNAVAILABLE: Final = "503"

INES: Final = ProfileInput(handle="ines", display_name="Inês")
CREDENTIALS: Final = Credentials(username="ines", password=PASSWORD)
PROFILE: Final = {"handle": "ines", "display_name": "Inês"}
PLACE: Final = {"latitude": 1.5, "longitude": 2.5}
SHORT: Final = 0.6
"""Seconds that Lambda gives where silence takes all of them: 0.35 but for the reserve."""

Ask = Callable[[Scene, float], str]


@dataclass(frozen=True, slots=True)
class Clients:
    """The SDK of somebody outside, which reaches services by what stands before them."""

    profile: ProfileClient
    authentication: AuthenticationClient
    user_id: UUID

    @classmethod
    @contextmanager
    def of(cls, scene: Scene) -> Iterator[Clients]:
        """Make clients that don't really wait between attempts."""
        clock = Clock(sleep=lambda _: None)
        line = {name: scene.line(name) for name in ("profile", "authentication")}
        profile = ProfileClient(
            "http://profile",
            credentials=scene.ines.bearer,
            clock=clock,
            transport=line["profile"],
        )
        authentication = AuthenticationClient(
            "http://authentication", clock=clock, transport=line["authentication"]
        )
        yield cls(profile, authentication, scene.ines.user_id)
        for each in line.values():
            each.close()


@dataclass(frozen=True, slots=True)
class Hop:
    """A way from one to another.

    Attributes:
        name: as the table calls it.
        to: the service at its end.
        asks: what leads over it; all have the same outcome.
        before: what has to be so before.
        seconds: of Lambda's, where it is silent.
    """

    name: str
    to: str
    asks: Sequence[Ask]
    before: Callable[[Scene], None] = lambda _: None
    seconds: float = SHORT


def rewritten(scene: Scene, seconds: float) -> str:
    """Write the profile, otherwise than it is."""
    body = {**PROFILE, "bio": scene.hereabouts.chance.revision()}
    path, any_state = "/profiles/{user_id}", {"If-Match": "*"}
    return outcome(scene.ask("profile", "PUT", path, body, seconds=seconds, headers=any_state))


def outcome(response: requests.Response) -> str:
    """What an answer is called; AssertionError where none is due."""
    if response.status_code == 503:
        assert int(response.headers["Retry-After"]) >= 1
        problem = json.loads(response.content)
        assert problem["status"] == 503
        assert problem["request_id"] == response.headers["X-Request-Id"]
        return UNAVAILABLE
    assert response.status_code in (200, 201, 204), (response.status_code, response.text)
    degraded = ("Location unavailable just now.", '"location_status":"unavailable"')
    return WITHOUT if any(text in response.text for text in degraded) else AS_USUAL


def asked(service: str, method: str, path: str, body: object = None) -> Ask:
    """What asks a service as it stands behind its gateway."""

    def ask(scene: Scene, seconds: float) -> str:
        return outcome(scene.ask(service, method, path, body, seconds=seconds))

    return ask


def expire(scene: Scene) -> None:
    """Have profile's own token end, but not that of the person."""
    scene.hereabouts.clock.forward(ACCESS_SECONDS)
    scene.ines = scene.hereabouts.sign_in("ines")


def by_client(call: Callable[[Clients, float], object]) -> Ask:
    """What somebody outside asks by the SDK."""

    def ask(scene: Scene, seconds: float) -> str:
        with Clients.of(scene) as clients:
            try:
                call(clients, seconds)
            except StatusError as error:
                return str(error.status)
            except ClientError as error:
                return type(error).__name__
        return AS_USUAL

    return ask


HOPS: Final[Sequence[Hop]] = (
    Hop(
        "SDK, GET",
        "profile",
        [by_client(lambda c, left: c.profile.get_profile(c.user_id, deadline=left))],
    ),
    Hop(
        "SDK, PUT",
        "profile",
        [by_client(lambda c, left: c.profile.put_profile(c.user_id, INES, deadline=left))],
    ),
    Hop(
        "SDK, sign-in",
        "authentication",
        [by_client(lambda c, left: c.authentication.sign_in(CREDENTIALS, deadline=left))],
    ),
    Hop(
        "profile to location, reads",
        "location",
        [
            asked("profile", "GET", "/profiles/{user_id}"),
            asked("profile", "GET", "/handles/ines"),
            asked("profile", "GET", "/people/ines"),
        ],
        seconds=SHORT + 0.5,  # that profile keeps for its own answer
    ),
    Hop(
        "profile to location, writes",
        "location",
        [asked("profile", "PUT", "/profiles/{user_id}/location", PLACE)],
        seconds=SHORT + 0.5,
    ),
    Hop(
        "profile's own token",
        "authentication",
        [asked("profile", "GET", "/profiles/{user_id}")],
        before=expire,
        seconds=SHORT + 0.5,
    ),
    Hop(
        "who calls",
        "authentication",
        [
            asked("profile", "PUT", "/profiles/{user_id}", PROFILE),
            asked("location", "PUT", "/locations/{user_id}", PLACE),
            asked("location", "GET", "/locations/{user_id}"),
        ],
    ),
)
