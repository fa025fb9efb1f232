"""What a pact made by hand lets one tell."""

from __future__ import annotations

import pytest

from tests.contracts.mutations.made import INES, interaction
from tests.contracts.mutations.oracle import (
    counts,
    mentions,
    needs,
    needs_all,
    orders,
    pins,
    reads,
    reads_header,
)


@pytest.mark.parametrize(
    ("path", "whether"),
    [
        (("label",), True),
        (("place",), True),
        (("place", "latitude"), True),
        (("place", "longitude"), False),
        (("items", "*", "name"), True),
        (("items", "*"), True),
        (("lab",), False),
    ],
)
def test_what_is_read(path: tuple[str, ...], whether: bool) -> None:
    """A place is read if it or anything in it is expected."""
    body = {"label": None, "place": {"latitude": 1.5}, "items": [{"name": "a"}]}

    assert reads(interaction(body), path) is whether


@pytest.mark.parametrize(
    ("name", "value", "whether"),
    [
        ("user_id", INES, True),
        ("label", "Lisbon", True),
        ("title", "on", False),
        ("latitude", 38.7223, True),
        ("accuracy", 25, True),
        ("distance", 25, False),
        ("limit", 20, False),
        ("created_at", "2026-11-20T09:30:00Z", False),
        ("active", False, True),
        ("next", None, False),
    ],
)
def test_what_is_pinned(name: str, value: object, whether: bool) -> None:
    """A boolean is pinned, and what says again what the request or a state says."""
    sent = {"accuracy": 25, "short": "on", "active": True}
    given = interaction({name: value}, sent=sent, states={"label": "Lisbon", "north": 38.7223})

    assert pins(given, (name,)) is whether


@pytest.mark.parametrize(
    ("pointer", "whether"),
    [("/place/latitude", True), ("/limit", True), ("/label", False), ("place", False)],
)
def test_a_pointer_into_the_request_is_pinned(pointer: str, whether: bool) -> None:
    """It says which part of the request is wrong."""
    given = interaction({"errors": [{"pointer": pointer}]}, sent={"place": {"latitude": 91}})

    assert pins(given, ("errors", "*", "pointer")) is whether


def test_an_echo_in_a_list_is_pinned() -> None:
    """So is one that a state has in a list."""
    given = interaction({"items": [{"scope": "read"}]}, states={"scopes": ["write", "read"]})

    assert pins(given, ("items", "*", "scope"))


@pytest.mark.parametrize(
    ("items", "whether"),
    [
        ([], True),
        (["a"], False),
        (["a", "b"], False),
        (["thing"], True),
        (["a", "thing"], False),
        ([{"of": "thing", "size": 3}], True),
        ([{"of": "a"}, {"of": "b"}], False),
        ([{"of": "a"}, {"of": "b", "size": 3}], True),
    ],
)
def test_how_many_items_there_are(items: list[object], whether: bool) -> None:
    """Items stand for one or more like them; they are counted where they are known, or none."""
    it = interaction({"items": items}, states={"audience": ["thing"]})

    assert counts(it, ("items",)) is whether


@pytest.mark.parametrize(
    ("names", "whether"), [(["ines"], False), (["ines", "kamau"], True), (["one", "two"], False)]
)
def test_the_order_of_items(names: list[str], whether: bool) -> None:
    """It counts where items differ in what is pinned."""
    body = {"items": [{"name": name} for name in names]}

    assert orders(interaction(body, states={"who": ["ines", "kamau"]}), ("items",)) is whether


def test_what_a_text_mentions() -> None:
    """A text is held to what it says again of the request and the states."""
    states = {"name": "Inês", "initial": "I"}

    assert mentions(interaction("<h1>Inês</h1>", states=states))
    assert not mentions(interaction("<h1>I am nobody</h1>", states=states))


def test_a_header_is_read_by_its_name_in_any_case() -> None:
    """Names of headers are the same in small letters."""
    assert reads_header(interaction(headers={"ETag": '"1"'}), "etag")
    assert not reads_header(interaction(), "etag")


@pytest.mark.parametrize(
    ("status", "media_type", "whether"),
    [
        (200, "application/json", True),
        (400, "application/json", True),
        (404, "application/problem+json", False),
    ],
)
def test_when_all_of_a_body_has_to_fit(status: int, media_type: str, whether: bool) -> None:
    """With success, and with an error that is no problem: only problems are read leniently."""
    given = interaction({"error": "x"}, status=status, media_type=media_type)

    assert needs_all(given) is whether


@pytest.mark.parametrize(
    ("path", "whether"),
    [(("errors", "*", "detail"), True), (("detail",), False), (("type",), True)],
)
def test_what_has_to_fit_in_a_problem(path: tuple[str, ...], whether: bool) -> None:
    """All of a member of which anything is read."""
    body = {"type": "about:blank", "errors": [{"pointer": "/label"}]}
    given = interaction(body, status=422, media_type="application/problem+json")

    assert needs(given, path) is whether


def test_an_error_that_is_not_read_may_be_anything() -> None:
    """Its status is all that counts."""
    assert not needs_all(interaction(status=400))
