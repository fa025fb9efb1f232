"""What a caller may say about one call, and the value that says nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Final, Literal, TypeAlias, TypedDict, TypeVar

from pactwright.client.credentials import Credential
from pactwright.client.deadlines import Timeout
from pactwright.client.retries import RetryPolicy

T = TypeVar("T")
V = TypeVar("V")


class Default(Enum):
    """The type of `DEFAULT`."""

    DEFAULT = "default"

    def __repr__(self) -> str:
        return "DEFAULT"


DEFAULT: Final[Literal[Default.DEFAULT]] = Default.DEFAULT
"""Stands for "as the client does it", where None has a meaning of its own."""

Credentials: TypeAlias = Credential | Sequence[Credential] | None


class CallOptions(TypedDict, total=False):
    """What every method of a client takes besides the operation's own arguments."""

    timeout: Timeout | float | Literal[Default.DEFAULT] | None
    """Instead of the client's; a number of seconds stands for connect, read and total."""
    deadline: float | None
    """Seconds from now in which all must be done, besides the timeout: pass on what is left."""
    retries: RetryPolicy | Literal[Default.DEFAULT] | None
    """Instead of the client's; None sends once."""
    credentials: Credentials | Literal[Default.DEFAULT]
    """Instead of the client's; None sends none."""
    headers: Mapping[str, str]
    """Header fields to add, or to set otherwise than the operation does."""
    idempotent: bool
    """Whether the request may be sent again whatever became of it.

    Else it may with a method of the retry policy, or with an Idempotency-Key."""


_NAMES: Final = frozenset(CallOptions.__optional_keys__)


def check_names(options: CallOptions) -> None:
    """Refuse options that there are not, as Python does with keyword arguments.

    Raises:
        TypeError: there is one.
    """
    for name in options.keys() - _NAMES:
        raise TypeError(f"there is no option {name!r}: there are {', '.join(sorted(_NAMES))}")


def given(value: V | Literal[Default.DEFAULT], default: T, convert: Callable[[V], T]) -> T:
    """A setting as it is used: what was given, converted, or the default."""
    return default if value is DEFAULT else convert(value)


def several(credentials: Credentials) -> tuple[Credential, ...]:
    """Credentials as a tuple, however they are given."""
    if credentials is None:
        return ()
    return (credentials,) if isinstance(credentials, Credential) else tuple(credentials)
