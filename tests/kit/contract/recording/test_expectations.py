"""Expectations are held against the provider's document as they are written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pactwright.client import Basic, Bearer
from pactwright.contract.errors import ExpectationError
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import only
from pactwright.contract.schemas import ABSENT
from pactwright.wire import Body, Operation
from tests.kit.contract.recording.conftest import Expect
from tests.kit.contract.recording.things import (
    GET_THING,
    LAMP,
    LIST_THINGS,
    PUT_THING,
    SHOW_LABEL,
    UNDECLARED,
    UNKNOWN_METHOD,
    Extended,
    MissingProblem,
    NewThing,
    Owner,
    RefusedProblem,
    Thing,
    ThingPage,
    Unheard,
    answering,
    bare,
    contents,
)


def test_what_is_not_expected_is_filled_in_for_the_mock_server_only(expect: Expect) -> None:
    """Required fields come from the document's examples; optional ones are never added."""
    expected = expect(GET_THING, answer=only(Thing, "name", colour="green"))

    assert expected.body == {"name": "lamp", "colour": "green"}
    assert expected.served == {
        "thing_id": str(LAMP),
        "name": "lamp",
        "colour": "green",
        "weight": 1.5,
        "size": 3,
        "changed_at": "2026-11-20T09:30:00Z",
        "shared": False,
    }


def test_the_example_is_taken_that_agrees_with_what_is_expected(expect: Expect) -> None:
    """A second kind of the same problem is filled in from its own example."""
    answer = only(RefusedProblem, type="https://shop.example/common")
    expected = expect(PUT_THING, body=NewThing(name="x", weight=1), status=422, answer=answer)

    assert expected.served["request_id"] == "r-3"


def test_a_model_is_expected_by_the_fields_that_are_set(expect: Expect) -> None:
    """Fields that were not set are not expected, nor served where they are optional."""
    owner = only(Thing, owner=Owner(name="Inês"), label=None)
    expected = expect(GET_THING, answer=owner)

    assert expected.body == {"owner": {"name": "Inês"}}
    assert "label" not in expected.served


def test_items_of_a_list_are_expected_one_by_one(expect: Expect) -> None:
    """An `only` may stand in a list, and each of them is made whole."""
    answer = only(ThingPage, items=[only(Thing, "size"), only(Thing, size=4)], next=None)
    expected = expect(LIST_THINGS, answer=answer)

    assert expected.body == {"items": [{"size": 3}, {"size": 4}], "next": None}
    assert [item["name"] for item in expected.served["items"]] == ["lamp", "lamp"]


def test_nothing_may_be_expected_of_a_body(expect: Expect) -> None:
    """The mock server answers with a whole body all the same."""
    expected = expect(GET_THING, status=404, answer=None)

    assert expected.body is ABSENT
    assert expected.served["type"] == "https://shop.example/missing"


def test_text_is_served_as_the_services_of_the_kit_write_it(expect: Expect) -> None:
    """A text's Content-Type names its charset."""
    expected = expect(SHOW_LABEL, answer="<p>lamp</p>")

    assert (expected.served, expected.content_type) == ("<p>lamp</p>", "text/html;charset=utf-8")


def test_the_request_is_the_clients_without_what_every_client_adds(expect: Expect) -> None:
    """Parameters, credentials and body are there; Accept and User-Agent are not."""
    expected = expect(GET_THING, lang="pt", reason="because", credentials=Bearer("t0ken"))

    request = expected.request
    assert request.path == f"/things/{LAMP}"
    assert request.query == {"lang": ("pt",)}
    assert request.headers == {"X-Reason": "because", "Authorization": "Bearer t0ken"}


def test_a_credential_is_sent_only_where_the_operation_asks_for_it(expect: Expect) -> None:
    """A credential of another kind stays at home, as with any client."""
    assert "Authorization" not in expect(GET_THING, credentials=Basic("a", "b")).request.headers
    put = expect(PUT_THING, body=NewThing(name="x", weight=2), credentials=Bearer("x"))

    assert put.request.headers == {}
    assert (put.request.media_type, put.request.body) == (
        "application/json",
        {"name": "x", "weight": 2.0},
    )


def test_states_are_json(expect: Expect) -> None:
    """What stands in a state's parameters is what stands in the pact."""
    expected = expect(LIST_THINGS, given=[State("a thing", thing_id=LAMP)])

    assert expected.states[0].parameters == {"thing_id": str(LAMP)}


