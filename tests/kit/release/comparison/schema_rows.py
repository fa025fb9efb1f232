"""Changes of a schema, each with what it is for callers and for readers, and where it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

B: Final = "breaking"
C: Final = "compatible"
U: Final = "unknown"
ANYTHING: Final = True
NOTHING: Final = False


@dataclass(frozen=True, slots=True)
class Row:
    """One change.

    Attributes:
        name: in words.
        old: the schema before.
        new: the schema after.
        kinds: the kinds of change that are found, each once; none is no change.
        request: the worst verdict for callers who send it.
        response: the worst verdict for readers who get it.
        at: the place of the first change, in the old and in the new schema.
        versions: of OpenAPI, before and after.
    """

    name: str
    old: Any
    new: Any
    kinds: tuple[str, ...]
    request: str = C
    response: str = C
    at: tuple[str, str] = ("", "")
    versions: tuple[str, str] = ("3.1.0", "3.1.0")


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


def whole(**more: Any) -> dict[str, Any]:
    return {"type": "integer", **more}


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", **more}


def items(**more: Any) -> dict[str, Any]:
    return {"type": "array", **more}


def thing(properties: dict[str, Any] | None = None, *required: str, **more: Any) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties or {"a": text()}, **more}
    return {**shape, "required": list(required)} if required else shape


def cat(**more: Any) -> dict[str, Any]:
    return thing({"is": {"const": "cat"}, **more}, "is")


def dog(**more: Any) -> dict[str, Any]:
    return thing({"is": {"const": "dog"}, **more}, "is")


def tree(most: int) -> dict[str, Any]:
    """A schema that holds itself."""
    branches = items(items={"$ref": "#/components/schemas/It"})
    return thing({"size": whole(maximum=most), "branches": branches})


_T: Final = text()
_OPEN: Final[dict[str, Any]] = {}
_A: Final = {"$ref": "#/components/schemas/A"}
_SAME_AS_A: Final = {"$ref": "#/components/schemas/SameAsA"}
_MAPPED: Final = {"propertyName": "is", "mapping": {"cat": "#/components/schemas/Cat"}}
_CATS: Final = {"$ref": "#/components/schemas/Cat"}
_DOGS: Final = {"$ref": "#/components/schemas/Dog"}
_PETS: Final = [_CATS, _DOGS]

TYPES: Final = (
    Row("another type", _T, whole(), ("type-changed",), B, B, ("/type", "/type")),
    Row("number to integer", number(), whole(), ("type-removed",), B, C, ("/type", "/type")),
    Row("integer to number", whole(), number(), ("type-added",), C, B, ("/type", "/type")),
    Row("one type of two", {"type": ["string", "integer"]}, _T, ("type-removed",), B, C),
    Row("a second type", _T, {"type": ["string", "integer"]}, ("type-added",), C, B),
    Row("an object to an array", thing(), items(), ("type-changed",), B, B),
    Row("the order of types", {"type": ["string", "null"]}, {"type": ["null", "string"]}, ()),
    Row("no type to a type", _OPEN, _T, ("schema-added",), B, C, ("", "")),
    Row("a type to none", _T, _OPEN, ("schema-removed",), C, B, ("", "")),
    Row("true for the empty schema", ANYTHING, _OPEN, ()),
    Row("a schema to false", _T, NOTHING, ("forbidden",), B, C),
    Row("false to a schema", NOTHING, _T, ("allowed",), C, B),
    Row("null is allowed", _T, {"type": ["string", "null"]}, ("null-added",), C, B),
    Row("null is forbidden", {"type": ["string", "null"]}, _T, ("null-removed",), B, C),
    Row("nullable, 3.0", _T, text(nullable=True), ("null-added",), C, B, versions=("3.0.3",) * 2),
    Row(
        "nullable no more, 3.0",
        text(nullable=True),
        _T,
        ("null-removed",),
        B,
        C,
        versions=("3.0.3",) * 2,
    ),
    Row(
        "nullable as a list of types",
        text(nullable=True),
        {"type": ["string", "null"]},
        (),
        versions=("3.0.3", "3.1.0"),
    ),
    Row(
        "nullable as an arm",
        {"nullable": True, "allOf": [_A]},
        {"oneOf": [_A, {"type": "null"}]},
        (),
        versions=("3.0.3", "3.1.0"),
    ),
    Row("nullable as anyOf", {"type": ["string", "null"]}, {"anyOf": [_T, {"type": "null"}]}, ()),
    Row("null in an enum", {"enum": ["a"]}, {"enum": ["a", None]}, ("null-added",), C, B),
    Row("null out of an enum", {"enum": ["a", None]}, {"enum": ["a"]}, ("null-removed",), B, C),
)

VALUES: Final = (
    Row(
        "an enum's value is gone",
        {"enum": ["a", "b"]},
        {"enum": ["a"]},
        ("value-removed",),
        B,
        C,
        ("/enum", "/enum"),
    ),
    Row(
        "an enum's value is new",
        {"enum": ["a"]},
        {"enum": ["a", "b"]},
        ("value-added",),
        C,
        B,
        ("/enum", "/enum"),
    ),
    Row(
        "a value for another",
        {"enum": ["a"]},
        {"enum": ["b"]},
        ("value-removed", "value-added"),
        B,
        B,
    ),
    Row("the order of an enum", {"enum": ["a", "b"]}, {"enum": ["b", "a"]}, ()),
    Row("a text to an enum", _T, text(enum=["a"]), ("enum-added",), B, C, ("/type", "/enum")),
    Row("an enum to a text", text(enum=["a"]), _T, ("enum-removed",), C, B, ("/enum", "/type")),
    Row("an enum to a number", text(enum=["a"]), whole(), ("enum-removed", "value-removed"), B, B),
    Row(
        "another const",
        {"const": 1},
        {"const": 2},
        ("value-removed", "value-added"),
        B,
        B,
        ("/const", "/const"),
    ),
    Row("a const where there was none", whole(), whole(const=1), ("enum-added",), B, C),
    Row("no const any more", whole(const=1), whole(), ("enum-removed",), C, B),
    Row("a const as an enum of one", {"const": "a"}, {"enum": ["a"]}, ()),
    Row("a const to an enum", {"const": "a"}, {"enum": ["a", "b"]}, ("value-added",), C, B),
    Row("1 for 1.0", {"enum": [1]}, {"enum": [1.0]}, ()),
    Row("1 for true", {"enum": [1]}, {"enum": [True]}, ("value-removed", "value-added"), B, B),
    Row("a boolean that is true", {"type": "boolean"}, {"const": True}, ("value-removed",), B, C),
)

NUMBERS: Final = (
    Row("minimum set", whole(), whole(minimum=1), ("minimum-added",), B, C, ("", "/minimum")),
    Row(
        "minimum raised",
        whole(minimum=1),
        whole(minimum=2),
        ("minimum-raised",),
        B,
        C,
        ("/minimum", "/minimum"),
    ),
    Row("minimum lowered", whole(minimum=2), whole(minimum=1), ("minimum-lowered",), C, B),
    Row("minimum gone", whole(minimum=1), whole(), ("minimum-removed",), C, B, ("/minimum", "")),
    Row("maximum set", number(), number(maximum=9), ("maximum-added",), B, C),
    Row("maximum raised", number(maximum=8), number(maximum=9), ("maximum-raised",), C, B),
    Row("maximum lowered", number(maximum=9), number(maximum=8.5), ("maximum-lowered",), B, C),
    Row("maximum gone", number(maximum=9), number(), ("maximum-removed",), C, B),
    Row(
        "exclusiveMinimum for minimum",
        number(minimum=1),
        number(exclusiveMinimum=1),
        ("minimum-raised",),
        B,
        C,
        ("/minimum", "/exclusiveMinimum"),
    ),
    Row(
        "minimum for exclusiveMinimum",
        number(exclusiveMinimum=1),
        number(minimum=1),
        ("minimum-lowered",),
        C,
        B,
    ),
    Row(
        "exclusiveMaximum for maximum",
        number(maximum=1),
        number(exclusiveMaximum=1),
        ("maximum-lowered",),
        B,
        C,
    ),
    Row(
        "exclusiveMaximum raised",
        number(exclusiveMaximum=1),
        number(exclusiveMaximum=2),
        ("maximum-raised",),
        C,
        B,
    ),
    Row("exclusiveMinimum set", number(), number(exclusiveMinimum=0), ("minimum-added",), B, C),
    Row("exclusiveMaximum gone", number(exclusiveMaximum=0), number(), ("maximum-removed",), C, B),
    Row(
        "an exclusive bound as an inclusive one, of integers",
        whole(exclusiveMinimum=0),
        whole(minimum=1),
        (),
    ),
    Row(
        "exclusiveMinimum as a boolean, 3.0",
        number(minimum=0, exclusiveMinimum=True),
        number(exclusiveMinimum=0),
        (),
        versions=("3.0.3", "3.1.0"),
    ),
    Row(
        "exclusiveMaximum as a boolean set, 3.0",
        number(maximum=1),
        number(maximum=1, exclusiveMaximum=True),
        ("maximum-lowered",),
        B,
        C,
        versions=("3.0.3",) * 2,
    ),
    Row("the looser of two bounds", number(minimum=3, exclusiveMinimum=1), number(minimum=3), ()),
    Row("multipleOf set", whole(), whole(multipleOf=5), ("multiple-narrowed",), B, C),
    Row("multipleOf gone", number(multipleOf=0.01), number(), ("multiple-widened",), C, B),
    Row(
        "multipleOf a multiple",
        number(multipleOf=0.01),
        number(multipleOf=0.1),
        ("multiple-narrowed",),
        B,
        C,
        ("/multipleOf", "/multipleOf"),
    ),
    Row(
        "multipleOf a divisor",
        whole(multipleOf=6),
        whole(multipleOf=3),
        ("multiple-widened",),
        C,
        B,
    ),
    Row(
        "another multipleOf", whole(multipleOf=2), whole(multipleOf=3), ("multiple-changed",), B, B
    ),
    Row("multipleOf 1 of an integer", whole(), whole(multipleOf=1), ()),
    Row("a limit of what is no number", _T, text(maximum=5), ()),
    Row(
        "int64 to int32",
        whole(format="int64"),
        whole(format="int32"),
        ("format-narrowed",),
        B,
        C,
        ("/format", "/format"),
    ),
    Row("int32 to int64", whole(format="int32"), whole(format="int64"), ("format-widened",), C, B),
    Row(
        "float to double",
        number(format="float"),
        number(format="double"),
        ("format-widened",),
        C,
        B,
    ),
)

TEXTS: Final = (
    Row("minLength set", _T, text(minLength=1), ("minimum-added",), B, C, ("", "/minLength")),
    Row("minLength raised", text(minLength=1), text(minLength=2), ("minimum-raised",), B, C),
    Row("minLength lowered", text(minLength=2), text(minLength=1), ("minimum-lowered",), C, B),
    Row("minLength gone", text(minLength=1), _T, ("minimum-removed",), C, B),
    Row("minLength of nothing", _T, text(minLength=0), ()),
    Row("maxLength set", _T, text(maxLength=9), ("maximum-added",), B, C),
    Row("maxLength raised", text(maxLength=8), text(maxLength=9), ("maximum-raised",), C, B),
    Row("maxLength lowered", text(maxLength=9), text(maxLength=8), ("maximum-lowered",), B, C),
    Row("maxLength gone", text(maxLength=9), _T, ("maximum-removed",), C, B),
    Row("a pattern set", _T, text(pattern="^a"), ("pattern-added",), B, C, ("", "/pattern")),
    Row("a pattern gone", text(pattern="^a"), _T, ("pattern-removed",), C, B, ("/pattern", "")),
    Row(
        "another pattern",
        text(pattern="^[0-9]+$"),
        text(pattern="^[0-9]*$"),
        ("pattern-changed",),
        B,
        B,
    ),
    Row("a pattern of everything", _T, text(pattern=".*"), ()),
    Row("a format set", _T, text(format="uuid"), ("format-narrowed",), B, C),
    Row("a format gone", text(format="uuid"), _T, ("format-widened",), C, B),
    Row("another format", text(format="date"), text(format="date-time"), ("format-changed",), B, B),
    Row("a format nobody knows", _T, text(format="phone"), ("format-narrowed",), B, C),
    Row("a format of numbers on a text", _T, text(format="int32"), ()),
    Row("contentEncoding", _T, text(contentEncoding="base64"), ("content-changed",), B, B),
    Row("contentMediaType", text(contentMediaType="text/html"), _T, ("content-changed",), B, B),
    Row(
        "contentSchema",
        text(contentSchema=_T),
        text(contentSchema=whole()),
        ("content-changed",),
        B,
        B,
    ),
)

ARRAYS: Final = (
    Row("minItems set", items(), items(minItems=1), ("minimum-added",), B, C),
    Row("minItems raised", items(minItems=1), items(minItems=2), ("minimum-raised",), B, C),
    Row("minItems lowered", items(minItems=2), items(minItems=1), ("minimum-lowered",), C, B),
    Row("minItems gone", items(minItems=1), items(), ("minimum-removed",), C, B),
    Row("maxItems set", items(), items(maxItems=1), ("maximum-added",), B, C),
    Row("maxItems raised", items(maxItems=1), items(maxItems=2), ("maximum-raised",), C, B),
    Row("maxItems lowered", items(maxItems=2), items(maxItems=1), ("maximum-lowered",), B, C),
    Row("maxItems gone", items(maxItems=1), items(), ("maximum-removed",), C, B),
    Row("uniqueItems set", items(), items(uniqueItems=True), ("unique-added",), B, C),
    Row("uniqueItems gone", items(uniqueItems=True), items(), ("unique-removed",), C, B),
    Row(
        "items of another type",
        items(items=_T),
        items(items=whole()),
        ("type-changed",),
        B,
        B,
        ("/items/type", "/items/type"),
    ),
    Row("items get a schema", items(), items(items=_T), ("schema-added",), B, C),
    Row("items lose their schema", items(items=_T), items(), ("schema-removed",), C, B),
    Row(
        "a tuple's item of another type",
        items(prefixItems=[_T]),
        items(prefixItems=[whole()]),
        ("type-changed",),
        B,
        B,
        ("/prefixItems/0/type", "/prefixItems/0/type"),
    ),
    Row(
        "a tuple's items change places",
        items(prefixItems=[_T, whole()]),
        items(prefixItems=[whole(), _T]),
        ("type-changed",),
        B,
        B,
    ),
    Row(
        "a tuple is closed",
        items(prefixItems=[_T]),
        items(prefixItems=[_T], items=False),
        ("forbidden",),
        B,
        C,
    ),
    Row(
        "a tuple gets longer",
        items(prefixItems=[_T], items=False),
        items(prefixItems=[_T, _T], items=False),
        ("allowed",),
        C,
        B,
    ),
    Row("contains set", items(), items(contains=_T), ("contains-changed",), B, B),
    Row(
        "contains something else",
        items(contains=_T),
        items(contains=whole()),
        ("contains-changed",),
        B,
        B,
        ("/contains", "/contains"),
    ),
    Row(
        "maxContains",
        items(contains=_T),
        items(contains=_T, maxContains=1),
        ("contains-changed",),
        B,
        B,
    ),
    Row(
        "unevaluatedItems",
        items(prefixItems=[_T]),
        items(prefixItems=[_T], unevaluatedItems=False),
        ("unevaluated-changed",),
        B,
        B,
    ),
    Row(
        "items as a list, as before 2020-12",
        items(items=[_T]),
        items(items=[whole()]),
        ("keyword-changed",),
        U,
        U,
    ),
)

OBJECTS: Final = (
    Row(
        "a property is new",
        thing(),
        thing({"a": _T, "b": _T}),
        ("property-added",),
        C,
        C,
        ("/properties", "/properties/b"),
    ),
    Row(
        "a property is new, and required",
        thing(),
        thing({"a": _T, "b": _T}, "b"),
        ("property-added", "property-required"),
        B,
        C,
    ),
    Row(
        "a property is gone",
        thing({"a": _T, "b": _T}),
        thing(),
        ("property-removed",),
        B,
        B,
        ("/properties/b", "/properties"),
    ),
    Row(
        "a required property is gone",
        thing({"a": _T, "b": _T}, "b"),
        thing(),
        ("property-removed",),
        B,
        B,
    ),
    Row(
        "a property is renamed",
        thing({"a": _T}),
        thing({"b": _T}),
        ("property-removed", "property-added"),
        B,
        B,
    ),
    Row(
        "a property must be there",
        thing(),
        thing(None, "a"),
        ("property-required",),
        B,
        C,
        ("", "/required"),
    ),
    Row(
        "a property need not be there",
        thing(None, "a"),
        thing(),
        ("property-optional",),
        C,
        B,
        ("/required", ""),
    ),
    Row(
        "a name must be there that no property has",
        thing(),
        thing(None, "z"),
        ("property-required",),
        B,
        C,
    ),
    Row(
        "a name need not be there that no property has",
        thing(None, "z"),
        thing(),
        ("property-optional",),
        C,
        B,
    ),
    Row(
        "a property of another type",
        thing({"a": _T}),
        thing({"a": whole()}),
        ("type-changed",),
        B,
        B,
        ("/properties/a/type", "/properties/a/type"),
    ),
    Row(
        "a property deep inside",
        thing({"a": thing({"b": items(items=_T)})}),
        thing({"a": thing({"b": items(items=text(maxLength=3))})}),
        ("maximum-added",),
        B,
        C,
        ("/properties/a/properties/b/items", "/properties/a/properties/b/items/maxLength"),
    ),
    Row("the order of properties", thing({"a": _T, "b": _T}), thing({"b": _T, "a": _T}), ()),
    Row(
        "readOnly",
        thing({"a": _T}),
        thing({"a": text(readOnly=True)}),
        ("property-one-way",),
        B,
        C,
        ("/properties/a", "/properties/a"),
    ),
    Row(
        "readOnly no more",
        thing({"a": text(readOnly=True)}),
        thing({"a": _T}),
        ("property-both-ways",),
        C,
        C,
    ),
    Row(
        "readOnly no more, and required",
        thing({"a": text(readOnly=True)}, "a"),
        thing({"a": _T}, "a"),
        ("property-both-ways", "property-required"),
        B,
        C,
    ),
    Row(
        "writeOnly",
        thing({"a": _T}),
        thing({"a": text(writeOnly=True)}),
        ("property-one-way",),
        C,
        B,
    ),
    Row(
        "writeOnly no more",
        thing({"a": text(writeOnly=True)}),
        thing({"a": _T}),
        ("property-both-ways",),
        C,
        C,
    ),
    Row(
        "a read-only property of another type",
        thing({"a": text(readOnly=True)}),
        thing({"a": whole(readOnly=True)}),
        ("type-changed",),
        C,
        B,
    ),
    Row(
        "a write-only property of another type",
        thing({"a": text(writeOnly=True)}),
        thing({"a": whole(writeOnly=True)}),
        ("type-changed",),
        B,
        C,
    ),
    Row(
        "a read-only property must be there",
        thing({"a": text(readOnly=True)}),
        thing({"a": text(readOnly=True)}, "a"),
        ("property-required",),
        C,
        C,
    ),
    Row(
        "closed",
        thing(),
        thing(additionalProperties=False),
        ("closed",),
        B,
        C,
        ("", "/additionalProperties"),
    ),
    Row("opened", thing(additionalProperties=False), thing(), ("opened",), C, B),
    Row(
        "other members must be texts",
        thing(),
        thing(additionalProperties=_T),
        ("schema-added",),
        B,
        C,
    ),
    Row(
        "other members may be anything",
        thing(additionalProperties=_T),
        thing(),
        ("schema-removed",),
        C,
        B,
    ),
    Row(
        "other members of another type",
        thing(additionalProperties=_T),
        thing(additionalProperties=whole()),
        ("type-changed",),
        B,
        B,
    ),
    Row("additionalProperties is true in words", thing(), thing(additionalProperties=True), ()),
    Row(
        "a property of a closed object is new",
        thing(additionalProperties=False),
        thing({"a": _T, "b": _T}, additionalProperties=False),
        ("property-allowed",),
        C,
        B,
    ),
    Row(
        "a property of a closed object is gone",
        thing({"a": _T, "b": _T}, additionalProperties=False),
        thing(additionalProperties=False),
        ("property-removed",),
        B,
        B,
    ),
    Row(
        "a property where any were taken in so many words",
        thing(additionalProperties=True),
        thing({"a": _T, "b": whole()}, additionalProperties=True),
        ("property-added", "schema-added"),
        B,
        C,
    ),
    Row("minProperties", thing(), thing(minProperties=1), ("minimum-added",), B, C),
    Row(
        "minProperties lowered",
        thing(minProperties=2),
        thing(minProperties=1),
        ("minimum-lowered",),
        C,
        B,
    ),
    Row("maxProperties", thing(), thing(maxProperties=1), ("maximum-added",), B, C),
    Row("maxProperties gone", thing(maxProperties=1), thing(), ("maximum-removed",), C, B),
    Row(
        "patternProperties",
        thing(),
        thing(patternProperties={"^x": _T}),
        ("pattern-properties-changed",),
        B,
        B,
    ),
    Row(
        "another pattern of properties",
        thing(patternProperties={"^x": _T}),
        thing(patternProperties={"^y": _T}),
        ("pattern-properties-changed",),
        B,
        B,
    ),
    Row(
        "a pattern's properties of another type",
        thing(patternProperties={"^x": _T}),
        thing(patternProperties={"^x": whole()}),
        ("type-changed",),
        B,
        B,
    ),
    Row(
        "propertyNames",
        thing(),
        thing(propertyNames=text(maxLength=3)),
        ("property-names-changed",),
        B,
        B,
    ),
    Row(
        "other propertyNames",
        thing(propertyNames=text(maxLength=3)),
        thing(propertyNames=text(maxLength=2)),
        ("property-names-changed",),
        B,
        B,
    ),
    Row(
        "dependentRequired",
        thing(),
        thing(dependentRequired={"a": ["b"]}),
        ("dependency-added",),
        B,
        C,
    ),
    Row(
        "dependentRequired no more",
        thing(dependentRequired={"a": ["b"]}),
        thing(),
        ("dependency-removed",),
        C,
        B,
    ),
    Row(
        "dependentSchemas",
        thing(),
        thing(dependentSchemas={"a": {"required": ["b"]}}),
        ("dependent-schemas-changed",),
        B,
        B,
    ),
    Row(
        "unevaluatedProperties",
        thing(),
        thing(unevaluatedProperties=False),
        ("unevaluated-changed",),
        B,
        B,
    ),
    Row(
        "a property beside unevaluatedProperties",
        thing(unevaluatedProperties=False),
        thing({"a": _T, "b": _T}, unevaluatedProperties=False),
        ("property-added", "unevaluated-changed"),
        B,
        B,
    ),
    Row(
        "a default set",
        thing({"a": _T}),
        thing({"a": text(default="x")}),
        ("default-changed",),
        B,
        B,
        ("/properties/a", "/properties/a"),
    ),
    Row(
        "another default",
        thing({"a": text(default="x")}),
        thing({"a": text(default="y")}),
        ("default-changed",),
        B,
        B,
    ),
    Row(
        "no default any more",
        thing({"a": text(default="x")}),
        thing({"a": _T}),
        ("default-changed",),
        B,
        B,
    ),
    Row(
        "another default of what is always there",
        thing({"a": text(default="x")}, "a"),
        thing({"a": text(default="y")}, "a"),
        (),
    ),
    Row(
        "a property is deprecated",
        thing({"a": _T}),
        thing({"a": text(deprecated=True)}),
        ("deprecated",),
    ),
    Row(
        "a property is deprecated no more",
        thing({"a": text(deprecated=True)}),
        thing({"a": _T}),
        ("undeprecated",),
    ),
)

UNIONS: Final = (
    Row(
        "an alternative to one schema",
        _T,
        {"anyOf": [_T, whole()]},
        ("alternative-added",),
        C,
        B,
        ("", "/anyOf/1"),
    ),
    Row(
        "an alternative is new in anyOf",
        {"anyOf": [_T, whole()]},
        {"anyOf": [_T, whole(), {"type": "boolean"}]},
        ("alternative-added",),
        C,
        B,
        ("/anyOf", "/anyOf/2"),
    ),
    Row(
        "an alternative is gone from anyOf",
        {"anyOf": [_T, whole(), {"type": "boolean"}]},
        {"anyOf": [_T, whole()]},
        ("alternative-removed",),
        B,
        C,
        ("/anyOf/2", "/anyOf"),
    ),
    Row(
        "an alternative is new in oneOf",
        {"oneOf": [cat(), dog()]},
        {"oneOf": [cat(), dog(), _T]},
        ("alternative-added",),
        C,
        B,
    ),
    Row(
        "an alternative is gone from oneOf",
        {"oneOf": [cat(), dog(), _T]},
        {"oneOf": [cat(), dog()]},
        ("alternative-removed",),
        B,
        C,
    ),
    Row(
        "an alternative is narrower",
        {"oneOf": [cat(), dog()]},
        {"oneOf": [cat(), thing({"is": {"const": "dog"}, "n": _T}, "is", "n")]},
        ("property-added", "property-required"),
        B,
        C,
    ),
    Row(
        "an alternative is wider",
        {"anyOf": [text(maxLength=3), whole()]},
        {"anyOf": [_T, whole()]},
        ("maximum-removed",),
        C,
        B,
    ),
    Row("the order of alternatives", {"oneOf": [cat(), dog()]}, {"oneOf": [dog(), cat()]}, ()),
    Row(
        "oneOf for anyOf, of what can't overlap",
        {"anyOf": [cat(), dog()]},
        {"oneOf": [cat(), dog()]},
        (),
    ),
    Row(
        "oneOf for anyOf, of what may overlap",
        {"anyOf": [_T, text(minLength=3)]},
        {"oneOf": [_T, text(minLength=3)]},
        ("alternatives-changed",),
        B,
        B,
    ),
    Row(
        "an alternative that may overlap is wider",
        {"oneOf": [text(minLength=5), text(maxLength=3)]},
        {"oneOf": [text(minLength=2), text(maxLength=3)]},
        ("alternatives-changed",),
        B,
        B,
    ),
    Row(
        "anyOf besides",
        thing(),
        thing(anyOf=[{"required": ["a"]}, {"required": ["b"]}]),
        ("alternatives-added",),
        B,
        C,
        ("", "/anyOf"),
    ),
    Row(
        "anyOf no more besides",
        thing(anyOf=[{"required": ["a"]}, {"required": ["b"]}]),
        thing(),
        ("alternatives-removed",),
        C,
        B,
    ),
    Row(
        "allOf gets a part",
        {"allOf": [thing()]},
        {"allOf": [thing(), {"required": ["a"]}]},
        ("property-required",),
        B,
        C,
        ("", "/allOf/1/required"),
    ),
    Row(
        "allOf loses a part",
        {"allOf": [thing(), {"maxProperties": 3}]},
        {"allOf": [thing()]},
        ("maximum-removed",),
        C,
        B,
    ),
    Row("allOf written out", {"allOf": [_A, {"required": ["a"]}]}, thing(None, "a"), ()),
    Row("a reference written out", _A, thing(), ()),
    Row("a schema of another name", _A, _SAME_AS_A, ()),
    Row("a description beside a reference", _A, {**_A, "description": "It."}, ()),
    Row("a limit beside a reference", _A, {**_A, "minProperties": 1}, ("minimum-added",), B, C),
    Row(
        "a limit beside a reference, 3.0",
        _A,
        {**_A, "minProperties": 1},
        (),
        versions=("3.0.3",) * 2,
    ),
    Row("another not", {"not": _T}, {"not": whole()}, ("not-changed",), B, B, ("/not", "/not")),
    Row(
        "a not is wider, so that less is taken",
        {"not": text(maxLength=3)},
        {"not": _T},
        ("not-changed",),
        B,
        B,
    ),
    Row(
        "if, then",
        thing(),
        thing(**{"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        ("condition-changed",),
        B,
        B,
    ),
    Row(
        "another then",
        {"if": _T, "then": {"maxLength": 1}},
        {"if": _T, "then": {"maxLength": 2}},
        ("condition-changed",),
        B,
        B,
    ),
    Row(
        "a discriminator",
        {"oneOf": _PETS},
        {"oneOf": _PETS, "discriminator": _MAPPED},
        ("discriminator-changed",),
        B,
        B,
    ),
    Row(
        "another discriminator",
        {"oneOf": _PETS, "discriminator": _MAPPED},
        {"oneOf": _PETS, "discriminator": {**_MAPPED, "propertyName": "kind"}},
        ("discriminator-changed",),
        B,
        B,
        ("/discriminator", "/discriminator"),
    ),
    Row(
        "a discriminator's other value",
        {"oneOf": _PETS, "discriminator": _MAPPED},
        {
            "oneOf": _PETS,
            "discriminator": {"propertyName": "is", "mapping": {"puss": _CATS["$ref"]}},
        },
        ("discriminator-changed",),
        B,
        B,
    ),
    Row(
        "a discriminator's value in words",
        {"oneOf": _PETS, "discriminator": {"propertyName": "is"}},
        {
            "oneOf": _PETS,
            "discriminator": {"propertyName": "is", "mapping": {"Cat": _CATS["$ref"]}},
        },
        (),
    ),
    Row(
        "a discriminator with no alternatives",
        thing(),
        thing(discriminator={"propertyName": "a"}),
        ("discriminator-changed",),
        B,
        B,
    ),
    Row(
        "what holds itself",
        tree(9),
        tree(8),
        ("maximum-lowered",),
        B,
        C,
        ("/properties/size/maximum", "/properties/size/maximum"),
    ),
    Row("what holds itself, the same", tree(9), tree(9), ()),
)

OTHERS: Final = (
    Row(
        "title, description, examples",
        _T,
        text(title="T", description="D", examples=["e"], example="e"),
        (),
    ),
    Row("a comment", _T, text(**{"$comment": "C"}), ()),
    Row("externalDocs", _T, text(externalDocs={"url": "https://example.com"}), ()),
    Row("an extension", _T, text(**{"x-mask": True}), ("keyword-changed",), U, U, ("", "/x-mask")),
    Row(
        "a keyword nobody knows",
        text(magic=1),
        text(magic=2),
        ("keyword-changed",),
        U,
        U,
        ("/magic", "/magic"),
    ),
    Row("a keyword nobody knows, the same", text(magic=[1]), text(magic=[1.0]), ()),
    Row("xml", thing(xml={"name": "a"}), thing(xml={"name": "b"}), ("keyword-changed",), U, U),
)

ROWS: Final = (*TYPES, *VALUES, *NUMBERS, *TEXTS, *ARRAYS, *OBJECTS, *UNIONS, *OTHERS)
