"""An account that is deleted takes its profile and location along, whatever comes in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest

from hereabouts.authentication.messages import USER_DELETED
from hereabouts.location import models as location_models
from hereabouts.profile import models as profile_models
from pactwright.client.errors import (
    Conflict,
    NotFound,
    PreconditionFailed,
    Unauthorized,
)
from pactwright.service.errors import Unavailable
from pactwright.wire import decode_message
from services.location.deletions import BURIED_SECONDS
from tests.services.composition import Hereabouts, SignedIn
from tests.services.deliveries import MOST_RECEIVED, handed, received, removal
from tests.services.doubles import START, refusal
from tests.services.faults import FailingTables

PLACE: Final = location_models.LocationInput(latitude=38.7, longitude=-9.1)


def profile_of(handle: str = "ines") -> profile_models.ProfileInput:
    """A profile to be put."""
    return profile_models.ProfileInput(handle=handle, display_name="Inês")


def settled(hereabouts: Hereabouts) -> SignedIn:
    """A person with a profile and a location."""
    ines = hereabouts.person("ines-almeida")
    hereabouts.location.client(ines.bearer).put_location(ines.user_id, PLACE)
    hereabouts.profile.client(ines.bearer).put_profile(ines.user_id, profile_of())
    return ines


def leave(hereabouts: Hereabouts, person: SignedIn) -> None:
    """Delete a person's account."""
    hereabouts.authentication.client(person.bearer).delete_current_user()


def has_location(hereabouts: Hereabouts, user_id: UUID) -> bool:
    """Whether Location gives a service one."""
    reader = hereabouts.service_token("reader", "locations:read", audience=("location",))
    found = hereabouts.location.client(reader).list_locations(user_id=[user_id]).locations
    try:
        hereabouts.location.client(reader).get_location(user_id)
    except NotFound:
        assert found == []
        return False
    assert len(found) == 1
    return True


def has_profile(hereabouts: Hereabouts, user_id: UUID) -> bool:
    """Whether Profile shows anyone one."""
    anyone = hereabouts.profile.client()
    listed = [item for item in anyone.list_profiles().items if item.user_id == user_id]
    try:
        anyone.get_profile(user_id)
    except NotFound:
        assert listed == []
        return False
    return True


def message(hereabouts: Hereabouts, user_id: UUID) -> str:
    """What is published of a user's deletion."""
    change = removal({"pk": f"USER#{user_id}", "sk": "USER"}, START, 1)
    handed(hereabouts.authentication.handler, [change])
    ((text, _),) = hereabouts.queues["location"].waiting.values()
    for queue in hereabouts.queues.values():
        queue.waiting.clear()
    return str(text)


def test_profile_and_location_go_with_the_account(hereabouts: Hereabouts) -> None:
    """Those of others stay, and the handle is free for the next one."""
    ines = settled(hereabouts)
    rui = hereabouts.person("rui-costa")
    hereabouts.location.client(rui.bearer).put_location(rui.user_id, PLACE)
    hereabouts.profile.client(rui.bearer).put_profile(rui.user_id, profile_of("rui"))

    leave(hereabouts, ines)
    assert hereabouts.deliver() == 0

    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)
    assert has_location(hereabouts, rui.user_id)
    assert has_profile(hereabouts, rui.user_id)
    with pytest.raises(NotFound):
        hereabouts.profile.client().find_profile("ines")
    hereabouts.profile.client(rui.bearer).put_profile(rui.user_id, profile_of("ines"), if_match="*")


@pytest.mark.any_table
def test_message_says_who_was_deleted_and_when(hereabouts: Hereabouts) -> None:
    """As its document has it, the same each time."""
    ines = hereabouts.register("ines-almeida")

    first, second = message(hereabouts, ines), message(hereabouts, ines)

    told = decode_message(USER_DELETED, first)
    assert first == second
    assert (told.id, told.source) == (f"user-deleted-{ines}", "/authentication")
    assert told.data.user_id == ines
    assert told.time == told.data.deleted_at
    assert told.time.timestamp() == START


@pytest.mark.any_table
@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("MODIFY", {"pk": f"USER#{UUID(int=1)}", "sk": "USER"}),
        ("INSERT", {"pk": f"USER#{UUID(int=1)}", "sk": "USER"}),
        ("REMOVE", {"pk": f"USER#{UUID(int=1)}", "sk": "SESSION#1"}),
        ("REMOVE", {"pk": "USERNAME#ines", "sk": "USERNAME"}),
        ("REMOVE", {"pk": "TOKEN#abc", "sk": "TOKEN"}),
    ],
)
def test_other_changes_are_told_nobody(
    hereabouts: Hereabouts, kind: str, key: dict[str, str]
) -> None:
    """Not even where the event source lets them through."""
    change = {**removal(key, START, 1), "eventName": kind}

    assert handed(hereabouts.authentication.handler, [change]) == frozenset()

    assert not hereabouts.queues["location"].waiting


