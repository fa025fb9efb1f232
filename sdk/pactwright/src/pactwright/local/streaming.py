"""What the emulator lacks to hand a table's stream to a function. Runs in the emulator's process.

ministack 1.5.33 knows partial answers of batches from queues alone: of a stream's batch it takes
every record for handled that the function told as failed. Here such a batch counts as failed, and
so all of it comes again; Lambda would begin with the first record that failed.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, cast


def extend() -> None:
    """Add to the emulator, which must be importable, what it lacks."""
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    functions._execute_function = _Executing(functions._execute_function)  # noqa: SLF001


class _Executing:
    """The emulator's own way to run a function, with the answers to batches of streams read."""

    def __init__(self, original: Callable[..., dict[str, Any]]) -> None:
        self._original = original

    def __call__(self, function: Any, event: Any, *args: Any, **options: Any) -> dict[str, Any]:
        result = self._original(function, event, *args, **options)
        if not _is_of_a_stream(event) or result.get("error") or not _failures(result.get("body")):
            return result
        told = {"errorType": "BatchItemFailures", "errorMessage": "some records failed"}
        return {**result, "error": True, "body": told}


def _is_of_a_stream(event: object) -> bool:
    records = cast("Mapping[str, Any]", event).get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list) or not records or not isinstance(records[0], dict):
        return False
    return cast("Mapping[str, Any]", records[0]).get("eventSource") == "aws:dynamodb"


def _failures(body: object) -> object:
    """What a function told as failed, whether its answer was parsed already or not."""
    try:
        answer: Any = json.loads(body) if isinstance(body, str | bytes) else body
    except ValueError:
        return None
    return answer.get("batchItemFailures") if isinstance(answer, dict) else None
