"""What profile relies on of location: where people are, and writing it for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hereabouts import PROBLEM_TYPES
from hereabouts.location import LocationClient, models
from hereabouts.location.operations import GET_LOCATION, PUT_LOCATION
from hereabouts.profile.models import ProfileLocation
from hereabouts.profile.operations import PUT_PROFILE_LOCATION
from pactwright.client import Bearer, ClientCredentials
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder, only
from pactwright.service import Call, Forbidden, InvalidRequest, Unauthenticated
from services.profile.presentation import profile_location
from services.profile.whereabouts import Locations, Whereabouts
from tests.contracts.cast import INES, KAMAU, LISBON, NOBODY, PROFILE, UNKNOWN_TOKEN
from tests.contracts.consumers.places import HERE, named_places
from tests.contracts.roles import Person, Place
from tests.contracts.times import LOCATED, WRITTEN, moment

pytestmark = pytest.mark.pact("profile", "location")


def call(token: str = INES.access_token) -> Call:
    headers = {"authorization": f"Bearer {token}"}
    return Call(PUT_PROFILE_LOCATION, "the-request", headers=headers)


@named_places
def test_a_location_that_is_known(pact: Recorder, place: Place, which: str) -> None:
    """Profile shows where a user is, with the name of the place if it has one."""
    shown = place.shown | {"updated_at": moment(LOCATED)}
    pact.expect(
        f"the location of a user, {which}",
        GET_LOCATION,
        user_id=INES.user_id,
        given=[PROFILE.signed_in, INES.at(place)],
        credentials=PROFILE.bearer,
        answer=models.Location(user_id=INES.user_id, **shown),
    )
    locations = Locations(pact.client(LocationClient, credentials=PROFILE.bearer))

    found = locations.find(call(), INES.user_id)

    assert found.status == "known"
    assert found.location is not None
    assert profile_location(found.location) == ProfileLocation(**shown)


@pytest.mark.parametrize("person", [INES, KAMAU], ids=lambda person: person.handle)
def test_a_location_that_is_not_known(pact: Recorder, person: Person) -> None:
    """Profile says of a user without a location that it is unknown."""
    pact.expect(
        f"the location of {person.handle}, who has none",
        GET_LOCATION,
        user_id=person.user_id,
        given=[PROFILE.signed_in],
        credentials=PROFILE.bearer,
        status=404,
        answer=only(models.NotFoundProblem, "type"),
    )
    locations = Locations(pact.client(LocationClient, credentials=PROFILE.bearer))

    assert locations.find(call(), person.user_id) == Whereabouts("unknown")


def test_a_token_that_has_ended(pact: Recorder) -> None:
    """Where location refuses the token of profile's own, profile asks again with a new one."""
    known = [PROFILE.signed_in, KAMAU.at(LISBON)]
    pact.expect(
        "the location of a user for a token that has ended",
        GET_LOCATION,
        user_id=KAMAU.user_id,
        given=known,
        credentials=NOBODY,
        status=401,
    )
    pact.expect(
        "the location of a user for a token that is new",
        GET_LOCATION,
        user_id=KAMAU.user_id,
        given=known,
        credentials=PROFILE.bearer,
        answer=only(models.Location, user_id=KAMAU.user_id),
    )
    tokens = iter([UNKNOWN_TOKEN, PROFILE.access_token])
    own = ClientCredentials(lambda: (next(tokens), 900))
    locations = Locations(pact.client(LocationClient, credentials=own))

    assert locations.find(call(), KAMAU.user_id).status == "known"


@named_places
@pytest.mark.parametrize(
    ("before", "status", "how"),
    [([], 201, "for the first time"), ([INES.at(LISBON)], 200, "anew")],
    ids=["first", "again"],
)
def test_a_location_is_written_for_its_user(
    pact: Recorder, place: Place, which: str, before: Sequence[State], status: int, how: str
) -> None:
    """Profile hands a location on with the user's own token, and shows what was kept."""
    body = models.LocationInput(**place.given)
    shown = place.shown | {"updated_at": moment(WRITTEN)}
    pact.expect(
        f"a location {which}, set {how}",
        PUT_LOCATION,
        user_id=INES.user_id,
        body=body,
        given=[INES.signed_in, *before],
        credentials=INES.bearer,
        status=status,
        answer=only(models.Location, **shown),
    )
    locations = Locations(pact.client(LocationClient, credentials=PROFILE.bearer))

    kept = locations.put(call(), INES.user_id, body)

    assert profile_location(kept) == ProfileLocation(**shown)


def test_a_token_that_nobody_has_writes_nothing(pact: Recorder) -> None:
    """Profile tells a user whose session has ended so, when location says so."""
    refusal = writing(pact, INES, NOBODY, 401, only(models.UnauthenticatedProblem, "type"))

    with pytest.raises(Unauthenticated):
        refusal.put(call(UNKNOWN_TOKEN), INES.user_id, HERE)


def test_nobody_writes_for_somebody_else(pact: Recorder) -> None:
    """Profile tells a user that it is not theirs to write, when location says so."""
    answer = only(models.ForbiddenProblem, "type")
    refusal = writing(pact, KAMAU, INES.bearer, 403, answer, INES.signed_in)

    with pytest.raises(Forbidden):
        refusal.put(call(), KAMAU.user_id, HERE)


def test_what_location_does_not_allow_is_told(pact: Recorder) -> None:
    """Profile hands on what location finds wrong with a value, and where."""
    wrong = models.FieldError(location="body", pointer="/latitude", detail="is more than 90")
    answer = only(models.InvalidRequestProblem, errors=[wrong])
    nowhere = models.LocationInput.model_construct(latitude=91, longitude=0.5)
    refusal = writing(pact, INES, INES.bearer, 422, answer, INES.signed_in, body=nowhere)

    with pytest.raises(InvalidRequest) as raised:
        refusal.put(call(), INES.user_id, nowhere)

    told = raised.value.document(PROBLEM_TYPES, "the-request").errors or ()
    assert [each.model_dump() for each in told] == [wrong.model_dump()]


def writing(
    pact: Recorder,
    person: Person,
    bearer: Bearer,
    status: int,
    answer: object,
    *given: State,
    body: models.LocationInput = HERE,
) -> Locations:
    """Profile's own way to location, which is about to refuse a write."""
    pact.expect(
        f"a location that is refused with {status}",
        PUT_LOCATION,
        user_id=person.user_id,
        body=body,
        given=given,
        credentials=bearer,
        status=status,
        answer=answer,
    )
    return Locations(pact.client(LocationClient, credentials=PROFILE.bearer))