def test_what_is_written_before_the_message_comes_goes_with_it(hereabouts: Hereabouts) -> None:
    """A token that was looked at just before its account was deleted."""
    ines = settled(hereabouts)
    text = message(hereabouts, ines.user_id)
    hereabouts.profile.client(ines.bearer).put_profile(
        ines.user_id, profile_of("ines_2"), if_match="*"
    )

    for name in ("location", "profile"):
        handed(hereabouts.service(name).handler, [received("m", text)])

    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)
    for handle in ("ines", "ines_2"):
        with pytest.raises(NotFound):
            hereabouts.profile.client().find_profile(handle)


def test_what_is_written_after_the_message_came_is_refused(hereabouts: Hereabouts) -> None:
    """Whatever the writer asks for, as long as its token could still be on its way; and longer."""
    ines = settled(hereabouts)
    text = message(hereabouts, ines.user_id)
    for name in ("location", "profile"):
        handed(hereabouts.service(name).handler, [received("m", text)])
    location = hereabouts.location.client(ines.bearer)
    profile = hereabouts.profile.client(ines.bearer)
    hereabouts.clock.forward(600)

    writes: list[Callable[[], Any]] = [
        lambda: location.put_location(ines.user_id, PLACE),
        lambda: location.put_location(ines.user_id, PLACE, if_match="*"),
        lambda: location.put_location(ines.user_id, PLACE, if_none_match="*"),
        lambda: profile.put_profile(ines.user_id, profile_of()),
        lambda: profile.put_profile(ines.user_id, profile_of(), if_none_match="*"),
    ]
    for write in writes:
        with pytest.raises(Unauthorized) as caught:
            write()
        assert 'error="invalid_token"' in caught.value.headers["WWW-Authenticate"]
    with pytest.raises(NotFound):
        profile.patch_profile(ines.user_id, profile_models.ProfilePatch(display_name="I."))
    with pytest.raises(NotFound):
        profile.put_profile_location(ines.user_id, _place())
    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)


def _place() -> profile_models.LocationInput:
    return profile_models.LocationInput(latitude=38.7, longitude=-9.1)


def test_deleting_by_hand_leaves_the_tombstone(hereabouts: Hereabouts) -> None:
    """Or what is on its way could be written after all."""
    ines = settled(hereabouts)
    text = message(hereabouts, ines.user_id)
    for name in ("location", "profile"):
        handed(hereabouts.service(name).handler, [received("m", text)])
    location = hereabouts.location.client(ines.bearer)
    profile = hereabouts.profile.client(ines.bearer)

    location.delete_location(ines.user_id)
    profile.delete_profile(ines.user_id)
    with pytest.raises(PreconditionFailed):
        location.delete_location(ines.user_id, if_match="*")
    with pytest.raises(PreconditionFailed):
        profile.delete_profile(ines.user_id, if_match="*")

    with pytest.raises(Unauthorized):
        location.put_location(ines.user_id, PLACE)
    with pytest.raises(Unauthorized):
        profile.put_profile(ines.user_id, profile_of())


@pytest.mark.any_table
def test_tombstone_tells_when_it_may_go(hereabouts: Hereabouts) -> None:
    """To DynamoDB, by the attribute that the template names; nothing else is kept of the user."""
    ines = settled(hereabouts)

    leave(hereabouts, ines)
    hereabouts.deliver()

    for service, sort_key in ((hereabouts.location, "LOCATION"), (hereabouts.profile, "PROFILE")):
        key = {"pk": f"USER#{ines.user_id}", "sk": sort_key}
        kept = service.table.get(key, consistent=True)
        assert kept == {**key, "buried": True, "expires_at": int(START) + BURIED_SECONDS}


def test_the_same_message_again_does_no_harm(hereabouts: Hereabouts) -> None:
    """In one batch, in the next, after the handle has gone to somebody else."""
    ines = settled(hereabouts)
    text = message(hereabouts, ines.user_id)
    leave(hereabouts, ines)
    hereabouts.deliver()
    rui = hereabouts.person("rui-costa")
    hereabouts.profile.client(rui.bearer).put_profile(rui.user_id, profile_of("ines"))

    for name in ("location", "profile"):
        batch = [received(f"m{i}", text) for i in range(3)]
        assert handed(hereabouts.service(name).handler, batch) == frozenset()

    assert hereabouts.profile.client().find_profile("ines").user_id == rui.user_id
    assert not has_profile(hereabouts, ines.user_id)


