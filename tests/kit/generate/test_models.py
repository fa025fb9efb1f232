from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from pactwright.wire import InvalidContent, Unrecognized
from pactwright.wire.model import TOLERANT
from pactwright.wire.values import from_json
from tests.kit.generate.conftest import GenerateModels, using


def test_fields_have_the_types_of_their_formats(models: GenerateModels) -> None:
    """A value that is read has Python's type, and is written as it was."""
    m = models(
        """
        Thing:
          type: object
          required: [id, day, at, data]
          properties:
            id: {type: string, format: uuid}
            day: {type: string, format: date}
            at: {type: string, format: date-time}
            data: {type: string, format: byte}
        """
    )
    text = (
        '{"id":"0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60","day":"2026-11-23",'
        '"at":"2026-11-23T09:30:00Z","data":"aGk="}'
    )

    thing = m.Thing.model_validate_json(text)

    assert thing.id == UUID("0b8f3c1e-6d4a-4f57-9a53-2f1c7e5d9b60")
    assert thing.day == date(2026, 11, 23)
    assert thing.at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert thing.data == b"hi"
    assert thing.model_dump_json() == text


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ("{type: string, minLength: 2, maxLength: 3}", ["ab", "abc"], ["a", "abcd", 5]),
        ("{type: string, pattern: '^[a-c]+$'}", ["abc"], ["abd", ""]),
        (r"{type: string, pattern: '^\d+$'}", ["12"], ["\u0661\u0662"]),
        (r"{type: string, pattern: '^[\w-]+$'}", ["a_-1"], ["\u00e9"]),
        ("{type: string, pattern: '^(?=.*x).+$'}", ["axb"], ["ab"]),
        ("{type: integer, minimum: 1, exclusiveMaximum: 3}", [1, 2], [0, 3, 1.5, "1", True]),
        ("{type: number, multipleOf: 0.5}", [1, 1.5], [1.2]),
        ("{type: boolean}", [True], [1, "true"]),
        ("{type: array, items: {type: string}, minItems: 1}", [["a"]], [[], [1], "a"]),
        ("{type: array, prefixItems: [{type: string}], items: false}", [["a"]], [[], ["a", "b"]]),
        ("{type: array, uniqueItems: true, maxItems: 2}", [[1, True]], [[1, 1.0], [1, 2, 3]]),
        (
            "{type: array, prefixItems: [{}, {}], items: false, uniqueItems: true}",
            [[1, True]],
            [[1, 1], [1]],
        ),
        ("{properties: {a: {type: array, uniqueItems: true}}}", [{"a": [1]}], [{"a": [1, 1]}]),
        ("{additionalProperties: {type: integer}, maxProperties: 1}", [{"a": 1}], [{"a": "b"}]),
        ("{type: object, propertyNames: {enum: [a]}}", [{"a": 1}], [{"b": 1}]),
        ("{type: [string, 'null']}", ["a", None], [1]),
        ("{oneOf: [{type: string}, {type: integer, minimum: 5}]}", ["a", 5], [4, None]),
        ("{const: x}", ["x"], ["y"]),
        ("{enum: [1, 2]}", [1], [3, "1"]),
        ("{}", [None, 1, [{}]], []),
    ],
)
def test_limits_hold(
    models: GenerateModels, schema: str, good: list[object], bad: list[object]
) -> None:
    """Every keyword is checked, strictly: a number is never read from a string."""
    schema_type = models(f"X: {schema}").X

    for value in good:
        from_json(lambda: schema_type, json.dumps(value), "body")
    for value in bad:
        with pytest.raises(InvalidContent):
            from_json(lambda: schema_type, json.dumps(value), "body")


