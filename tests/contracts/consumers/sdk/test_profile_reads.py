"""What callers rely on to read people's profiles."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hereabouts.profile import ProfileClient, models
from hereabouts.profile.operations import (
    FIND_PROFILE,
    GET_PROFILE,
    LIST_PROFILES,
)
from pactwright.client import with_response
from pactwright.client.errors import InvalidRequest, NotFound, NotModified
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.wire import Operation
from tests.contracts.cast import AT_SEA, CURSOR, INES, KAMAU, LISBON, LOCATION_AWAY
from tests.contracts.consumers.calls import call, named, refused
from tests.contracts.consumers.sdk.profiles import shown
from tests.contracts.roles import Person
from tests.contracts.times import CHANGED, moment

pytestmark = pytest.mark.pact("sdk", "profile")

PROFILES: Final = [
    ("with all details", [INES.profile, INES.at(LISBON)], INES, shown(INES, LISBON)),
    ("at a place without a name", [INES.profile, INES.at(AT_SEA)], INES, shown(INES, AT_SEA)),
    ("without a location", [KAMAU.profile], KAMAU, shown(KAMAU, None)),
    (
        "whose location can't be told",
        [KAMAU.profile, LOCATION_AWAY],
        KAMAU,
        shown(KAMAU, None, "unavailable"),
    ),
]

profiles = pytest.mark.parametrize(
    ("which", "given", "person", "profile"), PROFILES, ids=["full", "bare", "unknown", "away"]
)


@profiles
def test_a_profile(
    pact: Recorder, which: str, given: list[State], person: Person, profile: models.Profile
) -> None:
    """Anyone reads a profile with the location, or learns why there is none."""
    pact.expect(
        f"a profile {which}",
        GET_PROFILE,
        user_id=person.user_id,
        given=given,
        answer=profile,
        headers={"ETag": person.profile_etag},
    )
    client = pact.client(ProfileClient)

    answer = with_response(client.get_profile)(person.user_id)

    assert answer.value == profile
    assert answer.etag == person.profile_etag


@profiles
def test_a_profile_by_its_handle(
    pact: Recorder, which: str, given: list[State], person: Person, profile: models.Profile
) -> None:
    """Anyone finds a profile by the name in the address of its page."""
    pact.expect(
        f"a profile by its handle, {which}",
        FIND_PROFILE,
        handle=person.handle,
        given=given,
        answer=profile,
        headers={"ETag": person.profile_etag},
    )
    client = pact.client(ProfileClient)

    answer = with_response(client.find_profile)(person.handle)

    assert answer.value == profile
    assert answer.etag == person.profile_etag


def test_a_profile_that_has_not_changed(pact: Recorder) -> None:
    """Who has the current copy is told so, with its entity tag."""
    pact.expect(
        "a profile of which the caller has the current copy",
        GET_PROFILE,
        user_id=INES.user_id,
        if_none_match=INES.profile_etag,
        given=[INES.profile, INES.at(LISBON)],
        status=304,
        headers={"ETag": INES.profile_etag},
    )
    client = pact.client(ProfileClient)

    with pytest.raises(NotModified) as raised:
        client.get_profile(INES.user_id, if_none_match=INES.profile_etag)
    assert raised.value.etag == INES.profile_etag


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [(GET_PROFILE, {"user_id": INES.user_id}), (FIND_PROFILE, {"handle": INES.handle})],
    ids=named,
)
def test_a_profile_that_there_is_not(
    pact: Recorder, operation: Operation[Any], arguments: dict[str, Any]
) -> None:
    """Of somebody who has made no profile there is none."""
    pact.expect(
        f"{operation.name} of somebody who has none",
        operation,
        **arguments,
        status=404,
        answer=only(models.NotFoundProblem, "type"),
    )
    client = pact.client(ProfileClient)

    with refused(NotFound, "not-found"):
        call(client, operation, **arguments)


def listed(person: Person) -> models.ProfileSummary:
    return models.ProfileSummary(
        user_id=person.user_id,
        **person.described,
        created_at=moment(person.created_at),
        updated_at=moment(CHANGED),
    )


def test_all_profiles(pact: Recorder) -> None:
    """Who goes through the list gets every profile, the newest first, page by page."""
    both = [KAMAU.profile, INES.profile]
    first = models.ProfilePage(items=[listed(INES)], next_cursor=CURSOR)
    last = models.ProfilePage(items=[listed(KAMAU)], next_cursor=None)
    pact.expect("the first of two profiles", LIST_PROFILES, limit=1, given=both, answer=first)
    pact.expect(
        "the last of two profiles",
        LIST_PROFILES,
        limit=1,
        cursor=CURSOR,
        given=both,
        answer=last,
    )
    client = pact.client(ProfileClient)

    assert list(client.iterate_profiles(limit=1)) == [listed(INES), listed(KAMAU)]


def test_the_newest_profile_is_the_first(pact: Recorder) -> None:
    """On one page, the profile that was created last comes first."""
    page = models.ProfilePage(items=[listed(INES), listed(KAMAU)], next_cursor=None)
    both = [KAMAU.profile, INES.profile]
    pact.expect("two profiles, the newest first", LIST_PROFILES, given=both, answer=page)
    client = pact.client(ProfileClient)

    assert client.list_profiles() == page


def test_the_list_while_there_are_no_profiles(pact: Recorder) -> None:
    """Without profiles, the first page is the last, and empty."""
    empty = models.ProfilePage(items=[], next_cursor=None)
    pact.expect("the list while there are no profiles", LIST_PROFILES, answer=empty)
    client = pact.client(ProfileClient)

    assert client.list_profiles() == empty


def test_a_cursor_that_is_made_up(pact: Recorder) -> None:
    """Who goes on from a cursor that no page has given is told that it is wrong."""
    wrong = only(models.FieldError, location="query", pointer="/cursor")
    pact.expect(
        "a page behind a cursor that is made up",
        LIST_PROFILES,
        cursor="made.up",
        status=422,
        answer=only(models.InvalidRequestProblem, "type", errors=[wrong]),
    )
    client = pact.client(ProfileClient)

    with refused(InvalidRequest, "invalid-request") as raised:
        client.list_profiles(cursor="made.up")
    assert [(e.location, e.pointer) for e in raised.value.errors] == [("query", "/cursor")]
