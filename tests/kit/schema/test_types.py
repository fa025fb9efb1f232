from __future__ import annotations

import pytest

from pactwright.schema.types import (
    Anything,
    Array,
    Constraints,
    Dictionary,
    Enumeration,
    Null,
    Nullable,
    Object,
    Reference,
    Scalar,
    SchemaType,
    Tuple,
    Union,
)
from tests.kit.schema.conftest import Describe, ReadSchemas

TEXT, WHOLE = Scalar("string"), Scalar("integer")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("{}", Anything()),
        ("true", Anything()),
        ("{type: string, format: uuid}", Scalar("string", "uuid")),
        ("{type: string, contentEncoding: base64}", Scalar("string", "byte")),
        ("{type: string, contentEncoding: base64url}", TEXT),
        ("{format: date}", Scalar("string", "date")),
        ("{contentEncoding: base64}", Scalar("string", "byte")),
        ("{type: 'null'}", Null()),
        ("{type: [string, 'null']}", Nullable(TEXT)),
        ("{type: array}", Array(Anything())),
        ("{prefixItems: [{type: string}, {type: integer}], items: false}", Tuple((TEXT, WHOLE))),
        ("{type: object}", Dictionary(Anything())),
        ("{additionalProperties: {type: integer}}", Dictionary(WHOLE)),
        (
            "{type: object, patternProperties: {'^x': {type: string}}}",
            Dictionary(TEXT, Scalar("string", constraints=Constraints(pattern="^x"))),
        ),
        ("{enum: [a, b, null]}", Nullable(Enumeration(("a", "b")))),
        ("{type: string, enum: [1, yes]}", Enumeration(("1", "yes"))),
        ("{const: 5}", Enumeration((5,), constant=True)),
        ("{enum: [null]}", Null()),
        ("{oneOf: [{const: a}, {const: b}]}", Enumeration(("a", "b"))),
        ("{anyOf: [{type: string}, {type: 'null'}]}", Nullable(TEXT)),
        ("{anyOf: [{type: string}, {}]}", Anything()),
        ("{oneOf: [{type: string}]}", TEXT),
    ],
)
def test_a_schema_is_read(read_schemas: ReadSchemas, schema: str, expected: SchemaType) -> None:
    """Each form of schema has one form in the model."""
    assert read_schemas(f"X: {schema}")["X"] == expected


@pytest.mark.parametrize(
    ("schema", "version"),
    [
        ("{type: integer, minimum: 1, exclusiveMinimum: true, nullable: true}", "3.0.3"),
        ("{type: [integer, 'null'], exclusiveMinimum: 1}", "3.1.0"),
        ("{type: [integer, 'null'], exclusiveMinimum: 1}", "3.2.0"),
    ],
)
def test_versions_are_made_alike(read_schemas: ReadSchemas, schema: str, version: str) -> None:
    """What 3.0 says by booleans and later versions by numbers and types means the same."""
    limits = Constraints(exclusive_minimum=1)

    assert read_schemas(f"X: {schema}", version)["X"] == Nullable(
        Scalar("integer", constraints=limits)
    )


def test_a_union_inside_a_union_is_part_of_it(read_schemas: ReadSchemas) -> None:
    """So are its nulls, and equal arms count once."""
    found = read_schemas(
        "X: {anyOf: [{type: string}, {oneOf: [{type: integer}, {type: [string, 'null']}]}]}"
    )["X"]

    assert isinstance(found, Nullable)
    assert isinstance(found.type, Union)
    assert found.type.arms == (TEXT, WHOLE)


def test_siblings_of_a_reference_count(read_schemas: ReadSchemas) -> None:
    """Since 3.1, what stands beside a reference holds as well."""
    found = read_schemas(
        """
        Short: {$ref: '#/components/schemas/Text', maxLength: 5}
        Text: {type: string, minLength: 1}
        """
    )

    assert found["Short"] == Scalar("string", constraints=Constraints(min_length=1, max_length=5))


def test_allof_of_one_reference_is_that_reference(read_schemas: ReadSchemas) -> None:
    """The usual way to describe or to null a reference in 3.0."""
    found = read_schemas(
        """
        X:
          type: object
          properties:
            y: {allOf: [{$ref: '#/components/schemas/Y'}], description: Ours., nullable: true}
        Y: {type: object, properties: {a: {type: string}}}
        """,
        "3.0.3",
    )["X"]

    assert isinstance(found, Object)
    assert found.properties[0].description == "Ours."
    assert found.properties[0].type == Nullable(Reference("api.yaml#/components/schemas/Y"))


def test_null_may_be_added_by_a_part_of_its_own(read_schemas: ReadSchemas) -> None:
    """As documents of 3.0 in the wild do it."""
    text = "X: {allOf: [{type: string}, {description: Ours.}, {nullable: true}]}"

    assert read_schemas(text, "3.0.3")["X"] == Nullable(TEXT)