THING = "things.yaml#/components/schemas/Thing"
GET = "things.yaml#/paths/~1things~1{thing_id}/get"
PUT = "things.yaml#/paths/~1things~1{thing_id}/put"
REFUSALS: list[tuple[Operation[Any], dict[str, Any], str]] = [
    (UNDECLARED, {}, "things.yaml#/paths: forget: there is no path /nowhere"),
    (UNKNOWN_METHOD, {}, "things.yaml#/paths/~1things: drop: /things has no method delete"),
    (
        GET_THING,
        {"answer": only(Thing, weight=91)},
        (
            "shared.yaml#/components/schemas/Weight/maximum: get_thing 200 /weight: "
            "91 is greater than the maximum of 90"
        ),
    ),
    (
        GET_THING,
        {"answer": only(Thing, colour="blue")},
        f"{THING}/properties/colour/enum: get_thing 200 /colour: 'blue' is not one of",
    ),
    (
        GET_THING,
        {"answer": only(Thing, changed_at="yesterday")},
        f"{THING}/properties/changed_at/format: get_thing 200 /changed_at: ",
    ),
    (
        LIST_THINGS,
        {"answer": only(ThingPage, items=[only(Thing, size="3")], next=None)},
        f"{THING}/properties/size/type: list_things 200 /items/0/size: '3' is not of type",
    ),
    (
        GET_THING,
        {"status": 404, "answer": only(MissingProblem, type="https://shop.example/other")},
        (
            "shared.yaml#/components/schemas/MissingProblem/allOf/1/properties/type/const: "
            "get_thing 404 /type: "
        ),
    ),
    (
        GET_THING,
        {"status": 500, "answer": only(MissingProblem, type="no address")},
        "shared.yaml#/components/schemas/Problem/properties/type/format: get_thing 500 /type: ",
    ),
    (
        replace(GET_THING, responses=answering(Extended)),
        {"answer": only(Extended, more="x")},
        f"{THING}/properties: get_thing 200 /more: there is no such member",
    ),
    (
        replace(GET_THING, responses=answering(Thing, "application/hal+json")),
        {"answer": only(Thing, size=3)},
        f"{GET}/responses/200/content: get_thing 200: no body of application/hal+json is declared",
    ),
    (
        replace(PUT_THING, body=Body(contents=contents(NewThing, "application/hal+json"))),
        {"body": NewThing(name="x", weight=1)},
        f"{PUT}/requestBody: put_thing: no body of application/hal+json is declared",
    ),
    (GET_THING, {"answer": only(Thing, "label")}, "get_thing 200/label is optional"),
    (GET_THING, {"answer": only(MissingProblem, "type")}, "get_thing 200 answers Thing, not Miss"),
    (GET_THING, {"answer": Unheard(nothing="")}, "get_thing 200 answers Thing, not Unheard"),
    (GET_THING, {"answer": "text"}, "get_thing 200 answers Thing, not str"),
    (
        PUT_THING,
        {"body": NewThing(name="x", weight=1), "status": 409},
        f"{PUT}/responses: put_thing: there is no answer 409: there are 200, 422",
    ),
    (
        GET_THING,
        {"headers": {"X-Colour": "red"}},
        f"{GET}/responses/200/headers: get_thing 200: there is no header X-Colour",
    ),
    (
        GET_THING,
        {"headers": {"ETag": "3"}},
        f"{GET}/responses/200/headers/ETag/schema/pattern: get_thing 200 header ETag: ",
    ),
    (
        GET_THING,
        {"headers": {"Age": "-1"}},
        f"{GET}/responses/200/headers/Age/schema/minimum: get_thing 200 header Age: -1 is less",
    ),
    (GET_THING, {"colour": "red"}, "get_thing takes no argument 'colour': it takes thing_id, lang"),
    (
        GET_THING,
        {"shade": "dark"},
        f"{GET}/parameters: get_thing: there is no query parameter shade",
    ),
    (
        GET_THING,
        {"lang": "fr"},
        f"{GET}/parameters/0/schema/enum: get_thing query parameter lang: 'fr' is not one of",
    ),
    (
        GET_THING,
        {"reason": None},
        f"{GET}/parameters/1/required: get_thing: the parameter X-Reason is missing",
    ),
    (
        PUT_THING,
        {"body": bare("x")},
        (
            "things.yaml#/components/schemas/NewThing/required: put_thing request: "
            "'weight' is a required property"
        ),
    ),
    (
        PUT_THING,
        {"body": NewThing(name="x", weight=100)},
        "shared.yaml#/components/schemas/Weight/maximum: put_thing request /weight: 100.0 is",
    ),
    (PUT_THING, {}, "put_thing: no client sends this: put_thing: "),
    (GET_THING, {"thing_id": "lamp"}, "get_thing: no client sends this: get_thing: "),
]


@pytest.mark.parametrize(("operation", "said", "text"), REFUSALS, ids=[r[2] for r in REFUSALS])
def test_what_the_document_does_not_allow_is_refused_by_name(
    expect: Expect, operation: Operation[Any], said: dict[str, Any], text: str
) -> None:
    """The error names the rule's place, the JSON pointer and what is wrong."""
    with pytest.raises(ExpectationError) as raised:
        expect(operation, **said)

    assert str(raised.value).startswith(text)


def test_a_request_that_is_meant_to_be_refused_may_break_its_schema(expect: Expect) -> None:
    """It is what an answer of 422 is for."""
    expected = expect(PUT_THING, body=bare(""), status=422, answer=only(RefusedProblem))

    assert expected.request.body == {"name": ""}


def test_a_status_that_only_default_covers_may_be_expected(expect: Expect) -> None:
    """`default` declares each status that is not named."""
    assert expect(GET_THING, status=503).status == 503


def test_fields_that_a_model_lacks_are_refused() -> None:
    """`only` names the fields that there are."""
    with pytest.raises(ExpectationError, match=r"Owner has no field 'age': it has name"):
        only(Owner, "age")
