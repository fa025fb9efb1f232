"""Writing over what others may have written, as callers see it."""

from __future__ import annotations

from functools import partial

import pytest

from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    PreconditionFailedProblem,
    PreconditionRequiredProblem,
    ProfileInput,
    ProfilePatch,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from tests.services.answers import kind_of, refused
from tests.services.composition import Hereabouts, SignedIn

INES = ProfileInput(handle="ines", display_name="Inês", bio="I draw trams.")
BARE = ProfileInput(handle="ines_a", display_name="Inês Almeida")
THIRD = ProfileInput(handle="ines", display_name="Inês Almeida")


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


def test_blind_write_replaces_nothing(client: ProfileClient, ines: SignedIn) -> None:
    """428 asks for the tag of what was read; what is there stays."""
    first = with_response(client.put_profile)(ines.user_id, INES)

    error = refused(PreconditionRequired, lambda: client.put_profile(ines.user_id, BARE))

    assert kind_of(error) == "precondition-required"
    assert isinstance(error.body, PreconditionRequiredProblem)
    unchanged = with_response(client.get_profile)(ines.user_id)
    assert (unchanged.value, unchanged.etag) == (first.value, first.etag)
    assert client.put_profile(ines.user_id, BARE, if_match=unchanged.etag).handle == "ines_a"


def test_blind_write_comes_before_what_else_is_wrong(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """Who must read first is not told who has the handle."""
    kamau = hereabouts.person("kamau")
    hereabouts.profile.client(kamau.bearer).put_profile(kamau.user_id, BARE)
    client.put_profile(ines.user_id, INES)

    refused(PreconditionRequired, lambda: client.put_profile(ines.user_id, BARE))


@pytest.mark.parametrize("if_match", [None, "*", "{etag}", '"an-older-one"', 'W/"weak"', "no tag"])
def test_what_is_there_already_is_done(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn, if_match: str | None
) -> None:
    """Whatever state it was meant for; neither the time nor the tag changes."""
    first = with_response(client.put_profile)(ines.user_id, INES)
    hereabouts.clock.forward(60)
    tags = if_match and if_match.format(etag=first.etag)

    again = with_response(client.put_profile)(ines.user_id, INES, if_match=tags)

    assert (again.status, again.value, again.etag) == (200, first.value, first.etag)


def test_repeated_replacement_is_told_of_its_own_effect(
    client: ProfileClient, ines: SignedIn
) -> None:
    """The first answer was lost; the tag that it was meant for is gone by its own doing."""
    read = with_response(client.put_profile)(ines.user_id, INES).etag
    first = with_response(client.put_profile)(ines.user_id, BARE, if_match=read)

    again = with_response(client.put_profile)(ines.user_id, BARE, if_match=read)

    assert (again.status, again.value, again.etag) == (200, first.value, first.etag)


@pytest.mark.parametrize("then", [INES, THIRD], ids=["back", "on"])
def test_repetition_undoes_nobody_s_later_write(
    client: ProfileClient, ines: SignedIn, then: ProfileInput
) -> None:
    """Neither one that went back to what was there at first, nor one that went on."""
    read = with_response(client.put_profile)(ines.user_id, INES).etag
    first = with_response(client.put_profile)(ines.user_id, BARE, if_match=read).etag
    later = client.put_profile(ines.user_id, then, if_match=first)

    refused(PreconditionFailed, lambda: client.put_profile(ines.user_id, BARE, if_match=read))

    assert client.get_profile(ines.user_id) == later


def test_repetition_brings_nothing_back(client: ProfileClient, ines: SignedIn) -> None:
    """What was deleted meanwhile stays deleted, whoever repeats a write that demands a state."""
    read = with_response(client.put_profile)(ines.user_id, INES).etag
    client.put_profile(ines.user_id, BARE, if_match=read)
    client.delete_profile(ines.user_id)

    for tags in (read, "*"):
        refused(PreconditionFailed, partial(client.put_profile, ines.user_id, BARE, if_match=tags))

    refused(NotFound, lambda: client.get_profile(ines.user_id))


def test_repeated_creation_is_refused_by_if_none_match(
    client: ProfileClient, ines: SignedIn
) -> None:
    """RFC 9110 section 13.1.2 knows no exception; without the header it is done already."""
    client.put_profile(ines.user_id, INES, if_none_match="*")

    refused(PreconditionFailed, lambda: client.put_profile(ines.user_id, INES, if_none_match="*"))

    assert with_response(client.put_profile)(ines.user_id, INES).status == 200


def test_repeated_deletion_is_refused_by_if_match(client: ProfileClient, ines: SignedIn) -> None:
    """Nothing is left that could tell whose deletion it was; without the header it is done."""
    etag = with_response(client.put_profile)(ines.user_id, INES).etag
    client.delete_profile(ines.user_id, if_match=etag)

    refused(PreconditionFailed, lambda: client.delete_profile(ines.user_id, if_match=etag))

    assert with_response(client.delete_profile)(ines.user_id).status == 204


def test_patch_and_deletion_need_no_tag(client: ProfileClient, ines: SignedIn) -> None:
    """A patch keeps what it does not name; a deletion means whatever is there."""
    client.put_profile(ines.user_id, INES)

    assert client.patch_profile(ines.user_id, ProfilePatch(website=None)).bio == INES.bio
    assert with_response(client.delete_profile)(ines.user_id).status == 204
