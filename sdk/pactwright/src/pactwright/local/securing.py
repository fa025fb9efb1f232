"""How the emulator is reached, for the policies that ask. Runs in the emulator's process.

Topics and queues refuse who doesn't come by TLS, and ministack 1.5.33 holds to it. It listens on
loopback alone, without TLS, where nobody listens in: here that counts as encrypted.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

_KEY: Final = "aws:securetransport"


def extend() -> None:
    """Add to the emulator, which must be importable, what it lacks."""
    evaluator: Any = importlib.import_module("ministack.core.iam_evaluator")
    original: Callable[[str, Any], Any] = evaluator._resolve_condition_key  # noqa: SLF001
    evaluator._resolve_condition_key = (  # noqa: SLF001
        lambda key, context: "true" if key.lower() == _KEY else original(key, context)
    )