@pytest.mark.any_table
def test_messages_of_several_users_in_any_order(hereabouts: Hereabouts) -> None:
    """Each is about one user alone."""
    people = [hereabouts.person(f"person-{i}") for i in range(3)]
    for number, person in enumerate(people):
        hereabouts.location.client(person.bearer).put_location(person.user_id, PLACE)
        hereabouts.profile.client(person.bearer).put_profile(
            person.user_id, profile_of(f"person_{number}")
        )
    texts = [message(hereabouts, person.user_id) for person in people]

    for name in ("location", "profile"):
        batch = [received(f"m{i}", texts[i]) for i in (2, 0)]
        handed(hereabouts.service(name).handler, batch)

    assert [has_location(hereabouts, p.user_id) for p in people] == [False, True, False]
    assert [has_profile(hereabouts, p.user_id) for p in people] == [False, True, False]


@pytest.mark.any_table
def test_unreachable_topic_loses_nothing(hereabouts: Hereabouts) -> None:
    """The stream keeps the deletion until it is told; the account is gone all the same."""
    ines = settled(hereabouts)
    hereabouts.topic.fault = Unavailable("SNS publish: EndpointConnectionError")

    leave(hereabouts, ines)
    assert [hereabouts.deliver() for _ in range(3)] == [1, 1, 1]
    assert has_location(hereabouts, ines.user_id)

    hereabouts.topic.fault = None
    assert hereabouts.deliver() == 0
    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)
    assert {failure.transient for failure in hereabouts.authentication.told.failures} == {True}
    told = hereabouts.authentication.told.deliveries
    assert [(d.message, d.source, d.failed) for d in told] == [
        *[("user_deleted", "stream", True)] * 3,
        ("user_deleted", "stream", False),
    ]


@pytest.fixture
def tables(make_table: Callable[[str], Any]) -> FailingTables:
    """Tables that can be made to fail."""
    return FailingTables(make_table)


@pytest.mark.any_table
@pytest.mark.parametrize("service", ["location", "profile"])
def test_failing_table_has_the_message_come_again(
    tables: FailingTables, seen: set[Any], service: str
) -> None:
    """Until it works, or the message has come too often: then it is a dead letter, not lost."""
    hereabouts = Hereabouts(tables, seen)
    ines = settled(hereabouts)
    leave(hereabouts, ines)

    tables.fail(service, refusal("ProvisionedThroughputExceededException"))
    waiting = [hereabouts.deliver() for _ in range(MOST_RECEIVED)]
    tables.fail(service, None)

    assert waiting == [1] * (MOST_RECEIVED - 1) + [0]
    (dead,) = hereabouts.queues[service].dead
    hereabouts.queues[service].send(dead)  # as an operator does
    assert hereabouts.deliver() == 0
    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)


@pytest.mark.any_table
@pytest.mark.parametrize("service", ["location", "profile"])
@pytest.mark.parametrize("poison", ["", "{", "[]", '{"type": "example.hereabouts.user.created"}'])
def test_poison_ends_as_a_dead_letter_and_holds_up_nobody(
    hereabouts: Hereabouts, service: str, poison: str
) -> None:
    """What can't be read comes again, for a later release may read it, and then is put away."""
    ines = settled(hereabouts)
    hereabouts.queues[service].send(poison)
    leave(hereabouts, ines)

    assert hereabouts.deliver() == 1
    assert not has_location(hereabouts, ines.user_id)
    assert not has_profile(hereabouts, ines.user_id)
    for _ in range(MOST_RECEIVED):
        hereabouts.deliver()

    assert hereabouts.queues[service].dead == [poison]
    told = hereabouts.service(service).told
    assert {failure.transient for failure in told.failures} == {False}
    assert [d.attempt for d in told.deliveries if d.failed] == [*range(1, MOST_RECEIVED + 1)]


@pytest.mark.any_table
def test_username_and_account_are_free_of_the_old_ones(hereabouts: Hereabouts) -> None:
    """Who registers with the name of a deleted user is another one, and writes as anybody."""
    ines = settled(hereabouts)
    leave(hereabouts, ines)
    again = hereabouts.person("ines-almeida")
    hereabouts.location.client(again.bearer).put_location(again.user_id, PLACE)
    with pytest.raises(Conflict):
        hereabouts.profile.client(again.bearer).put_profile(again.user_id, profile_of())

    hereabouts.deliver()

    hereabouts.profile.client(again.bearer).put_profile(again.user_id, profile_of())
    assert again.user_id != ines.user_id
    assert has_location(hereabouts, again.user_id)
    assert has_profile(hereabouts, again.user_id)
