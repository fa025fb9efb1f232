"""What is pinned by value follows from the document, the request and the states."""

from __future__ import annotations

from typing import Any

import pytest

from pactwright.contract.pacts import State
from pactwright.contract.recording.expectations import only
from pactwright.contract.recording.matching import rules
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


def test_null_is_pinned(expect: Expect) -> None:
    """A consumer that expects null relies on it."""
    found = rules(expect(GET_THING, answer=only(Thing, owner=None)))

    assert matchers(found, "$.owner") == EQUAL


def test_echoes_are_pinned(expect: Expect) -> None:
    """What the request or a state says is told again."""
    states = [State("a thing", thing_id=LAMP, changed_at=CHANGED, size=3, shelf=7)]
    answer = only(Thing, "thing_id", "changed_at", "size", name="a lamp", weight=2.5)
    found = rules(
        expect(PUT_THING, body=NewThing(name="a lamp", weight=2.5), given=states, answer=answer)
    )

    pinned = {place for place, rule in found["body"].items() if rule["matchers"] == EQUAL}
    assert pinned == {"$.thing_id", "$.changed_at", "$.size", "$.name", "$.weight"}


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


def test_one_item_stands_for_many_and_several_for_themselves(expect: Expect) -> None:
    """Without a rule of its own, an array must be as long as its example: empty, where that is."""
    one = rules(expect(LIST_THINGS, answer=only(ThingPage, items=[only(Thing, "size")])))
    items = [only(Thing, size=1), only(Thing, size=2)]
    two = rules(expect(LIST_THINGS, answer=only(ThingPage, items=items)))
    none = rules(expect(LIST_THINGS, answer=only(ThingPage, items=[])))

    assert matchers(one, "$.items") == [{"match": "type", "min": 1}]
    assert matchers(one, "$.items[*].size") == [{"match": "integer"}]
    assert set(two["body"]) == {"$.items[0].size", "$.items[1].size"}
    assert none["body"] == {}


def test_an_array_of_scalars_that_a_state_has_is_pinned(expect: Expect) -> None:
    """As a whole, in its order."""
    answer = only(ThingPage, tags=["red", "old"])
    found = rules(expect(LIST_THINGS, given=[State("tags", tags=["red", "old"])], answer=answer))

    assert found["body"] == {"$.tags": {"combine": "AND", "matchers": EQUAL}}


def test_text_includes_what_was_said_before(expect: Expect) -> None:
    """Else any text will do."""
    states = [State("a label", text="lamp", owner="Inês", mark="<p")]
    found = rules(expect(SHOW_LABEL, given=states, answer="<p>lamp</p>"))

    assert matchers(found, "$") == [{"match": "include", "value": "lamp"}]
    assert matchers(rules(expect(SHOW_LABEL, answer="<p>")), "$") == [{"match": "type"}]


def test_headers_match_by_their_form(expect: Expect) -> None:
    """An integer's is digits; an echo is pinned."""
    headers = {"ETag": '"abc"', "Age": "30"}
    found = rules(expect(GET_THING, headers=headers))
    echo = rules(expect(GET_THING, headers=headers, given=[State("a tag", tag='"abc"')]))

    assert matchers(found, "ETag", "header") == [{"match": "regex", "regex": '^"[!#-~]+"$'}]
    assert matchers(found, "Age", "header") == [{"match": "regex", "regex": "^-?[0-9]+$"}]
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
