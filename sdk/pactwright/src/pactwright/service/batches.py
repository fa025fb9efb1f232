"""DynamoDB's batches: in parts of its size, and what it left undone again.

(Amazon DynamoDB Developer Guide, "Batch operations and error handling".)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pactwright.service.errors import Throttled
from pactwright.service.items import Attributes, to_attributes
from pactwright.wire.deadlines import left as time_left

READ_TOGETHER: Final = 100
"""How many items one BatchGetItem reads at most."""

WRITTEN_TOGETHER: Final = 25
"""How many items one BatchWriteItem writes at most."""

_ATTEMPTS: Final = 5
_FIRST_WAIT: Final = 0.05


def distinct_parts(keys: Sequence[Mapping[str, Any]], size: int) -> Iterator[list[Attributes]]:
    """Keys as the service takes them, each once, in parts of a size."""
    distinct = [*{repr(sorted(key.items())): to_attributes(key) for key in keys}.values()]
    return (distinct[i : i + size] for i in range(0, len(distinct), size))


class Batches:
    """Runs batches to their end.

    Args:
        call: calls an operation of the client.
        sleep: waits that many seconds.
        jitter: a number from 0 to 1, by chance.
    """

    def __init__(
        self,
        call: Callable[..., Mapping[str, Any]],
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._call = call
        self._sleep = sleep
        self._jitter = jitter

    def run(
        self, operation: str, request: Mapping[str, Any], left: str
    ) -> Iterator[Mapping[str, Any]]:
        """The answers until nothing is left undone, after waits that grow, while there is time.

        Args:
            operation: the client's method.
            request: RequestItems.
            left: the answer's member that says what was left undone.

        Raises:
            Throttled: something was still left.
        """
        for attempt in range(_ATTEMPTS):
            response = self._call(operation, RequestItems=request)
            yield response
            request = response.get(left) or {}
            if not request:
                return
            self._wait(self._jitter() * _FIRST_WAIT * 2**attempt)
        raise Throttled(f"DynamoDB {operation}: not all was done")

    def _wait(self, seconds: float) -> None:
        if time_left() <= seconds:
            raise Throttled("no time is left in this request to try again")
        self._sleep(seconds)