def test_left_out_null_and_default_are_kept_apart(models: GenerateModels) -> None:
    """Only what was set is sent; a field that may not be null refuses it on the wire."""
    m = models(
        """
        X:
          properties:
            plain: {type: string}
            open: {type: [string, 'null']}
            count: {type: integer, default: 3}
            tags: {type: array, items: {type: string}, default: []}
        """
    )

    assert m.X().model_dump_json(exclude_unset=True) == "{}"
    assert m.X(open=None).model_dump_json(exclude_unset=True) == '{"open":null}'
    assert (m.X().plain, m.X().count, m.X().tags) == (None, 3, [])
    with pytest.raises(ValidationError):
        m.X.model_validate_json('{"plain": null}')


def test_a_field_that_is_left_out_has_the_documents_default(models: GenerateModels) -> None:
    """Of whatever type it can be written in; the callee gets it, and it is sent only if set."""
    m = models(
        """
        Size: {type: string, enum: [s, m], default: m}
        X:
          required: [form]
          properties:
            form: {const: x}
            size: {$ref: '#/components/schemas/Size'}
            only: {type: string, enum: [a, b], default: a}
            open: {type: [string, 'null'], default: here}
            share: {type: number, default: 1}
            off: {type: boolean, default: false}
            tags: {type: array, items: {type: string}, uniqueItems: true, default: [a, b]}
            limits: {type: object, additionalProperties: {type: number}, default: {a: 1}}
        """,
        paths=using("X", "request"),
    )

    x = m.X.model_validate_json('{"form": "x"}')

    assert (x.size, x.only, x.open, x.share, x.off) == ("m", "a", "here", 1.0, False)
    assert (x.tags, x.limits) == (["a", "b"], {"a": 1.0})
    assert x.tags is not m.X().tags
    assert x.model_dump_json(exclude_unset=True) == '{"form":"x"}'
    assert m.X(size="m", open=None, tags=[]).model_dump(exclude_unset=True) == {
        "form": "x",
        "size": "m",
        "open": None,
        "tags": [],
    }


def test_names_that_python_cannot_have_get_an_alias(models: GenerateModels) -> None:
    """Keywords, symbols, digits, attributes of pydantic's, and names alike but for their case."""
    m = models(
        """
        Odd:
          required: [class, '@id', id, 2fa, json, model_config, userName, user_name, _x, '']
          properties:
            class: {type: string}
            '@id': {type: string}
            id: {type: string}
            2fa: {type: string}
            json: {type: string}
            model_config: {type: string}
            userName: {type: string}
            user_name: {type: string}
            _x: {type: string}
            '': {type: string}
        """
    )
    names = ["class", "@id", "id", "2fa", "json", "model_config", "userName", "user_name", "_x", ""]
    value = {name: name for name in names}

    odd = m.Odd.model_validate(value)

    assert odd.model_dump(by_alias=True) == value
    assert (odd.class_, odd.id, odd.id_2, odd.field_2fa) == ("class", "id", "@id", "2fa")
    assert (odd.json_, odd.user_name, odd.user_name_2) == ("json", "user_name", "userName")
    assert m.Odd(**dict.fromkeys(m.Odd.model_fields, "x"))


def test_a_field_may_be_named_like_its_type(models: GenerateModels) -> None:
    """`date: date` and `list: list[int]` are ordinary names on the wire."""
    m = models(
        """
        X:
          properties:
            date: {type: string, format: date}
            int: {type: integer}
            str: {type: string}
            list: {type: array, items: {type: integer}}
            again: {type: array, items: {type: string}}
        """
    )

    x = m.X(date=date(2026, 11, 23), int=1, str="a", list=[1], again=["b"])

    assert m.X.model_validate_json(x.model_dump_json()) == x


def test_schemas_named_like_what_the_module_needs_are_renamed(models: GenerateModels) -> None:
    """A schema `Field` is no obstacle."""
    m = models(
        """
        Field: {properties: {a: {type: string, minLength: 1}}}
        Any: {properties: {field: {$ref: '#/components/schemas/Field'}}}
        my-thing: {type: string}
        MyThing: {type: integer}
        """
    )

    assert m.AnyModel(field=m.FieldModel(a="x")).field.a == "x"
    assert m.MyThing is str
    assert m.MyThing2 is int


