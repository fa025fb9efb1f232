from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pactwright.client import FunctionTransport, errors
from pactwright.wire import Response, ResponseMessage
from tests.kit.client.things import BASE, LIST_THINGS, Script, ThingClient, answer, content


def page(names: list[str], cursor: str | None = None) -> ResponseMessage:
    items = [{"id": str(UUID(int=n)), "name": name} for n, name in enumerate(names)]
    return answer(200, {"items": items, **({"next_cursor": cursor} if cursor is not None else {})})


def client(script: Script) -> ThingClient:
    return ThingClient(BASE, transport=script.transport, retries=None)


def cursors(script: Script) -> list[list[str] | None]:
    return [
        parse_qs(urlsplit(str(r.url)).query, keep_blank_values=True).get("cursor")
        for r in script.requests
    ]


@given(st.lists(st.lists(st.text("abc", max_size=3), max_size=3), min_size=1, max_size=5))
def test_all_items_of_all_pages_come_in_their_order(pages: list[list[str]]) -> None:
    """An empty page in between does not end the list."""

    def answering(request: requests.PreparedRequest) -> ResponseMessage:
        number = int(parse_qs(urlsplit(str(request.url)).query).get("cursor", ["0"])[0])
        following = str(number + 1) if number + 1 < len(pages) else None
        return page(pages[number], following)

    things = ThingClient(BASE, transport=FunctionTransport(answering))

    found = [thing.name for thing in things.iterate_things()]

    assert found == [name for names in pages for name in names]


def test_pages_are_asked_for_when_they_are_needed() -> None:
    """Who takes the first item pays for one page."""
    script = Script(page(["a", "b"], "2"), page(["c"]))

    iterator = client(script).iterate_things()
    assert not script.requests
    assert (next(iterator).name, next(iterator).name) == ("a", "b")
    assert len(script.requests) == 1

    assert [thing.name for thing in iterator] == ["c"]
    assert cursors(script) == [None, ["2"]]


@pytest.mark.parametrize("end", ["", None])
def test_a_list_ends_without_a_next_cursor(end: str | None) -> None:
    """Left out, or empty."""
    script = Script(page(["a"], end))

    assert len(list(client(script).iterate_things())) == 1
    assert len(script.requests) == 1


@pytest.mark.parametrize("following", [["x"], ["x", "y", "x"]], ids=["itself", "a ring"])
def test_a_cursor_that_comes_again_ends_the_list(following: list[str]) -> None:
    """A provider's fault must not make a caller go on for ever."""
    script = Script(*[page(["a"], cursor) for cursor in following])

    found = list(client(script).iterate_things())

    assert len(found) == len(script.requests) == len(set(following)) + 1


def test_a_list_can_start_at_a_cursor() -> None:
    """To go on where one stopped."""
    script = Script(page(["a"], "7"))

    assert len(list(client(script).iterate_things(cursor="7"))) == 1
    assert cursors(script) == [["7"]]


def test_a_page_that_fails_raises_where_it_is_needed() -> None:
    """The items before it were given."""
    script = Script(page(["a"], "2"), answer(500))
    found: list[Any] = []

    with pytest.raises(errors.InternalServerError):
        found.extend(client(script).iterate_things())

    assert len(found) == 1


def test_a_page_need_not_be_a_model() -> None:
    """A document may leave a page's type open; then it is plain JSON."""
    untyped = replace(LIST_THINGS, responses={"200": Response(contents=content(dict[str, Any]))})
    script = Script(page(["a"], "2"), page(["b"]))

    found = client(script)._pages(untyped, {}, {})

    assert [item["name"] for item in found] == ["a", "b"]


def test_options_hold_for_each_page() -> None:
    """Headers and the like are sent with all of them."""
    script = Script(page(["a"], "2"), page(["b"]))

    list(client(script).iterate_things(headers={"X-Tenant": "t"}))

    assert [r.headers["X-Tenant"] for r in script.requests] == ["t", "t"]