def test_allof_is_merged(read_schemas: ReadSchemas) -> None:
    """Members of all parts, required where one part says so, each within all its limits."""
    found = read_schemas(
        """
        Base:
          type: object
          properties: {kind: {type: string}, size: {type: number, minimum: 1}}
        Thing:
          allOf:
            - {$ref: '#/components/schemas/Base'}
            - {required: [kind, size]}
            - type: object
              properties: {kind: {const: thing}, size: {type: integer, maximum: 9}}
          properties: {own: {type: string}}
        """
    )["Thing"]

    assert isinstance(found, Object)
    members = {member.name: member for member in found.properties}
    assert members["kind"].type == Enumeration(("thing",), constant=True)
    limits = Constraints(minimum=1, maximum=9)
    assert members["size"].type == Scalar("integer", constraints=limits)
    assert [name for name, member in members.items() if member.required] == ["kind", "size"]
    assert "own" in members


def test_parts_that_exclude_each_other_are_anything_with_a_warning(described: Describe) -> None:
    """What cannot be merged is kept, loosely, and told with its place."""
    api = described(
        "components: {schemas: {X: {allOf: [{type: string}, {type: integer}]}}}",
    )

    assert api.schemas["api.yaml#/components/schemas/X"].type == Anything()
    assert str(api.faults[0]).startswith("api.yaml#/components/schemas/X: warning: ")


def test_members_beside_oneof_belong_to_every_arm(read_schemas: ReadSchemas) -> None:
    """Each arm of the union has the common members too."""
    found = read_schemas(
        """
        X:
          properties: {id: {type: string}}
          oneOf:
            - {properties: {a: {type: string}}}
            - {properties: {b: {type: string}}}
        """
    )["X"]

    assert isinstance(found, Union)
    arms = [arm for arm in found.arms if isinstance(arm, Object)]
    assert [[p.name for p in arm.properties] for arm in arms] == [["id", "a"], ["id", "b"]]


def test_arms_may_derive_from_the_union_they_are_arms_of(read_schemas: ReadSchemas) -> None:
    """The base lists its children by oneOf, the children include the base by allOf."""
    found = read_schemas(
        """
        Pet:
          type: object
          required: [kind]
          properties: {kind: {type: string}}
          oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
          discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Cat', dog: Dog}}
        Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {lives: {type: integer}}}]}
        Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {properties: {tricks: {type: integer}}}]}
        """
    )

    prefix = "api.yaml#/components/schemas/"
    pet, cat = found["Pet"], found["Cat"]
    assert isinstance(pet, Union)
    assert pet.arms == (Reference(f"{prefix}Cat"), Reference(f"{prefix}Dog"))
    assert pet.discriminator is not None
    assert pet.discriminator.mapping == {"cat": f"{prefix}Cat", "dog": f"{prefix}Dog"}
    assert isinstance(cat, Object)
    assert [p.name for p in cat.properties] == ["kind", "lives"]


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ("{type: array, contains: {const: 1}}", "contains"),
        ("{not: {type: string}}", "not"),
        ("{properties: {a: {}}, minProperties: 1}", "minProperties"),
        ("{type: array, prefixItems: [{type: string}]}", "prefixItems"),
        ("{enum: [1.5]}", "X"),
        ("{type: strnig}", "type"),
        ("{properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}", "anyOf"),
        ("{properties: {a: {}}, discriminator: {propertyName: a}}", "discriminator"),
    ],
)
def test_what_cannot_be_checked_is_told(described: Describe, schema: str, pointer: str) -> None:
    """A warning names the place, and nothing passes in silence."""
    api = described(f"components: {{schemas: {{X: {schema}}}}}")

    assert [(f.severity, f.place.pointer[-1]) for f in api.faults] == [("warning", pointer)]


def test_unique_items_are_told_of_lists(read_schemas: ReadSchemas) -> None:
    """Of tuples too, where the type is only implied, and by any part of allOf."""
    found = read_schemas(
        """
        A: {type: array, items: {type: string}, uniqueItems: true}
        B: {type: array, prefixItems: [{type: string}], items: false, uniqueItems: true}
        C: {uniqueItems: true}
        D: {allOf: [{$ref: '#/components/schemas/E'}, {uniqueItems: true, maxItems: 2}]}
        E: {type: array, items: {type: string}, uniqueItems: false}
        """
    )

    assert found == {
        "A": Array(TEXT, unique=True),
        "B": Tuple((TEXT,), unique=True),
        "C": Array(Anything(), unique=True),
        "D": Array(TEXT, Constraints(max_length=2), unique=True),
        "E": Array(TEXT),
    }


def test_a_default_may_be_that_of_what_is_referred_to(read_schemas: ReadSchemas) -> None:
    """One that stands beside the reference goes before it."""
    found = read_schemas(
        """
        Size: {type: integer, default: 5}
        X:
          properties:
            a: {$ref: '#/components/schemas/Size'}
            b: {$ref: '#/components/schemas/Size', default: 6}
            c: {type: integer}
            d: {$ref: '#/components/schemas/Gone'}
        """
    )["X"]

    assert isinstance(found, Object)
    assert [p.default for p in found.properties] == [5, 6, None, None]
