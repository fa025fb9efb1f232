"""How much time is left for what is being done, told to whatever is done for it.

A request that is served has a deadline, and so has a call of a client; what either does meanwhile,
such as asking a database for the credentials of that call, has to end by the earlier of the two.
`current` tells it, without being passed from hand to hand. A thread started by hand has a context
of its own: run what it does in `contextvars.copy_context()`.

From service to service the time goes in a header field, for there is no standard one: a callee
that knows it does no work whose result nobody waits for.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Final, TypeAlias

Left: TypeAlias = Callable[[], float]
"""Tells the seconds that are left: 0 when there are none."""

HEADER: Final = "X-Request-Timeout-Ms"
"""The header field with the milliseconds after which the caller waits no longer."""

_MILLISECONDS: Final = re.compile(r"[0-9]{1,9}")


def _for_ever() -> float:
    return math.inf


current: Final[ContextVar[Left]] = ContextVar("pactwright_left", default=_for_ever)
"""The time that is left; for ever, where nobody has said otherwise."""


def left() -> float:
    """Seconds that are left; infinite without a deadline."""
    return current.get()()


def header(seconds: float) -> Mapping[str, str]:
    """The header field that tells a callee so; none where there is no end."""
    return {} if math.isinf(seconds) else {HEADER: str(int(seconds * 1000))}


def read(text: str | None) -> float:
    """The seconds of the header field; infinite where there is none, or none that can be read."""
    return int(text) / 1000 if text and _MILLISECONDS.fullmatch(text) else math.inf
