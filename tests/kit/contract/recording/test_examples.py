"""Answers are made whole with what the document says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from pactwright.contract.errors import ExpectationError
from pactwright.contract.examples import completed
from pactwright.contract.schemas import ABSENT
from pactwright.schema.document import load
from pactwright.wire import Content, Operation, Response

GET: Final[Operation[Any]] = Operation(
    name="get",
    method="GET",
    path="/",
    responses={
        "200": Response(contents=(Content(media_type="application/json", type=lambda: dict),)),
        "204": Response(),
    },
)
Complete = Callable[..., Any]


@pytest.fixture
def complete(tmp_path: Path) -> Complete:
    """What a body comes to under a schema, and a media type's example."""

    def made(schema: dict[str, Any], body: Any = ABSENT, **beside: Any) -> Any:
        content = {"application/json": {"schema": schema, **beside}}
        responses = {"200": {"description": "It.", "content": content}, "204": {}}
        document = {"openapi": "3.1.0", "paths": {"/": {"get": {"responses": responses}}}}
        (tmp_path / "one.yaml").write_text(yaml.safe_dump(document))
        return completed(load(tmp_path / "one.yaml"), GET, 200, body)

    return made


def the(schema: dict[str, Any]) -> dict[str, Any]:
    """An object with one required member."""
    return {"type": "object", "required": ["it"], "properties": {"it": schema}}


INVENTED: list[tuple[dict[str, Any], Any]] = [
    ({"const": "a"}, "a"),
    ({"enum": ["b", "c"]}, "b"),
    ({"type": "string", "examples": ["d"]}, "d"),
    ({"type": "string", "example": "e"}, "e"),
    ({"type": "string", "default": "f"}, "f"),
    ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000000"),
    ({"type": "string", "format": "date-time"}, "2000-01-01T00:00:00Z"),
    ({"type": "string"}, "text"),
    ({"type": "string", "minLength": 6}, "tttttt"),
    ({"type": "string", "maxLength": 2}, "t"),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 7}, 7),
    ({"type": "number", "maximum": -1}, -1),
    ({"type": "number", "exclusiveMaximum": 1, "minimum": 0.25}, 0.25),
    ({"type": "boolean"}, False),
    ({"type": ["null", "string"]}, None),
    ({"type": "array", "items": {"type": "string"}}, []),
    ({"type": "object", "required": ["x"], "properties": {"x": {"const": 1}}}, {"x": 1}),
    ({"oneOf": [{"type": "string", "minLength": 5}, {"type": "integer"}]}, "ttttt"),
]


@pytest.mark.parametrize(("schema", "value"), INVENTED, ids=[str(each[0]) for each in INVENTED])
def test_a_required_value_is_filled_in(complete: Complete, schema: Any, value: Any) -> None:
    """The document's own value comes first, then one of its type."""
    assert complete(the(schema)) == {"it": value}


def test_what_nothing_tells_is_refused(complete: Complete) -> None:
    """The place is named, and what to do."""
    with pytest.raises(ExpectationError, match=r"properties/it: get 200/it: nothing to fill in"):
        complete(the({"type": "string", "pattern": "^z{4}$"}))


def test_what_is_given_stays(complete: Complete) -> None:
    """Members that the schema doesn't name too; those it doesn't require are not added."""
    schema = the({"type": "string"})
    schema["properties"]["other"] = {"const": 1}

    assert complete(schema, {"it": "mine", "more": 2}) == {"it": "mine", "more": 2}
    assert complete(schema, {}) == {"it": "text"}


def test_examples_go_together(complete: Complete) -> None:
    """The one is taken that agrees with what is given."""
    schema = {
        "type": "object",
        "required": ["kind", "title"],
        "properties": {"kind": {"type": "string"}, "title": {"type": "string"}},
        "examples": [{"kind": "a", "title": "First"}, {"kind": "b", "title": "Second"}],
    }

    assert complete(schema) == {"kind": "a", "title": "First"}
    assert complete(schema, {"kind": "b"}) == {"kind": "b", "title": "Second"}
    assert complete(schema, example={"kind": "c", "title": "Third"})["title"] == "Third"


def test_an_example_of_the_wrong_form_is_left_alone(complete: Complete) -> None:
    """What is filled in fits the schema."""
    assert complete(the({"type": "integer", "examples": ["three"]})) == {"it": 1}


def test_an_answer_without_a_body_stays_without(complete: Complete, tmp_path: Path) -> None:
    """There is nothing to fill in."""
    complete({})

    assert completed(load(tmp_path / "one.yaml"), GET, 204) is ABSENT
