"""Lines on a terminal, whole ones, with the time that has passed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TextIO


@dataclass(frozen=True)
class Console:
    """Writes lines, whole ones, from any thread.

    Attributes:
        output: where to.
    """

    output: TextIO
    _started: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def line(self, text: str = "") -> None:
        """Write a line at once."""
        with self._lock:
            self.output.write(text + "\n")
            self.output.flush()

    def progress(self, text: str) -> None:
        """Write a line with the seconds since the start before it."""
        self.line(f"[{time.monotonic() - self._started:5.1f} s] {text}")
