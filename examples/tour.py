"""A walk through Hereabouts with nothing but the SDK.

Thirty people register, sign in, write a profile and say where they are; then their profiles are
read back, listed and changed, every typed error is met once, and all that was made is deleted.

Start the system with `make up` first, then `make tour`. URLs may be given as arguments:
tour.py AUTHENTICATION LOCATION PROFILE.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cities import CITIES

from hereabouts.authentication import AuthenticationClient, Credentials, NewUser
from hereabouts.location import LocationClient
from hereabouts.profile import LocationInput, ProfileClient, ProfileInput, ProfilePatch
from pactwright.client import Bearer, errors, with_response

PASSWORD = "tram 28 climbs to Graça"


@dataclass(frozen=True)
class Api:
    """The three services."""

    authentication: AuthenticationClient
    location: LocationClient
    profile: ProfileClient


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in."""

    user_id: UUID
    handle: str
    city: str
    credentials: Bearer


def connect(arguments: list[str]) -> Api:
    """Clients of the URLs that were given, or of the system that `make up` runs."""
    if len(arguments) == 3:
        authentication, location, profile = arguments
    else:
        local = Path(__file__).parent.parent / "build" / "local.json"
        if not local.exists():
            sys.exit("Nothing is running here: start it with `make up`, or give three URLs.")
        urls = json.loads(local.read_text(encoding="utf-8"))["urls"]
        authentication, location, profile = (
            urls[name] for name in ("authentication", "location", "profile")
        )
    return Api(
        AuthenticationClient(authentication), LocationClient(location), ProfileClient(profile)
    )


def settle(api: Api, name: str, city: str, latitude: float, longitude: float) -> Person:
    """Register somebody, sign in, write the profile and set the location."""
    user = api.authentication.register_user(NewUser(username=name, password=PASSWORD))
    tokens = api.authentication.sign_in(Credentials(username=name, password=PASSWORD))
    me = Person(user.user_id, name.replace("-", "_"), city, Bearer(tokens.access_token))
    profile = ProfileInput(handle=me.handle, display_name=f"Somebody in {city}")
    api.profile.put_profile(me.user_id, profile, credentials=me.credentials)
    place = LocationInput(latitude=latitude, longitude=longitude, label=city)
    api.profile.put_profile_location(me.user_id, place, credentials=me.credentials)
    return me


def read_back(api: Api, people: list[Person]) -> None:
    """Show what the public sees."""
    for person in people[:3]:
        profile = api.profile.get_profile(person.user_id)
        assert profile.location is not None
        where = profile.location
        print(f"  @{profile.handle}: {where.label} ({where.latitude}, {where.longitude})")
    page = api.profile.profile_page(people[0].handle)
    print(f"  the page of @{people[0].handle} has {len(page)} characters of HTML")


def go_through(api: Api, people: list[Person]) -> None:
    """Go through the list of profiles, page by page."""
    ours = {person.user_id for person in people}
    found = [p for p in api.profile.iterate_profiles(limit=10) if p.user_id in ours]
    newest = [p.user_id for p in found] == [p.user_id for p in reversed(people)]
    print(f"  found {len(found)} of {len(people)} in pages of 10, newest first: {newest}")


def change(api: Api, person: Person) -> str:
    """Change a profile only if it is as it was read; return the ETag of before."""
    before = with_response(api.profile.get_profile)(person.user_id)
    after = with_response(api.profile.patch_profile)(
        person.user_id,
        ProfilePatch(bio="Counts trams."),
        if_match=before.etag,
        credentials=person.credentials,
    )
    print(f"  {before.etag} -> {after.etag}: {after.value.bio}")
    try:
        api.profile.get_profile(person.user_id, if_none_match=after.etag)
    except errors.NotModified as unchanged:
        print(f"  read again: {unchanged.status}, nothing new")
    return before.etag or ""


def stumble(api: Api, person: Person, other: Person, stale: str) -> None:
    """Meet the errors, each with its type, its problem and what to do about it."""
    taken = NewUser(username=person.handle.replace("_", "-"), password=PASSWORD)
    wrong = Credentials(username=taken.username, password="not the password")
    elsewhere = LocationInput(latitude=0, longitude=0)
    attempts: dict[str, Callable[[], object]] = {
        "a taken username": lambda: api.authentication.register_user(taken),
        "a wrong password": lambda: api.authentication.sign_in(wrong),
        "someone else's location": lambda: api.profile.put_profile_location(
            other.user_id, elsewhere, credentials=person.credentials
        ),
        "a stale ETag": lambda: api.profile.patch_profile(
            person.user_id, ProfilePatch(bio="?"), if_match=stale, credentials=person.credentials
        ),
        "a profile that wasn't read": lambda: api.profile.put_profile(
            person.user_id,
            ProfileInput(handle=person.handle, display_name="?"),
            credentials=person.credentials,
        ),
        "no token": lambda: api.location.get_location(person.user_id, credentials=Bearer("none")),
        "a profile that isn't there": lambda: api.profile.find_profile("nobody_at_all"),
    }
    for what, attempt in attempts.items():
        try:
            attempt()
        except errors.StatusError as error:
            title = error.problem.title if error.problem else "no problem document"
            print(f"  {what}: {type(error).__name__} {error.status} {title}")
        else:
            sys.exit(f"{what} was let pass")


def leave(api: Api, person: Person) -> None:
    """Delete everything of somebody."""
    api.profile.delete_profile(person.user_id, credentials=person.credentials)
    api.location.delete_location(person.user_id, credentials=person.credentials)
    api.authentication.delete_current_user(credentials=person.credentials)


def main(arguments: list[str]) -> None:
    """Take the tour."""
    api = connect(arguments)
    with api.authentication, api.location, api.profile:
        walk(api)


def walk(api: Api) -> None:
    """Visit each of its parts."""
    run = secrets.token_hex(3)
    print(f"{len(CITIES)} people register, sign in and say where they are")
    people = [
        settle(api, f"tour-{run}-{number}", city, latitude, longitude)
        for number, (city, latitude, longitude) in enumerate(CITIES, start=1)
    ]
    print("What anyone can read")
    read_back(api, people)
    print("All profiles, page by page")
    go_through(api, people)
    print("A change, if nobody else changed it meanwhile")
    stale = change(api, people[0])
    print("What goes wrong has a type")
    stumble(api, people[0], people[1], stale)
    for person in people:
        leave(api, person)
    print("Everybody has left.")


if __name__ == "__main__":
    main(sys.argv[1:])