def test_an_open_enumeration_keeps_what_it_does_not_know(models: GenerateModels) -> None:
    """A caller reads a new value; a provider refuses it; nobody says it by mistake."""
    schema = "Thing: {required: [size], properties: {size: {type: string, enum: [s, m]}}}"
    m = models(schema, paths=using("Thing", "response"))

    thing = m.Thing.model_validate_json('{"size": "xl"}', context=TOLERANT)

    assert thing.size == "xl"
    assert isinstance(thing.size, Unrecognized)
    with pytest.raises(ValidationError):
        m.Thing.model_validate_json('{"size": "xl"}')
    assert not isinstance(m.Thing(size="s").size, Unrecognized)


def test_an_enumeration_that_is_only_sent_is_closed(models: GenerateModels) -> None:
    """There, nothing unknown can come."""
    schema = "Thing: {required: [size], properties: {size: {type: string, enum: [s, m]}}}"
    m = models(schema, paths=using("Thing", "request"))

    with pytest.raises(ValidationError):
        m.Thing.model_validate_json('{"size": "xl"}', context=TOLERANT)


@pytest.mark.parametrize(
    ("directions", "accepted"),
    [(("request",), False), (("response",), True), (("request", "response"), True)],
)
def test_unknown_members_are_refused_in_requests_only(
    models: GenerateModels, directions: tuple[str, ...], accepted: bool
) -> None:
    """A provider may add members to what it answers, whatever additionalProperties says."""
    m = models(
        "Thing: {additionalProperties: false, properties: {a: {type: string}}}",
        paths=using("Thing", *directions),
    )

    if accepted:
        assert m.Thing.model_validate({"b": 1}).model_dump() == {}
    else:
        with pytest.raises(ValidationError):
            m.Thing.model_validate({"b": 1})


def test_further_members_are_kept_where_they_are_declared(models: GenerateModels) -> None:
    """`additionalProperties` that is true or a schema asks for them."""
    m = models("Thing: {properties: {a: {type: string}}, additionalProperties: true}")

    assert m.Thing.model_validate({"a": "x", "b": 1}).model_dump() == {"a": "x", "b": 1}


def test_read_only_members_are_not_demanded_of_a_caller(models: GenerateModels) -> None:
    """Only where they are required does a schema that goes both ways become two classes."""
    m = models(
        """
        Order:
          required: [id, item]
          properties:
            id: {type: string, readOnly: true}
            item: {$ref: '#/components/schemas/Item'}
        Item:
          required: [name]
          properties: {name: {type: string}, at: {type: string, readOnly: true}}
        Holder: {required: [order], properties: {order: {$ref: '#/components/schemas/Order'}}}
        """,
        paths=using("Holder", "request", "response"),
    )

    sent = m.HolderInput(order=m.OrderInput(item=m.Item(name="a")))

    assert sent.model_dump(exclude_unset=True) == {"order": {"item": {"name": "a"}}}
    with pytest.raises(ValidationError):
        m.Holder.model_validate({"order": {"item": {"name": "a"}}})
    assert not hasattr(m, "ItemInput")


def test_write_only_members_are_not_demanded_of_a_provider(models: GenerateModels) -> None:
    """A password is sent and never answered."""
    m = models(
        """
        User:
          required: [name, pw]
          properties: {name: {type: string}, pw: {type: string, writeOnly: true}}
        """,
        paths=using("User", "request", "response"),
    )

    assert m.User.model_validate({"name": "a"}).model_dump() == {"name": "a"}
    with pytest.raises(ValidationError):
        m.UserInput.model_validate({"name": "a"})


_PETS = """
Cat: {required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
Dog: {required: [kind], properties: {kind: {type: string}, lives: {type: integer}}}
Pet:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
"""


