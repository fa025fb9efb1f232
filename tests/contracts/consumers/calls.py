"""How tests of consumers call, and what they demand of a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hereabouts import PROBLEM_TYPES
from pactwright.client import Client
from pactwright.client.errors import StatusError
from pactwright.wire import Operation


def call(client: Client, operation: Operation[Any], **arguments: Any) -> Any:
    """Call an operation by the method that the generated client has for it."""
    return getattr(client, operation.name)(**arguments)


@contextmanager
def refused(error: type[StatusError], slug: str) -> Iterator[pytest.ExceptionInfo[StatusError]]:
    """The call in here ends with this error, for the reason that the problem's type tells."""
    with pytest.raises(error) as raised:
        yield raised
    assert raised.value.problem is not None
    assert raised.value.problem.type == PROBLEM_TYPES + slug


def named(value: object) -> str | None:
    """What pytest calls a parameter: an operation by its name."""
    return value.name if isinstance(value, Operation) else None
