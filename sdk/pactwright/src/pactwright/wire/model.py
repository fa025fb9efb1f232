"""What generated models are made of: their base classes, optional fields and open enums."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

T = TypeVar("T")

TOLERANT: Final = {"pactwright": "tolerant"}
"""Validation context of a caller reading an answer: open enums take values they don't know."""


def _is_none(value: object) -> bool:
    return value is None


def _refuse_null(value: object, info: core_schema.ValidationInfo[Any]) -> object:
    if value is None and info.mode == "json":
        raise PydanticCustomError("not_null", "should not be null: leave it out instead")
    return value


class _NotNull:
    """Refuses null on the wire, in validation as in the JSON schema."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        # After, not before: what a validator hands on is no JSON any more, and strict types care.
        return core_schema.with_info_after_validator_function(_refuse_null, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = handler(schema)
        arms = [arm for arm in described.get("anyOf", ()) if arm != {"type": "null"}]
        if not arms:
            return described
        return arms[0] if len(arms) == 1 else {**described, "anyOf": arms}


Omittable = Annotated[T | None, Field(exclude_if=_is_none), _NotNull()]
"""A field that may be left out but is never null on the wire: ``bio: Omittable[str] = None``.

In Python, None stands for "left out". A field that may be null as well is plainly ``str | None``:
there, unset is left out and None is sent as null.
"""


class Model(BaseModel):
    """Base of every generated model.

    Strict: a number is never read from a string. Members that the schema does not name are ignored,
    so that a provider may add fields. Only what was set is sent.
    """

    model_config = ConfigDict(
        strict=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        allow_inf_nan=False,
        ser_json_inf_nan="constants",
        protected_namespaces=(),
    )


class ConstantModel(Model):
    """Base of models with ``const`` members: these have defaults and are always sent."""

    constants: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Note which fields are constants."""
        cls.constants = frozenset(
            name
            for name, field in cls.model_fields.items()
            if get_origin(field.annotation) is Literal
            and len(get_args(field.annotation)) == 1
            and not field.is_required()
        )

    def model_post_init(self, _context: object, /) -> None:
        """Count the constants as set, so that they are sent."""
        self.__pydantic_fields_set__.update(self.constants)


class Unrecognized(str):
    """A value of an open enum that this release of the client does not know.

    A caller meets it where a provider has grown a new value: it is kept as it came. A provider
    reading a request refuses it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Unrecognized({str(self)!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Accept what was accepted before, and any string where the caller is tolerant."""
        return core_schema.with_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe it as the string that it is."""
        return {"type": "string"}

    @classmethod
    def _validate(cls, value: object, info: core_schema.ValidationInfo[Any]) -> Unrecognized:
        if isinstance(value, cls):
            return value
        if isinstance(value, str) and info.context == TOLERANT:
            return cls(value)
        raise PydanticCustomError("unrecognized", "should be one of the listed values")
