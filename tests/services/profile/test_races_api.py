"""Several who write profiles at once, as callers see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from hereabouts.profile import ProfileClient
from hereabouts.profile.models import (
    Profile,
    ProfileInput,
    ProfilePatch,
)
from pactwright.client import with_response
from pactwright.client.errors import (
    Conflict,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    ServiceUnavailable,
)
from tests.services.composition import Hereabouts, SignedIn
from tests.services.racing import WRITERS, everything, race, unclaimed

INES = ProfileInput(handle="ines", display_name="Inês", bio="I draw trams.")
BARE = ProfileInput(handle="ines_a", display_name="Inês Almeida")


def test_no_update_is_lost(client: ProfileClient, ines: SignedIn) -> None:
    """Of all who have read the same state, one may write."""
    etag = with_response(client.put_profile)(ines.user_id, INES).etag
    patches = [ProfilePatch(bio=f"bio {n}") for n in range(8)]

    outcomes = race(lambda n: client.patch_profile(ines.user_id, patches[n], if_match=etag))

    errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(outcomes) - len(errors) == 1
    assert {type(error) for error in errors} <= {PreconditionFailed, ServiceUnavailable}


def test_one_of_racing_replacements_wins(client: ProfileClient, ines: SignedIn) -> None:
    """The profile is the winner's, whole; the others are told to read again."""
    etag = with_response(client.put_profile)(ines.user_id, INES).etag
    bodies = [ProfileInput(handle=f"ines_{n}", display_name=f"Inês {n}") for n in range(WRITERS)]

    outcomes = race(lambda n: client.put_profile(ines.user_id, bodies[n], if_match=etag))

    won = [outcome for outcome in outcomes if isinstance(outcome, Profile)]
    assert len(won) == 1
    assert client.get_profile(ines.user_id) == won[0]
    assert {type(o) for o in outcomes} <= {Profile, PreconditionFailed, ServiceUnavailable}


def test_one_of_racing_creators_wins(
    hereabouts: Hereabouts, client: ProfileClient, ines: SignedIn
) -> None:
    """Two devices of one user: the second does not write over what it has not seen."""
    bodies = [ProfileInput(handle=f"ines_{n}", display_name=f"Inês {n}") for n in range(WRITERS)]

    outcomes = race(lambda n: client.put_profile(ines.user_id, bodies[n]))

    won = [outcome for outcome in outcomes if isinstance(outcome, Profile)]
    assert len(won) == 1
    assert client.get_profile(ines.user_id) == won[0]
    assert {type(o) for o in outcomes} <= {Profile, PreconditionRequired, ServiceUnavailable}
    assert unclaimed(hereabouts.profile.table, "HANDLE", "handle") == []


def test_racing_creators_of_the_same_all_have_it(client: ProfileClient, ines: SignedIn) -> None:
    """One creates it; to the others it is there."""
    outcomes = race(lambda _: with_response(client.put_profile)(ines.user_id, INES).status)

    statuses = [outcome for outcome in outcomes if isinstance(outcome, int)]
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201}
    errors = {type(o) for o in outcomes if not isinstance(o, int)}
    assert errors <= {ServiceUnavailable}


def test_handles_are_swapped_by_nobody_in_one_go(hereabouts: Hereabouts) -> None:
    """Two people take each other's handle at once: both have one afterwards, never the same."""
    people = [hereabouts.person(f"user{n}") for n in range(2)]
    clients = [hereabouts.profile.client(person.bearer) for person in people]
    for number in range(2):
        body = ProfileInput(handle=f"handle_{number}", display_name="Somebody")
        clients[number].put_profile(people[number].user_id, body)

    outcomes = race(
        lambda n: clients[n].patch_profile(
            people[n].user_id, ProfilePatch(handle=f"handle_{1 - n}")
        ),
        2,
    )

    assert {type(outcome) for outcome in outcomes} <= {Conflict, ServiceUnavailable}
    assert [clients[0].find_profile(f"handle_{n}").user_id for n in range(2)] == [
        person.user_id for person in people
    ]
    assert unclaimed(hereabouts.profile.table, "HANDLE", "handle") == []


def test_renaming_deleting_and_claiming_leave_no_orphan(hereabouts: Hereabouts) -> None:
    """Whatever comes first: each handle is one person's who has it, or free."""
    owner = hereabouts.person("owner")
    mine = hereabouts.profile.client(owner.bearer)
    rivals = [hereabouts.person(f"rival{n}") for n in range(3)]
    theirs = [hereabouts.profile.client(rival.bearer) for rival in rivals]
    for handle in ("first", "second", "third"):
        mine.put_profile(owner.user_id, ProfileInput(handle=handle, display_name="Owner"))
        writes: list[Callable[[], object]] = [
            lambda: mine.patch_profile(owner.user_id, ProfilePatch(handle="renamed")),
            lambda: mine.delete_profile(owner.user_id),
            *(
                partial(
                    client.put_profile,
                    rival.user_id,
                    ProfileInput(handle=claimed, display_name="Rival"),
                    if_match=None,
                )
                for client, rival, claimed in zip(
                    theirs, rivals, (handle, handle, "renamed"), strict=True
                )
            ),
        ]

        outcomes = race(lambda n: writes[n](), len(writes))  # noqa: B023 - runs within the loop

        expected = (Conflict, NotFound, ServiceUnavailable)
        errors = [o for o in outcomes if isinstance(o, Exception)]
        assert [e for e in errors if not isinstance(e, expected)] == []
        assert unclaimed(hereabouts.profile.table, "HANDLE", "handle") == []
        for client, person in zip([mine, *theirs], [owner, *rivals], strict=True):
            client.delete_profile(person.user_id)
        assert everything(hereabouts.profile.table) == []


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
