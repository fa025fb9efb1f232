"""Writing over what others may have written, as callers see it."""

from __future__ import annotations

from functools import partial

import pytest

from hereabouts.location import LocationClient
from hereabouts.location.models import (
    LocationInput,
    PreconditionFailedProblem,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    NotFound,
    PreconditionFailed,
)
from tests.services.answers import kind_of, refused
from tests.services.composition import Hereabouts, SignedIn
from tests.services.racing import WRITERS, race

LISBON = LocationInput(latitude=38.7223, longitude=-9.1393, label="Lisbon, Portugal", accuracy_m=25)
NAIROBI = LocationInput(latitude=-1.2921, longitude=36.8219)
NORTH = LocationInput(latitude=90, longitude=0)


def test_write_over_another_state_is_refused(client: LocationClient, ines: SignedIn) -> None:
    """By If-Match with an old, weak or no tag; the state stays."""
    old = with_response(client.put_location)(ines.user_id, LISBON).etag
    new = with_response(client.put_location)(ines.user_id, NAIROBI).etag

    for tags in (old, f"W/{new}", '"never"', "no tag"):
        for call in (
            partial(client.put_location, ines.user_id, LISBON, if_match=tags),
            partial(client.delete_location, ines.user_id, if_match=tags),
        ):
            error = refused(PreconditionFailed, call)
            assert kind_of(error) == "precondition-failed"
            assert isinstance(error.body, PreconditionFailedProblem)

    assert with_response(client.get_location)(ines.user_id).etag == new


@pytest.mark.parametrize("form", ["{etag}", '"other", {etag}', "*"])
def test_write_over_the_state_that_was_read_succeeds(
    client: LocationClient, ines: SignedIn, form: str
) -> None:
    """By its tag, a list that has it, or any."""
    first = with_response(client.put_location)(ines.user_id, LISBON)

    second = with_response(client.put_location)(
        ines.user_id, NAIROBI, if_match=form.format(etag=first.etag)
    )

    assert second.status == 200
    if_match = form.format(etag=second.etag)
    assert with_response(client.delete_location)(ines.user_id, if_match=if_match).status == 204


def test_creation_replaces_nothing(client: LocationClient, ines: SignedIn) -> None:
    """With If-None-Match: *, which holds once."""
    first = with_response(client.put_location)(ines.user_id, LISBON, if_none_match="*")
    assert first.status == 201

    error = refused(
        PreconditionFailed,
        lambda: client.put_location(ines.user_id, NAIROBI, if_none_match="*"),
    )

    assert kind_of(error) == "precondition-failed"
    assert client.get_location(ines.user_id) == first.value


@pytest.mark.parametrize("tags", ["{etag}", 'W/"weak"', "no tag"])
def test_repeated_replacement_is_told_of_its_own_effect(
    hereabouts: Hereabouts, client: LocationClient, ines: SignedIn, tags: str
) -> None:
    """The first answer was lost; what is wanted is there, and nothing is written again."""
    read = with_response(client.put_location)(ines.user_id, LISBON).etag
    first = with_response(client.put_location)(ines.user_id, NAIROBI, if_match=read)
    hereabouts.clock.forward(60)

    again = with_response(client.put_location)(
        ines.user_id, NAIROBI, if_match=tags.format(etag=read)
    )

    assert (again.status, again.value, again.etag) == (200, first.value, first.etag)


@pytest.mark.parametrize("then", [LISBON, NORTH], ids=["back", "on"])
def test_repetition_undoes_nobody_s_later_write(
    client: LocationClient, ines: SignedIn, then: LocationInput
) -> None:
    """Neither one that went back to what was there at first, nor one that went on."""
    read = with_response(client.put_location)(ines.user_id, LISBON).etag
    client.put_location(ines.user_id, NAIROBI, if_match=read)
    later = client.put_location(ines.user_id, then)

    refused(PreconditionFailed, lambda: client.put_location(ines.user_id, NAIROBI, if_match=read))

    assert client.get_location(ines.user_id) == later


def test_repetition_brings_nothing_back(client: LocationClient, ines: SignedIn) -> None:
    """What was deleted meanwhile stays deleted; a repeated deletion with If-Match is told so."""
    etag = with_response(client.put_location)(ines.user_id, LISBON).etag
    client.delete_location(ines.user_id, if_match=etag)

    for tags in (etag, "*"):
        refused(
            PreconditionFailed, partial(client.put_location, ines.user_id, LISBON, if_match=tags)
        )
        refused(PreconditionFailed, partial(client.delete_location, ines.user_id, if_match=tags))

    refused(NotFound, lambda: client.get_location(ines.user_id))


def test_repeated_creation_is_refused_by_if_none_match(
    client: LocationClient, ines: SignedIn
) -> None:
    """RFC 9110 section 13.1.2 knows no exception; without the header it is no matter."""
    client.put_location(ines.user_id, LISBON, if_none_match="*")

    refused(
        PreconditionFailed, lambda: client.put_location(ines.user_id, LISBON, if_none_match="*")
    )

    assert with_response(client.put_location)(ines.user_id, LISBON).status == 200


def test_racing_writers_leave_one_location_whole(client: LocationClient, ines: SignedIn) -> None:
    """Somebody's, with nothing of the others in it."""
    places = [
        LocationInput(latitude=n, longitude=n, label=f"place {n}", accuracy_m=n)
        for n in range(WRITERS)
    ]

    outcomes = race(lambda n: client.put_location(ines.user_id, places[n]))

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert client.get_location(ines.user_id) in outcomes


def test_no_update_is_lost(client: LocationClient, ines: SignedIn) -> None:
    """Of all who have read the same state, one may write."""
    etag = with_response(client.put_location)(ines.user_id, LISBON).etag

    places = [LocationInput(latitude=n, longitude=n) for n in range(WRITERS)]

    outcomes = race(lambda n: client.put_location(ines.user_id, places[n], if_match=etag))

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(outcomes) - len(errors) == 1
    assert {type(error) for error in errors} == {PreconditionFailed}


def test_old_tag_does_not_match_what_was_made_anew(client: LocationClient, ines: SignedIn) -> None:
    """Tags are never used twice."""
    etag = with_response(client.put_location)(ines.user_id, LISBON).etag
    client.delete_location(ines.user_id)
    client.put_location(ines.user_id, LISBON)

    refused(PreconditionFailed, lambda: client.put_location(ines.user_id, NAIROBI, if_match=etag))
