"""A smoke test: does a deployed environment do the first thing that people want of it?

Somebody who is made up signs up, writes a profile, says where they are, is found by others, and
leaves; all with the SDK, none of the twenty calls taking longer than ten seconds. Whatever fails,
what was made is deleted.

    smoke.py authentication=https://… location=https://… profile=https://…

Services that aren't named are left out: location needs authentication, profile needs both.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import UUID

from hereabouts.authentication import AuthenticationClient, Credentials, NewUser
from hereabouts.location import LocationClient, LocationInput
from hereabouts.profile import LocationInput as ProfileLocation
from hereabouts.profile import ProfileClient, ProfileInput
from pactwright.client import Bearer, errors

TIMEOUT = 10.0  # seconds for a call, retries included
SERVICES = ("authentication", "location", "profile")
NEEDS = {"location": {"authentication"}, "profile": {"authentication", "location"}}


class SmokeError(Exception):
    """An environment doesn't do what it should; says what."""


@dataclass(frozen=True)
class Environment:
    """Clients of the services that are to be tested."""

    authentication: AuthenticationClient
    location: LocationClient | None
    profile: ProfileClient | None


@dataclass(frozen=True)
class Person:
    """Somebody who is made up for the test."""

    user_id: UUID
    username: str
    credentials: Bearer

    @property
    def handle(self) -> str:
        """The handle of their profile."""
        return self.username.replace("-", "_")


def urls(arguments: list[str]) -> dict[str, str]:
    """Read `service=URL` of each service.

    Raises:
        SmokeError: one is no service, or lacks those that it needs.
    """
    given = dict(argument.partition("=")[::2] for argument in arguments)
    for name, url in given.items():
        if name not in SERVICES or not url:
            raise SmokeError(f"{name}={url} is not SERVICE=URL, of {', '.join(SERVICES)}")
    for name in given:
        if missing := NEEDS.get(name, set()) - set(given):
            raise SmokeError(f"{name} can't be tested without {' and '.join(sorted(missing))}")
    if not given:
        raise SmokeError("no service is named: smoke.py authentication=URL …")
    return given


@contextlib.contextmanager
def connected(given: Mapping[str, str]) -> Iterator[Environment]:
    """Clients of an environment's services."""
    with ExitStack() as stack:
        yield Environment(
            stack.enter_context(AuthenticationClient(given["authentication"], timeout=TIMEOUT)),
            stack.enter_context(LocationClient(given["location"], timeout=TIMEOUT))
            if "location" in given
            else None,
            stack.enter_context(ProfileClient(given["profile"], timeout=TIMEOUT))
            if "profile" in given
            else None,
        )


@contextlib.contextmanager
def person(client: AuthenticationClient, name: str) -> Iterator[Person]:
    """Somebody who has signed up and in; they leave at the end, whatever happened."""
    password = secrets.token_urlsafe(24)

    def sign_in() -> Bearer:
        tokens = client.sign_in(Credentials(username=name, password=password))
        return Bearer(tokens.access_token)

    try:
        user = client.register_user(NewUser(username=name, password=password))
        yield Person(user.user_id, name, sign_in())
    finally:
        undo(f"the user {name}", lambda: client.delete_current_user(credentials=sign_in()))


def undo(what: str, delete: Callable[[], object]) -> None:
    """Delete what was made. If that fails, too, the error of before is the one to be told."""
    before = sys.exc_info()[1]
    try:
        delete()
    except errors.ClientError as error:
        print(f"{what} can't be deleted: {error}", file=sys.stderr)
        if before is None:
            raise


def check_authentication(client: AuthenticationClient, me: Person) -> None:
    """Tokens tell who somebody is, and only true ones do."""
    found = client.get_current_user(credentials=me.credentials)
    expect(found.user_id == me.user_id, "a token stands for another user")
    try:
        client.get_current_user(credentials=Bearer("none"))
    except errors.Unauthorized:
        return
    raise SmokeError("a token that was never issued is taken")


def check_location(client: LocationClient, me: Person) -> None:
    """A location is kept as it was given."""
    place = LocationInput(latitude=38.7139, longitude=-9.1335, label="Graça")
    try:
        client.put_location(me.user_id, place, credentials=me.credentials)
        found = client.get_location(me.user_id, credentials=me.credentials)
        expect(found.label == "Graça", f"the location is {found.label!r}, not the one given")
    finally:
        undo_location(client, me)


def undo_location(client: LocationClient, me: Person) -> None:
    """Delete somebody's location, if there is one."""
    where = f"the location of {me.username}"
    undo(where, lambda: client.delete_location(me.user_id, credentials=me.credentials))


def check_profile(profile: ProfileClient, location: LocationClient, me: Person) -> None:
    """Anyone finds a profile, with the location that is kept elsewhere."""
    place = ProfileLocation(latitude=38.7139, longitude=-9.1335, label="Graça")
    try:
        wanted = ProfileInput(handle=me.handle, display_name="Smoke test")
        profile.put_profile(me.user_id, wanted, credentials=me.credentials)
        profile.put_profile_location(me.user_id, place, credentials=me.credentials)
        found = profile.find_profile(me.handle)
        status = found.location_status
        expect(found.location is not None, f"the profile has no location: {status}")
        page = profile.profile_page(me.handle)
        expect("Graça" in page, "the public page doesn't say where somebody is")
    finally:
        whose = f"the profile of {me.username}"
        undo(whose, lambda: profile.delete_profile(me.user_id, credentials=me.credentials))
        undo_location(location, me)


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as a sentence
    """Go on if something holds.

    Raises:
        SmokeError: it doesn't.
    """
    if not holds:
        raise SmokeError(otherwise)


def smoke(given: Mapping[str, str], name: str) -> None:
    """Test an environment.

    Args:
        given: the URL of each service.
        name: of the person; nobody may have it.

    Raises:
        SmokeError: something isn't as it should be.
        pactwright.client.errors.ClientError: a call failed.
    """
    with connected(given) as services, person(services.authentication, name) as me:
        check_authentication(services.authentication, me)
        print("authentication: ok")
        if services.location is not None:
            check_location(services.location, me)
            print("location: ok")
        if services.profile is not None and services.location is not None:
            check_profile(services.profile, services.location, me)
            print("profile: ok")


def main(arguments: list[str]) -> int:
    """Run the test; returns the exit status."""
    started = time.monotonic()
    try:
        smoke(urls(arguments), f"smoke-{secrets.token_hex(6)}")
    except (SmokeError, errors.ClientError) as error:
        print(f"smoke test failed: {error}", file=sys.stderr)
        return 1
    print(f"all well after {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
