"""What is pinned by value follows from the document, the request and the states."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from pactwright.contract.pacts import State
from pactwright.contract.recording.matching import rules
from pactwright.contract.recording.recorder import only
from pactwright.wire import FieldError
from tests.kit.contract.recording.conftest import Expect
from tests.kit.contract.recording.things import (
    CHANGED,
    GET_THING,
    LAMP,
    LIST_THINGS,
    PUT_THING,
    SHOW_LABEL,
    MissingProblem,
    NewThing,
    Owner,
    RefusedProblem,
    Thing,
    ThingPage,
    bare,
)

UUID_FORM = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
EQUAL = [{"match": "equality"}]


def matchers(found: dict[str, Any], place: str, part: str = "body") -> Any:
    return found[part][place]["matchers"]


ALIKE: list[tuple[dict[str, Any], str, Any]] = [
    ({"name": "a lamp"}, "$.name", [{"match": "type"}, {"match": "regex", "regex": "^.+$"}]),
    ({"weight": 2.5}, "$.weight", [{"match": "number"}]),
    ({"size": 4}, "$.size", [{"match": "integer"}]),
    ({"label": "on the shelf"}, "$.label", [{"match": "type"}]),
    ({"owner": Owner(name="Inês")}, "$.owner.name", [{"match": "type"}]),
]


@pytest.mark.parametrize(("fields", "place", "wanted"), ALIKE, ids=[each[1] for each in ALIKE])
def test_values_match_by_type_and_form(
    expect: Expect, fields: dict[str, Any], place: str, wanted: Any
) -> None:
    """As the schema says, not the value."""
    found = rules(expect(GET_THING, answer=only(Thing, **fields)))

    assert matchers(found, place) == wanted
    assert "$" not in found["body"]


def test_formats_match_by_their_form(expect: Expect) -> None:
    """A UUID is a UUID, and null is none of it."""
    found = rules(expect(LIST_THINGS, answer=only(ThingPage, items=[only(Thing, "thing_id")])))

    assert matchers(found, "$.items[*].thing_id") == [
        {"match": "type"},
        {"match": "regex", "regex": UUID_FORM},
    ]


def test_what_steers_behaviour_is_pinned(expect: Expect) -> None:
    """Values of a list, constants and booleans."""
    found = rules(expect(GET_THING, answer=only(Thing, "colour", "shared")))
    missing = rules(expect(GET_THING, status=404, answer=only(MissingProblem, "type")))

    assert [matchers(found, "$.colour"), matchers(found, "$.shared")] == [EQUAL, EQUAL]
    assert matchers(missing, "$.type") == EQUAL


def test_the_type_of_any_problem_is_pinned(expect: Expect) -> None:
    """Even where the document lets it be any; the type of anything else is a text."""
    problem = only(MissingProblem, type="https://shop.example/odd")
    odd = rules(expect(GET_THING, status=500, answer=problem))

    assert matchers(odd, "$.type") == EQUAL


@pytest.mark.parametrize("flag", [True, False])
def test_a_boolean_that_may_be_null_is_pinned(expect: Expect, flag: bool) -> None:
    """As any is."""
    found = rules(expect(GET_THING, answer=only(Thing, lent=flag)))

    assert matchers(found, "$.lent") == EQUAL


def test_null_is_pinned(expect: Expect) -> None:
    """A consumer that expects null relies on it."""
    found = rules(expect(GET_THING, answer=only(Thing, owner=None)))

    assert matchers(found, "$.owner") == EQUAL


def test_echoes_are_pinned(expect: Expect) -> None:
    """What the request or a state says is told again; a time, however it is written in UTC."""
    states = [State("a thing", thing_id=LAMP, changed_at=CHANGED, size=3, shelf=7)]
    answer = only(Thing, "thing_id", "changed_at", "size", name="a lamp", weight=2.5)
    found = rules(
        expect(PUT_THING, body=NewThing(name="a lamp", weight=2.5), given=states, answer=answer)
    )

    pinned = {place for place, rule in found["body"].items() if rule["matchers"] == EQUAL}
    assert pinned == {"$.thing_id", "$.size", "$.name", "$.weight"}
    assert matchers(found, "$.changed_at")[1]["regex"].startswith("^2026-11-20[Tt]09:30:00")


LISBON_TIME: Final = "2026-11-20T10:30:00+01:00"


@pytest.mark.parametrize(
    ("said", "same", "other"),
    [
        (
            CHANGED,
            ["2026-11-20T09:30:00+00:00", "2026-11-20t09:30:00.000z", "2026-11-20T09:30:00-00:00"],
            ["2026-11-20T09:30:01Z", "2026-11-20T09:30:00.1Z", LISBON_TIME],
        ),
        (
            "2026-11-20T09:30:00.120+00:00",
            ["2026-11-20T09:30:00.12Z", "2026-11-20T09:30:00.120000+00:00"],
            ["2026-11-20T09:30:00Z", "2026-11-20T09:30:00.121Z"],
        ),
    ],
    ids=["whole", "fraction"],
)
def test_a_time_is_the_same_however_it_is_written_in_utc(
    expect: Expect, said: str, same: list[str], other: list[str]
) -> None:
    """Every client reads the same of it."""
    answer = only(Thing, changed_at=said)
    found = rules(expect(GET_THING, given=[State("it", at=said)], answer=answer))
    form = re.compile(matchers(found, "$.changed_at")[1]["regex"])

    assert all(form.search(each) for each in (said, *same))
    assert not any(form.search(each) for each in other)


def test_a_time_elsewhere_is_pinned_as_it_is_written(expect: Expect) -> None:
    """Nothing is known of the places that have it."""
    answer = only(Thing, changed_at=LISBON_TIME)
    found = rules(expect(GET_THING, given=[State("it", at=LISBON_TIME)], answer=answer))

    assert matchers(found, "$.changed_at") == EQUAL


def test_pointers_to_what_the_request_has_are_pinned(expect: Expect) -> None:
    """Into its body, or to a parameter; to anything else they are any text."""
    places = ["/weight", "/thing_id", "/size"]
    states = [State("nothing of it")]
    found = [
        rules(
            expect(
                PUT_THING,
                body=NewThing(name="a lamp", weight=2.5),
                given=states,
                answer=only(Thing, label=place),
            )
        )
        for place in places
    ]

    pinned = [matchers(each, "$.label") == EQUAL for each in found]
    assert pinned == [True, True, False]


def test_whole_numbers_echo_under_their_own_name_only(expect: Expect) -> None:
    """Small numbers are alike by chance."""
    states = [State("a shelf", number=3, flag=False)]
    found = rules(expect(GET_THING, given=states, answer=only(Thing, "size")))

    assert matchers(found, "$.size") == [{"match": "integer"}]


def test_a_whole_number_is_pinned_however_it_is_written(expect: Expect) -> None:
    """JSON has one number 25; the engine tells 25.0 from it."""
    body = NewThing(name="a lamp", weight=25)
    found = rules(expect(PUT_THING, body=body, answer=only(Thing, weight=25)))

    assert matchers(found, "$.weight") == [
        {"match": "number"},
        {"match": "regex", "regex": r"^25(\.0+)?$"},
    ]


ALIKE_ITEMS: Final = [{"match": "type", "min": 1}]


@pytest.mark.parametrize("sizes", [(1,), (1, 2)], ids=["one", "two"])
def test_items_stand_for_one_or_more_like_them(expect: Expect, sizes: tuple[int, ...]) -> None:
    """Where nothing is known of them beforehand."""
    items = [only(Thing, size=size) for size in sizes]
    found = rules(expect(LIST_THINGS, answer=only(ThingPage, items=items)))

    assert set(found["body"]) == {"$.items", "$.items[*].size"}
    assert matchers(found, "$.items") == ALIKE_ITEMS
    assert matchers(found, "$.items[*].size") == [{"match": "integer"}]


def test_items_that_are_not_alike_stand_for_themselves(expect: Expect) -> None:
    """Without a rule of its own, an array must be as long as its example: empty, where that is."""
    items = [only(Thing, size=1), only(Thing, size=2, label="x")]
    two = rules(expect(LIST_THINGS, answer=only(ThingPage, items=items)))
    none = rules(expect(LIST_THINGS, answer=only(ThingPage, items=[])))

    assert set(two["body"]) == {"$.items[0].size", "$.items[1].size", "$.items[1].label"}
    assert none["body"] == {}


def test_items_with_an_empty_array_stand_for_themselves(expect: Expect) -> None:
    """Under a rule of the items, the engine would let it have any number."""
    items = [only(Thing, size=1, marks=[]), only(Thing, size=2, marks=[])]
    found = rules(expect(LIST_THINGS, answer=only(ThingPage, items=items)))

    assert set(found["body"]) == {"$.items[0].size", "$.items[1].size"}


def test_items_that_were_said_before_are_as_many_as_expected(expect: Expect) -> None:
    """One more of them would be one that no state knows."""
    answer = only(ThingPage, items=[only(Thing, "thing_id", size=1)])
    found = rules(expect(LIST_THINGS, given=[State("a thing", thing_id=LAMP)], answer=answer))

    assert set(found["body"]) == {"$.items[0].thing_id", "$.items[0].size"}
    assert matchers(found, "$.items[0].thing_id") == EQUAL


def test_items_that_only_point_to_the_request_are_one_or_more(expect: Expect) -> None:
    """So it is with what is wrong with a request: there may be more."""
    body = NewThing(name="a lamp", weight=2.5)
    errors = [only(FieldError, location="body", pointer="/weight")]
    answer = only(RefusedProblem, errors=errors)
    found = rules(expect(PUT_THING, body=body, status=422, answer=answer))

    assert matchers(found, "$.errors") == ALIKE_ITEMS
    assert matchers(found, "$.errors[*].pointer") == EQUAL


@pytest.mark.parametrize("tags", [["red"], ["red", "old"]], ids=["one", "two"])
def test_an_array_of_scalars_that_a_state_has_is_pinned(expect: Expect, tags: list[str]) -> None:
    """As a whole, in its order; any other has one or more like the first."""
    answer = only(ThingPage, tags=tags)
    said = rules(expect(LIST_THINGS, given=[State("tags", tags=tags)], answer=answer))
    other = rules(expect(LIST_THINGS, answer=answer))

    assert said["body"] == {"$.tags": {"combine": "AND", "matchers": EQUAL}}
    assert set(other["body"]) == {"$.tags", "$.tags[*]"}
    assert matchers(other, "$.tags") == ALIKE_ITEMS


def test_text_includes_what_was_said_before(expect: Expect) -> None:
    """Else any text will do."""
    states = [State("a label", text="lamp", owner="Inês", mark="<p")]
    found = rules(expect(SHOW_LABEL, given=states, answer="<p>lamp</p>"))

    assert matchers(found, "$") == [{"match": "include", "value": "lamp"}]
    assert matchers(rules(expect(SHOW_LABEL, answer="<p>")), "$") == [{"match": "type"}]


def test_headers_match_by_their_form(expect: Expect) -> None:
    """An integer's is digits, with a sign if it may be negative; an echo is pinned."""
    headers = {"ETag": '"abc"', "Age": "30", "Balance": "-3"}
    found = rules(expect(GET_THING, headers=headers))
    echo = rules(expect(GET_THING, headers=headers, given=[State("a tag", tag='"abc"')]))

    assert matchers(found, "ETag", "header") == [{"match": "regex", "regex": '^"[!#-~]+"$'}]
    assert matchers(found, "Age", "header") == [{"match": "regex", "regex": "^[0-9]+$"}]
    assert matchers(found, "Balance", "header") == [{"match": "regex", "regex": "^-?[0-9]+$"}]
    assert matchers(echo, "ETag", "header") == EQUAL
    assert "body" not in found


def test_a_problem_is_pinned_by_its_type_only(expect: Expect) -> None:
    """What it tells people is not."""
    body = bare("")
    found = rules(
        expect(PUT_THING, body=body, status=422, answer=only(RefusedProblem, "type", detail="No."))
    )

    assert matchers(found, "$.type") == EQUAL
    assert matchers(found, "$.detail") == [{"match": "type"}]