def test_a_discriminator_chooses_the_arm(models: GenerateModels) -> None:
    """By its mapping, or else by the schemas' names; so each arm knows its own value."""
    m = models(
        _PETS
        + "  discriminator: {propertyName: kind, mapping: {tom: '#/components/schemas/Cat'}}\n"
    )
    pets = TypeAdapter[object](m.Pet)

    assert isinstance(pets.validate_python({"kind": "tom"}), m.Cat)
    assert isinstance(pets.validate_python({"kind": "Dog"}), m.Dog)
    assert m.Dog(lives=1).model_dump(exclude_unset=True) == {"kind": "Dog", "lives": 1}
    with pytest.raises(ValidationError, match="'tom', 'Dog'"):
        pets.validate_python({"kind": "Cat"})


def test_constants_choose_the_arm_without_a_discriminator(models: GenerateModels) -> None:
    """Where every arm has a constant of its own, one fault is told, not those of all arms."""
    m = models(
        """
        Shape:
          oneOf:
            - {required: [form], properties: {form: {const: round}, size: {type: integer}}}
            - {required: [form], properties: {form: {const: square}, size: {type: integer}}}
        """
    )

    assert isinstance(
        TypeAdapter[object](m.Shape).validate_python({"form": "square"}), m.ShapeSquare
    )
    assert m.ShapeRound(size=1).model_dump(exclude_unset=True) == {"form": "round", "size": 1}
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(m.Shape).validate_python({"form": "square", "size": "x"})
    assert caught.value.error_count() == 1


def test_recursive_schemas_work(models: GenerateModels) -> None:
    """Classes that mention each other, and an alias that mentions itself."""
    m = models(
        """
        Value:
          anyOf:
            - {type: string}
            - {type: array, items: {$ref: '#/components/schemas/Value'}}
        Node: {properties: {edges: {type: array, items: {$ref: '#/components/schemas/Edge'}}}}
        Edge: {properties: {to: {$ref: '#/components/schemas/Node'}}}
        Either: {oneOf: [{$ref: '#/components/schemas/Node'}, {$ref: '#/components/schemas/Loop'}]}
        Loop: {required: [either], properties: {either: {$ref: '#/components/schemas/Either'}}}
        """
    )

    assert TypeAdapter[object](m.Value).validate_python(["a", ["b"]]) == ["a", ["b"]]
    assert m.Node(edges=[m.Edge(to=m.Node())]).edges[0].to == m.Node()
    assert isinstance(m.Loop.model_validate({"either": {"either": {}}}).either, m.Loop)


def test_a_schema_that_is_an_object_or_null_is_a_class(models: GenerateModels) -> None:
    """Who refers to it may have null."""
    m = models(
        """
        Maybe: {type: [object, 'null'], properties: {a: {type: string}}}
        Use: {required: [it], properties: {it: {$ref: '#/components/schemas/Maybe'}}}
        """
    )

    assert m.Use(it=None).it is None
    assert m.Use(it=m.Maybe(a="x")).it.a == "x"


def test_inline_objects_are_named_by_their_place(models: GenerateModels) -> None:
    """By the class and the field, the item or the arm."""
    m = models(
        """
        Thing:
          properties:
            size: {properties: {width: {type: integer}}}
            parts: {type: array, items: {properties: {a: {type: string}}}}
            byName: {additionalProperties: {properties: {a: {type: string}}}}
        """
    )

    thing = m.Thing(
        size=m.ThingSize(width=1), parts=[m.ThingPartsItem()], by_name={"x": m.ThingByNameValue()}
    )
    assert thing.model_dump(exclude_unset=True) == {
        "size": {"width": 1},
        "parts": [{}],
        "byName": {"x": {}},
    }


def test_descriptions_become_docstrings(models: GenerateModels) -> None:
    """Whatever is in them: quotes, backslashes, code and lists."""
    m = models(
        r"""
        Thing:
          description: "\"Quoted\" first. A \\d backslash.\n\n* a list\n  `x`\n\n\"\"\"three\"\"\""
          properties:
            a: {type: string, description: 'Ends with a quote "'}
        """
    )

    assert m.Thing.__doc__.startswith("'Quoted' first.")
    assert r"A \d backslash." in m.Thing.__doc__
    assert "'''three'''" in m.Thing.__doc__
