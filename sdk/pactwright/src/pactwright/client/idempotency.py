"""Keys by which a provider knows a request that is sent again.

An operation that declares a header parameter Idempotency-Key gets a random key for each call that
brings none. The key stays the same over the retries of the call, so that the request may be sent
again as idempotent methods may. Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from pactwright.wire import EncodeError, Operation, Parameter
from pactwright.wire.parameters import encode

HEADER: Final = "Idempotency-Key"


def random_key() -> str:
    """A key that nobody else has: a UUID of 122 random bits."""
    return str(uuid4())


def key_parameter(operation: Operation[Any]) -> Parameter | None:
    """The operation's parameter for the key; None where it declares none."""
    named = (p for p in operation.parameters if p.name.lower() == HEADER.lower())
    return next((p for p in named if p.location == "header"), None)


def with_key(
    operation: Operation[Any], arguments: Mapping[str, object], new_key: Callable[[], str]
) -> Mapping[str, object]:
    """A call's arguments with a key among them, where the operation takes one.

    The key is written as the document has it: in quotes, which the draft demands (section 2.1), or
    bare, as older APIs want it. Where neither is allowed, the caller has to know better.

    Args:
        operation: what is called.
        arguments: by their Python names; None is not sent.
        new_key: makes a key, without quotes.
    """
    parameter = key_parameter(operation)
    if parameter is None or arguments.get(parameter.argument) is not None:
        return arguments
    key = new_key()
    allowed = (text for text in (f'"{key}"', key) if _is_allowed(parameter, text))
    return {**arguments, parameter.argument: next(allowed, None)}


def has_key(operation: Operation[Any], arguments: Mapping[str, object]) -> bool:
    """Whether a call carries a key, so that doing it twice does what doing it once does."""
    parameter = key_parameter(operation)
    return parameter is not None and arguments.get(parameter.argument) is not None


def _is_allowed(parameter: Parameter, text: str) -> bool:
    try:
        encode(parameter, text)
    except EncodeError:
        return False
    return True
