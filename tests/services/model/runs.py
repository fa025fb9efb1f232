"""How long the state machine runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

STEPS: Final = 50
IN_CI: Final = 8


@dataclass(frozen=True, slots=True)
class Run:
    """How many histories are played.

    Attributes:
        histories: how many; None are as many as in CI, the same in each run.
    """

    histories: int | None = None

    @property
    def settings(self) -> settings:
        """For Hypothesis; a failure of a long run is made smaller."""
        return settings(
            max_examples=self.histories or IN_CI,
            stateful_step_count=STEPS,
            derandomize=self.histories is None,
            database=None,
            deadline=None,
            phases=[Phase.generate] if self.histories is None else [Phase.generate, Phase.shrink],
            suppress_health_check=[*HealthCheck],
            print_blob=True,
        )

    def play(self, machine: Callable[[], RuleBasedStateMachine]) -> None:
        """Play a machine; the first failure ends it."""
        made: Any = machine  # Hypothesis calls it, though it asks for a class
        run_state_machine_as_test(made, settings=self.settings)
