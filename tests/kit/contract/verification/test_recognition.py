"""A stub takes a request for an interaction's only if it is the same."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.contract.pacts import Request
from pactwright.contract.recognition import differences, is_at
from pactwright.local.endpoint import Received

JSON = {"content-type": "application/json"}


def differs(wanted: dict[str, Any], received: dict[str, Any]) -> list[str]:
    request = Request(**{"method": "GET", "path": "/x", **wanted})
    return [*differences(request, Received(**{"method": "GET", "target": "/x", **received}))]


@pytest.mark.parametrize(
    ("wanted", "received"),
    [
        ({}, {"headers": {"accept": "*/*"}}),
        ({"query": {"a": ("1", "2"), "b": ("ç d",)}}, {"target": "/x?a=1&b=%C3%A7+d&a=2"}),
        ({"headers": {"Authorization": "Bearer t"}}, {"headers": {"authorization": "Bearer t"}}),
        (
            {"media_type": "application/json", "body": {"a": 1, "b": [2.5]}},
            {"body": b'{"b": [2.5], "a": 1.0}', "headers": JSON},
        ),
        (
            {"media_type": "application/x-www-form-urlencoded", "body": "a=1&b=x+y"},
            {"body": b"b=x%20y&a=1"},
        ),
        ({"media_type": "text/plain", "body": "as it is"}, {"body": b"as it is"}),
    ],
)
def test_what_says_the_same_is_the_same(wanted: dict[str, Any], received: dict[str, Any]) -> None:
    """However it is encoded or ordered, and whatever headers it has besides."""
    assert differs(wanted, received) == []


@pytest.mark.parametrize(
    ("wanted", "received", "said"),
    [
        ({"query": {"a": ("1", "2")}}, {"target": "/x?a=2&a=1"}, "the query is"),
        ({}, {"target": "/x?a="}, "the query is"),
        ({"headers": {"If-Match": '"a"'}}, {}, "If-Match is None, not '\"a\"'"),
        ({}, {"body": b"{}"}, "the body is '{}'"),
        (
            {"media_type": "application/json", "body": {"a": 1}},
            {"body": b'{"a": true}'},
            "the body",
        ),
        ({"media_type": "application/json", "body": [1, 2]}, {"body": b"[1]"}, "the body"),
        ({"media_type": "application/json", "body": 1}, {"body": b"{"}, "the body is '{'"),
        ({"media_type": "text/plain", "body": "a"}, {"body": b"b"}, "the body is 'b'"),
    ],
)
def test_what_says_something_else_is_told(
    wanted: dict[str, Any], received: dict[str, Any], said: str
) -> None:
    """By what differs."""
    (difference,) = differs(wanted, received)

    assert difference.startswith(said)


@pytest.mark.parametrize(
    ("path", "target", "same"),
    [
        ("/a%20b", "/a%20b?x=1", True),
        ("/caf%C3%A9", "/caf%c3%a9", True),
        ("/a%2Fb", "/a/b", False),
        ("/a", "/a/", False),
    ],
)
def test_paths_are_compared_by_segment(path: str, target: str, *, same: bool) -> None:
    """An encoded slash divides nothing."""
    request = Request(method="GET", path=path)

    assert is_at(request, Received(method="GET", target=target)) is same


def test_methods_are_compared_as_they_are() -> None:
    """HEAD is not GET."""
    assert not is_at(Request(method="GET", path="/"), Received(method="HEAD", target="/"))


def test_parameter_that_an_interaction_lacks_makes_another_request() -> None:
    """If-Match changes what is asked; what is no parameter of the operation doesn't."""
    received = Received(method="GET", target="/x", headers={"if-match": '"a"', "accept": "*/*"})
    plain = Request(method="GET", path="/x")
    conditional = Request(method="GET", path="/x", headers={"If-Match": '"a"'})

    assert [*differences(plain, received, ["If-Match"])] == ["If-Match is sent"]
    assert [*differences(conditional, received, ["If-Match"])] == []
