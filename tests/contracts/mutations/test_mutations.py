"""The gate catches what breaks a consumer, and lets through what breaks nobody."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.contracts.mutations.conftest import ROW
from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.table import Row
from tests.contracts.mutations.trial import Trial


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value.replace(" ", "-"))
def test_mutants_are_judged_right(
    kind: Kind, trials: tuple[Trial, ...], record_property: Callable[[str, object], None]
) -> None:
    """Every mutant that breaks a consumer is refused, every other one passes."""
    started = time.perf_counter()
    verdicts = [
        trial.judge(mutant) for trial in trials for mutant in trial.mutants if mutant.kind == kind
    ]
    record_property(ROW, Row.of(kind, verdicts, time.perf_counter() - started).content)

    assert verdicts, "no pact gives rise to a mutant of this kind"
    faults = [fault for verdict in verdicts for fault in verdict.faults]
    assert not faults, "\n".join(["the gate judged wrong:", *faults])


def test_there_are_mutants_of_many_kinds(trials: tuple[Trial, ...]) -> None:
    """There are at least 60 that break a consumer, of at least 18 kinds; of harmless kinds, 8."""
    breaking = [mutant for trial in trials for mutant in trial.mutants if mutant.breaks]
    harmless = {m.kind for trial in trials for m in trial.mutants if not m.breaks}

    assert len(breaking) >= 60
    assert len({mutant.kind for mutant in breaking}) >= 18
    assert len(harmless - {mutant.kind for mutant in breaking}) >= 8
