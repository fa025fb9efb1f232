"""Service clients, their tokens, and counts, in the table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pactwright.service.dynamodb import Table
from pactwright.service.errors import ConditionFailed
from services.authentication import items
from services.authentication.clients import ClientChanged
from services.authentication.records import ServiceClient, Token
from services.authentication.table import AuthenticationTable
from tests.services.doubles import START
from tests.services.racing import WRITERS, race

NOW = int(START)


def test_service_token_lives_as_long_as_its_client(kept: AuthenticationTable, table: Table) -> None:
    """Without the client it is not found."""
    issued = Token("own", "access", "locations:read", NOW, NOW + 900, "profile", audience=("a",))
    kept.replace_client(None, ServiceClient("profile", ("hash",)))
    kept.add_token(issued)
    assert kept.find_token("own") == issued

    table.delete(items.client_key("profile"))

    assert kept.find_token("own") is None


def test_token_is_never_replaced(kept: AuthenticationTable) -> None:
    """The same digest a second time would be a fault of the random source."""
    issued = Token("own", "access", "s", NOW, NOW + 900, "profile")
    kept.add_token(issued)

    with pytest.raises(ConditionFailed):
        kept.add_token(replace(issued, scope="more"))


def test_client_is_found_as_it_was_put(kept: AuthenticationTable) -> None:
    """And replaced as a whole."""
    client = ServiceClient("profile", ("one", "two"), frozenset({"b", "a"}), ("location",))
    kept.replace_client(None, client)
    assert kept.get_client("profile") == client
    assert kept.get_client("unknown") is None

    kept.replace_client(client, ServiceClient("profile", ("three",)))

    assert kept.get_client("profile") == ServiceClient("profile", ("three",))


@pytest.mark.parametrize(
    "meanwhile",
    [
        ServiceClient("profile", ("one",), generation=2),
        ServiceClient("profile", ("two", "one")),
        ServiceClient("profile", ("one",), frozenset({"a"})),
        ServiceClient("profile", ("one",), audience=("location",)),
    ],
    ids=["tokens ended", "a secret more", "another scope", "another audience"],
)
def test_change_of_a_client_is_never_undone_by_another(
    kept: AuthenticationTable, meanwhile: ServiceClient
) -> None:
    """Who read it before has to read it again, whatever was changed."""
    read = ServiceClient("profile", ("one",))
    kept.replace_client(None, read)
    kept.replace_client(read, meanwhile)

    with pytest.raises(ClientChanged):
        kept.replace_client(read, ServiceClient("profile", ("three",)))

    assert kept.get_client("profile") == meanwhile


def test_count_stops_at_the_limit(kept: AuthenticationTable) -> None:
    """And begins anew once it is reset."""
    counted = [kept.increment("key", 3, NOW) for _ in range(5)]
    kept.reset("key")

    assert counted == [1, 2, 3, None, None]
    assert kept.increment("key", 3, NOW) == 1


def test_counts_are_apart(kept: AuthenticationTable) -> None:
    """One key at its limit stops no other."""
    kept.increment("one", 1, NOW)

    assert not kept.increment("one", 1, NOW)
    assert kept.increment("other", 1, NOW)


@pytest.mark.parametrize("limit", [1, 25, WRITERS * 6])
def test_count_is_exact_under_threads(kept: AuthenticationTable, limit: int) -> None:
    """As many get through as the limit says, never one more."""
    attempts = race(lambda _: [kept.increment("key", limit, NOW) for _ in range(6)])

    counted = [each for thread in attempts if isinstance(thread, list) for each in thread]
    assert len(counted) == WRITERS * 6
    assert sorted(each for each in counted if each) == list(range(1, limit + 1))


def test_mark_lasts_as_long_as_it_was_set_for(kept: AuthenticationTable) -> None:
    """Also where DynamoDB has not deleted it yet; setting it again keeps it longer."""
    assert not kept.is_marked("key", NOW)

    kept.mark("key", NOW + 10)

    assert kept.is_marked("key", NOW + 9)
    assert not kept.is_marked("key", NOW + 10)
    assert not kept.is_marked("other", NOW)
    kept.mark("key", NOW + 20)
    assert kept.is_marked("key", NOW + 10)
