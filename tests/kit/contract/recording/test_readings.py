"""What a consumer reads of an answer is noted, and nothing else."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from pactwright.client.errors import NotFound, StatusError
from pactwright.client.response import Response
from pactwright.contract.recording.messages import watch_error, watched_response
from pactwright.contract.recording.readings import Readings, watched
from pactwright.wire import Problem, ResponseMessage
from tests.kit.contract.recording.things import Owner, Thing, ThingPage

LAMP = UUID("5f0c7a52-3b1e-4a53-9d0e-0c1f7c3f9a10")
ALL = {
    ("thing_id",),
    ("name",),
    ("colour",),
    ("weight",),
    ("size",),
    ("changed_at",),
    ("shared",),
    ("owner",),
    ("owner", "name"),
}
UNSET = {("label",), ("lent",), ("marks",)}


def lamp() -> Thing:
    return Thing.model_validate_json(
        json.dumps(
            {
                "thing_id": str(LAMP),
                "name": "lamp",
                "colour": "red",
                "weight": 1.5,
                "size": 3,
                "changed_at": "2026-11-20T09:30:00Z",
                "shared": False,
                "owner": {"name": "Inês"},
            }
        )
    )


@dataclass(frozen=True)
class Found:
    status: str
    thing: Thing


@pytest.fixture
def readings() -> Readings:
    return Readings()


@pytest.fixture
def thing(readings: Readings) -> Thing:
    found: Thing = watched(lamp(), readings)
    return found


def test_an_attribute_is_one_field(thing: Thing, readings: Readings) -> None:
    """Fields below it are read when they are asked for."""
    assert thing.name == "lamp"
    assert thing.owner is not None
    assert readings.body == {("name",), ("owner",)}

    assert thing.owner.name == "Inês"
    assert ("owner", "name") in readings.body


def test_a_field_that_is_absent_is_read_too(thing: Thing, readings: Readings) -> None:
    """Whoever looks whether it is there relies on it."""
    assert thing.label is None
    assert readings.body == {("label",)}


def test_a_watched_value_is_of_its_class(thing: Thing, readings: Readings) -> None:
    """Neither isinstance nor a repr reads anything."""
    assert isinstance(thing, Thing)
    assert type(thing).__name__ == "Thing"
    assert repr(thing) == repr(lamp())
    assert str(thing) == str(lamp())
    assert readings.body == set()


WHOLE: dict[str, Callable[[Thing], object]] = {
    "model_dump": lambda thing: thing.model_dump(),
    "model_dump_json": lambda thing: thing.model_dump_json(),
    "model_copy": lambda thing: thing.model_copy(),
    "equality": lambda thing: thing == lamp(),
    "equality from the other side": lambda thing: lamp() == thing,
    "inequality": lambda thing: thing != lamp(),
    "equality within a dataclass": lambda thing: Found("", lamp()) == Found("", thing),
    "iteration": dict,
    "vars": vars,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda thing: thing.__reduce_ex__(4),
    "validation": lambda thing: ThingPage(items=[thing], next=None).model_dump(),
}


@pytest.mark.parametrize("use", WHOLE.values(), ids=WHOLE)
def test_who_takes_a_value_as_a_whole_reads_all_of_it(
    use: Callable[[Thing], object], thing: Thing, readings: Readings
) -> None:
    """What is set is read, what isn't is missed: which of it is used can't be known."""
    use(thing)

    assert readings.body - {()} == ALL
    assert readings.missed == UNSET


def test_watched_values_are_equal_to_plain_ones(thing: Thing) -> None:
    """From both sides, and to each other."""
    assert thing == lamp()
    assert lamp() == thing
    assert thing == watched(lamp(), Readings())
    assert thing != lamp().model_copy(update={"size": 4})
    assert copy.deepcopy(thing) == lamp()


def test_items_are_read_one_by_one(readings: Readings) -> None:
    """Each item is known by its index."""
    page: ThingPage = watched(ThingPage(items=[lamp(), lamp()], next=None), readings)

    assert [page.items[1].size, len(page.items)] == [3, 2]
    assert ("items", 1, "size") in readings.body
    assert ("items", 0, "size") not in readings.body


def test_scalars_in_a_list_are_read_with_it(readings: Readings) -> None:
    """Who has the list has them all."""
    page: ThingPage = watched(ThingPage(items=[], next=None, tags=["a", "b"]), readings)

    assert page.tags == ["a", "b"]
    assert readings.body == {("tags",), ("tags", 0), ("tags", 1)}


def test_which_fields_are_set_is_learnt_of_all(thing: Thing, readings: Readings) -> None:
    """Those that are not set are missed."""
    assert "name" in thing.model_fields_set
    assert ("name",) in readings.body
    assert readings.missed == UNSET


def test_what_is_missed_in_a_list_is_known_by_its_index(readings: Readings) -> None:
    """As what is read is."""
    page: ThingPage = watched(ThingPage(items=[lamp()], next=None), readings)

    assert page.model_dump()["next"] is None
    assert readings.missed == {("tags",), *(("items", 0, *place) for place in UNSET)}


def test_members_that_a_problem_does_not_name_are_read(readings: Readings) -> None:
    """By their names on the wire, there or not."""
    problem: Any = watched(Problem.model_validate({"retry_at": 5, "of": {"a": 1}}), readings)

    assert (problem.retry_at, problem.of) == (5, {"a": 1})
    assert not hasattr(problem, "balance")
    assert readings.body == {("retry_at",), ("of",), ("of", "a"), ("balance",)}


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301


def test_what_is_watched_can_be_pickled(thing: Thing, readings: Readings) -> None:
    """It is plain afterwards, so all of it is read."""
    found = pickled(thing)

    assert (found, type(found)) == (lamp(), Thing)
    assert readings.body - {()} == ALL


def test_an_error_can_be_pickled(readings: Readings) -> None:
    """It is plain afterwards, so all of its problem is read."""
    error = missing(body=None)
    watch_error(error, readings)
    found = pickled(error)

    assert (type(found), found.problem, str(found)) == (NotFound, error.problem, str(error))
    assert readings.body - {()} == {("type",), ("request_id",), ("retry_at",)}


@pytest.mark.parametrize("text", ["<p>lamp</p>", ""])
def test_text_is_read_as_a_whole(text: str, readings: Readings) -> None:
    """Who gets it reads it."""
    assert watched(text, readings) == text
    assert readings.body == {()}


def response(value: Any) -> Response[Any]:
    headers = {"ETag": '"1"', "Age": "3"}
    return Response(value=value, status=200, headers=headers, elapsed=0.1)


def test_headers_are_noted_whether_or_not_they_are_there(readings: Readings) -> None:
    """By lower-case name."""
    found = watched_response(response(lamp()), readings)

    assert found.etag == '"1"'
    assert "Link" not in found.headers
    assert readings.headers == {"etag", "link"}
    assert readings.body == set()


def test_who_goes_through_the_headers_reads_all(readings: Readings) -> None:
    """Those that are there."""
    found = watched_response(response(lamp()), readings)

    assert dict(found.headers) == {"ETag": '"1"', "Age": "3"}
    assert len(found.headers) == 2
    assert readings.headers == {"etag", "age"}


def missing(**more: Any) -> NotFound:
    body = b'{"type": "about:missing", "request_id": "r-1"}'
    message = ResponseMessage(404, {"retry-after": "3", "etag": '"1"'}, body)
    settings: dict[str, Any] = {"retry_after": 3.0, "body": Owner(name="x"), **more}
    problem = Problem.model_validate({"type": "about:missing", "request_id": "r-1", "retry_at": 5})
    return NotFound("not found", response=message, problem=problem, **settings)


ERRORS: dict[str, tuple[Callable[[Any], object], set[Any], set[str]]] = {
    "status": (lambda error: error.status, set(), set()),
    "text": (str, set(), set()),
    "problem.type": (lambda error: error.problem.type, {("type",)}, set()),
    "body": (lambda error: error.body.name, {("name",)}, set()),
    "errors": (lambda error: error.errors, {("errors",)}, set()),
    "request_id": (lambda error: error.request_id, {("request_id",)}, set()),
    "retry_after": (lambda error: error.retry_after, set(), {"retry-after"}),
    "headers": (lambda error: error.headers["etag"], set(), {"etag"}),
    "header": (lambda error: error.response.header("ETag"), set(), {"etag"}),
    "extra": (lambda error: error.problem.retry_at, {("retry_at",)}, set()),
    "bytes": (lambda error: error.response.body, {(), ("type",), ("request_id",)}, set()),
}


@pytest.mark.parametrize(("use", "body", "headers"), ERRORS.values(), ids=ERRORS)
def test_errors_note_what_is_read_of_their_answer(
    use: Callable[[StatusError], object], body: set[Any], headers: set[str], readings: Readings
) -> None:
    """Body, problem, header fields and what is made of them."""
    error = missing()
    watch_error(error, readings)

    use(error)

    assert (readings.body, readings.headers) == (body, headers)


def test_a_text_body_of_an_error_is_read_by_who_looks_at_it(readings: Readings) -> None:
    """Not by who catches the error."""
    error = missing(body="<p>nobody</p>")
    watch_error(error, readings)
    assert readings.body == set()

    assert error.body == "<p>nobody</p>"
    assert readings.body == {()}


def test_an_error_is_caught_and_named_as_ever(readings: Readings) -> None:
    """Production code can't tell it from a plain one."""
    error = missing()
    watch_error(error, readings)
    watch_error(error, readings)

    assert isinstance(error, NotFound)
    assert error.__class__ is NotFound
    assert type(error).__name__ == "NotFound"
