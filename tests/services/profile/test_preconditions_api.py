"""Writing profiles at the same time as others, as callers see it."""

from __future__ import annotations

from functools import partial

import pytest

from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    PreconditionFailedProblem,
    ProfileInput,
    ProfilePatch,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    Conflict,
    PreconditionFailed,
    ServiceUnavailable,
)
from tests.services.answers import kind_of, refused
from tests.services.composition import Hereabouts, SignedIn
from tests.services.racing import race, unclaimed

INES = ProfileInput(handle="ines", display_name="Inês", bio="I draw trams.")
BARE = ProfileInput(handle="ines_a", display_name="Inês Almeida")


def test_write_over_another_state_is_refused(client: ProfileClient, ines: SignedIn) -> None:
    """By If-Match with an old, weak or no tag; the state stays."""
    old = with_response(client.put_profile)(ines.user_id, INES).etag
    new = with_response(client.put_profile)(ines.user_id, BARE, if_match=old)

    for tags in (old, f"W/{new.etag}", '"never"', "no tag"):
        for call in (
            partial(client.put_profile, ines.user_id, INES, if_match=tags),
            partial(client.patch_profile, ines.user_id, ProfilePatch(), if_match=tags),
            partial(client.delete_profile, ines.user_id, if_match=tags),
        ):
            error = refused(PreconditionFailed, call)
            assert kind_of(error) == "precondition-failed"
            assert isinstance(error.body, PreconditionFailedProblem)

    assert client.get_profile(ines.user_id) == new.value


@pytest.mark.parametrize("form", ["{etag}", '"other", {etag}', "*"])
def test_write_over_the_state_that_was_read_succeeds(
    client: ProfileClient, ines: SignedIn, form: str
) -> None:
    """By its tag, a list that has it, or any."""
    put = with_response(client.put_profile)(ines.user_id, INES)

    again = with_response(client.put_profile)(
        ines.user_id, BARE, if_match=form.format(etag=put.etag)
    )
    patched = with_response(client.patch_profile)(
        ines.user_id, ProfilePatch(bio="New."), if_match=form.format(etag=again.etag)
    )
    gone = with_response(client.delete_profile)(
        ines.user_id, if_match=form.format(etag=patched.etag)
    )

    assert (again.status, patched.status, gone.status) == (200, 200, 204)


def test_creation_replaces_nothing(client: ProfileClient, ines: SignedIn) -> None:
    """With If-None-Match: *; and If-Match creates nothing."""
    refused(PreconditionFailed, lambda: client.put_profile(ines.user_id, INES, if_match="*"))
    first = with_response(client.put_profile)(ines.user_id, INES, if_none_match="*")
    assert first.status == 201

    refused(PreconditionFailed, lambda: client.put_profile(ines.user_id, BARE, if_none_match="*"))
    refused(
        PreconditionFailed,
        lambda: client.put_profile(ines.user_id, BARE, if_none_match="*", if_match=first.etag),
    )

    assert client.get_profile(ines.user_id) == first.value


def test_no_update_is_lost(client: ProfileClient, ines: SignedIn) -> None:
    """Of all who have read the same state, one may write."""
    etag = with_response(client.put_profile)(ines.user_id, INES).etag
    patches = [ProfilePatch(bio=f"bio {n}") for n in range(8)]

    outcomes = race(lambda n: client.patch_profile(ines.user_id, patches[n], if_match=etag))

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(outcomes) - len(errors) == 1
    assert {type(error) for error in errors} <= {PreconditionFailed, ServiceUnavailable}


def test_racing_patches_of_different_parts_are_all_kept(
    client: ProfileClient, ines: SignedIn
) -> None:
    """Each is made anew on what another has written in between; none is lost in silence."""
    client.put_profile(ines.user_id, BARE)
    patches = [
        ProfilePatch(bio="New."),
        ProfilePatch(website="https://new.example"),
        ProfilePatch(display_name="New"),
    ]

    outcomes = race(lambda n: client.patch_profile(ines.user_id, patches[n]), len(patches))

    profile = client.get_profile(ines.user_id)
    found = [profile.bio, profile.website, profile.display_name]
    wanted = ["New.", "https://new.example", "New"]
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, Exception):
            assert isinstance(outcome, ServiceUnavailable)
        else:
            assert found[number] == wanted[number]


def test_racing_writers_of_a_handle_have_one_winner(hereabouts: Hereabouts) -> None:
    """Nobody gets a 500, and no handle is claimed by nobody."""
    people = [hereabouts.person(f"user{n}") for n in range(8)]
    clients = [hereabouts.profile.client(person.bearer) for person in people]

    outcomes = race(lambda n: clients[n].put_profile(people[n].user_id, INES))

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(outcomes) - len(errors) == 1
    assert {type(error) for error in errors} <= {Conflict, ServiceUnavailable}
    assert unclaimed(hereabouts.profile.table, "HANDLE", "handle") == []
