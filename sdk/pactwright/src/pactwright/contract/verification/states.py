"""Provider states as typed functions: what a state's parameters are follows from annotations."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NotRequired, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic_core import to_jsonable_python
from typing_extensions import TypedDict

from pactwright.contract.errors import StateError
from pactwright.contract.pacts import State

_typed_dict: Final[Any] = TypedDict  # made from names and types that are known late


@dataclass(frozen=True, slots=True)
class StateHandler:
    """What makes a state so.

    Attributes:
        name: the state's.
        function: takes `Given`, and the state's parameters by name.
        parameters: reads them from JSON.
    """

    name: str
    function: Callable[..., None]
    parameters: TypeAdapter[Any]

    def read(self, state: State) -> dict[str, Any]:
        """The function's arguments.

        Raises:
            StateError: the state's parameters are others than the function's.
        """
        return read_arguments(f"the state {self.name!r}", self.parameters, state.parameters)


def read_arguments(
    what: str, parameters: TypeAdapter[Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """A function's arguments, from JSON.

    Args:
        what: whose, for the error's text.
        parameters: reads them.
        given: what there is.

    Raises:
        StateError: they are others than the function's.
    """
    try:
        content = json.dumps(to_jsonable_python(given))
        read: dict[str, Any] = parameters.validate_json(content)
    except ValidationError as error:
        raise StateError(f"{what}: {'; '.join(_faults(error))}") from None
    return read


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False):
        where = "/".join(map(str, fault["loc"]))
        if fault["type"] == "missing":
            yield f"its parameter {where} is missing"
        elif fault["type"] == "extra_forbidden":
            yield f"it has no parameter {where}"
        else:
            yield f"its parameter {where} is {fault['input']!r}: {fault['msg']}"


def adapter(
    what: str, function: Callable[..., None], *, extra: Literal["forbid", "ignore"] = "forbid"
) -> TypeAdapter[Any]:
    """Reads the parameters that a function has beside the first one, from JSON.

    Args:
        what: the state, for the error's text.
        function: takes its first parameter by position, all others by name.
        extra: what becomes of parameters that it does not have.

    Raises:
        StateError: the parameters can't be read by name, or their types can't.
    """
    _, *parameters = inspect.signature(function).parameters.values()
    by_name = inspect.Parameter.KEYWORD_ONLY
    if wrong := [each.name for each in parameters if each.kind is not by_name]:
        raise StateError(f"{what}: {wrong[0]} must be a parameter by name: put it behind a *")
    try:
        types = get_type_hints(function)
        members = {
            each.name: types[each.name]
            if each.default is inspect.Parameter.empty
            else NotRequired[types[each.name]]
            for each in parameters
        }
        given: Any = _typed_dict("Parameters", members)
        given.__pydantic_config__ = ConfigDict(extra=extra, strict=True)
        return TypeAdapter(given)
    except (NameError, KeyError, PydanticUserError) as error:
        raise StateError(f"{what}: its parameters' types can't be read: {error}") from error
