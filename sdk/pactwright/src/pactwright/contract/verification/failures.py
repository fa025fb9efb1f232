"""Why a provider that is deployed answered 5xx: what its function logged of the request."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_LOOKS: Final = 5
_PAUSE: Final = 0.1  # seconds until a line is in the log that was written with the answer


@dataclass(frozen=True, slots=True)
class FunctionLog:
    """The log of a function, as `pactwright.service.telemetry` writes it.

    Attributes:
        logs: a boto3 client of CloudWatch Logs.
        group: the log group's name.
        sleep: waits a number of seconds between two looks.
    """

    logs: Any
    group: str
    sleep: Callable[[float], object] = time.sleep

    @classmethod
    def of(cls, function: str, client: Callable[[str], Any]) -> FunctionLog:
        """The log of a function by its name, of an account that clients are made for."""
        about = client("lambda").get_function_configuration(FunctionName=function)
        group = about.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{function}")
        return cls(client("logs"), group)

    def failures(self, request_id: str) -> tuple[str, ...]:
        """What failed while a request was answered; nothing where that is not in the log.

        Args:
            request_id: that the answer tells in X-Request-Id.
        """
        for look in range(_LOOKS):
            if look:
                self.sleep(_PAUSE)
            if found := tuple(map(_told, self._failures(request_id))):
                return found
        return ()

    def _failures(self, request_id: str) -> Iterator[Mapping[str, Any]]:
        pages = self.logs.get_paginator("filter_log_events").paginate(logGroupName=self.group)
        for page in pages:
            for event in page["events"]:
                for line in event["message"].splitlines():
                    if request_id in line and (told := _failure(line)):
                        yield told


def _failure(line: str) -> Mapping[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and told.get("message") == "failure" else None


def _told(failure: Mapping[str, Any]) -> str:
    reason = f": {failure['reason']}" if failure.get("reason") else ""
    stack = failure.get("stack") or ()
    where = f", at {stack[-1]}" if stack else ""
    return f"its log says: {failure.get('error')}{reason}{where}"
