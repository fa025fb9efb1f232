"""Models of the gateway accept whatever the schemas accept."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwright.deploy.models import Weakener, model_names, references

jsonschema: Any = importlib.import_module("jsonschema")  # it comes without types

SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, "", "a", "äé😀"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=6,
)
TYPES = ["object", "array", "string", "boolean", "number", "integer", "null"]


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Schemas over keywords that the gateway knows, translates, or drops."""
    size = st.integers(0, 2)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES)
            | st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=4),
            "const": VALUES,
            "minimum": st.integers(-2, 2),
            "exclusiveMinimum": st.integers(-2, 2),
            "maximum": st.integers(-2, 2),
            "exclusiveMaximum": st.integers(-2, 2),
            "multipleOf": st.just(2),
            "minLength": size,
            "maxLength": size,
            "pattern": st.sampled_from(["^a", "é$", r"^\S+$"]),
            "minItems": size,
            "maxItems": size,
            "uniqueItems": st.booleans(),
            "items": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
            "additionalProperties": inner | st.booleans(),
            "not": inner,
            "if": inner,
            "then": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "$ref": st.just("#/components/schemas/other_one"),
            "description": st.just("anything"),
        },
    )


SCHEMAS = st.recursive(keywords(st.just({})), keywords, max_leaves=4)


@given(schema=SCHEMAS, other=keywords(st.just({})), value=VALUES)
def test_a_model_accepts_what_the_schema_accepts(schema: Any, other: Any, value: Any) -> None:
    """Whatever passes the schema passes the model, so the gateway never refuses it."""
    other.pop("$ref", None)
    document = {"components": {"schemas": {"other_one": other}}}
    if not jsonschema.Draft202012Validator(schema | document).is_valid(value):
        return
    weakener = Weakener(model_names(["other_one"]), lambda *_: None)
    models = {"schemas": {"otherone": weakener.weaken(other, "")}}
    model: dict[str, Any] = {"allOf": [weakener.weaken(schema, "")], "components": models}

    jsonschema.Draft4Validator.check_schema(model["allOf"][0])
    assert jsonschema.Draft4Validator(model).is_valid(value)


def weaken(schema: object) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The model of a schema, and what was reported."""
    notes: list[tuple[str, str]] = []
    model = Weakener({"Known": "Known"}, lambda *note: notes.append(note)).weaken(schema, "/s")
    return model, notes


@pytest.mark.parametrize(
    ("schema", "model"),
    [
        ({"const": "x"}, {"enum": ["x"]}),
        ({"enum": [1, True, 1.0, [1], [True]]}, {"enum": [1.0, True, [1], [True]]}),
        ({"type": "integer", "minimum": 1}, {"type": "number", "minimum": 1}),
        ({"exclusiveMinimum": 1, "minimum": 0}, {"minimum": 1}),
        ({"type": "string", "maxLength": 3}, {"type": "string", "maxLength": 6}),
        ({"$ref": "#/components/schemas/Known"}, {"$ref": "#/components/schemas/Known"}),
        (
            {"$ref": "#/components/schemas/Known", "maxItems": 1},
            {"allOf": [{"$ref": "#/components/schemas/Known"}, {"maxItems": 1}]},
        ),
        (True, {}),
    ],
)
def test_what_the_subset_can_say_is_kept(schema: object, model: object) -> None:
    """Constants, bounds, lengths and references come out as draft 4 writes them, unreported."""
    assert weaken(schema) == (model, [])


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": ["string", "null"]}, "/s/type"),
        ({"type": "string", "nullable": True}, "/s"),
        ({"not": {"type": "string"}}, "/s/not"),
        ({"properties": {"a/b": {"pattern": "x"}}}, "/s/properties/a~1b/pattern"),
        ({"$ref": "#/components/schemas/Unknown"}, "/s/$ref"),
        (False, "/s"),
    ],
)
def test_what_the_subset_cannot_say_is_reported(schema: object, place: str) -> None:
    """Each thing left out is told with its place."""
    assert [where for where, _ in weaken(schema)[1]] == [place]


def test_what_is_read_only_is_not_required_of_requests() -> None:
    """A required property that only answers have is left out of the model."""
    schema = {"properties": {"id": {"readOnly": True}, "a": {}}, "required": ["id", "a"]}

    assert weaken(schema)[0] == {"properties": {"a": {}}, "required": ["a"]}


def test_names_become_letters_and_digits_and_stay_apart() -> None:
    """Two schemas whose names differ in punctuation alone keep two models."""
    assert model_names(["a_b", "a.b", "ab"]) == {"a_b": "ab", "a.b": "abV2", "ab": "abV3"}


def test_references_are_followed_through_schemas() -> None:
    """Schemas that a body leads to indirectly are found, also in circles."""
    prefix = "#/components/schemas/"
    schemas = {
        "Unused": {},
        "Tree": {
            "properties": {"left": {"$ref": prefix + "Tree"}, "leaf": {"$ref": prefix + "Leaf"}}
        },
        "Leaf": {"type": "string"},
    }

    assert references([{"$ref": prefix + "Tree"}], schemas) == ["Tree", "Leaf"]
