"""What the trial found, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.contracts.mutations.kinds import Kind
from tests.contracts.mutations.trial import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How the gate judged the mutants of one kind.

    Attributes:
        breaking: mutants that break a consumer.
        caught: those of them that the gate refused.
        harmless: mutants that break nobody.
        passed: those of them that the gate let through.
        replays: interactions that were replayed for it.
        seconds: that it took.
    """

    kind: str
    breaking: int
    caught: int
    harmless: int
    passed: int
    replays: int
    seconds: float

    @classmethod
    def of(cls, kind: Kind, verdicts: Iterable[Verdict], seconds: float) -> Row:
        """The row of a kind."""
        found = list(verdicts)
        breaking = [not one.faults for one in found if one.mutant.breaks]
        harmless = [not one.faults for one in found if not one.mutant.breaks]
        return cls(
            kind=kind.value,
            breaking=len(breaking),
            caught=sum(breaking),
            harmless=len(harmless),
            passed=sum(harmless),
            replays=sum(one.asked for one in found),
            seconds=seconds,
        )

    @classmethod
    def read(cls, content: dict[str, Any]) -> Row:
        """A row from plain values."""
        return cls(**content)

    @property
    def content(self) -> dict[str, Any]:
        """The row as plain values."""
        return asdict(self)


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The table as lines of text, in the order of the kinds."""
    order = [kind.value for kind in Kind]
    found = sorted(rows, key=lambda row: order.index(row.kind))
    width = max(map(len, order))
    yield f"{'kind':<{width}}  break  caught  harmless  let through"
    for row in found:
        breaking = f"{row.breaking or '-':>5}  {row.caught if row.breaking else '-':>6}"
        harmless = f"{row.harmless or '-':>8}  {row.passed if row.harmless else '-':>11}"
        yield f"{row.kind:<{width}}  {breaking}  {harmless}"
    yield _summary(found)


def _summary(rows: Sequence[Row]) -> str:
    breaking, harmless = sum(row.breaking for row in rows), sum(row.harmless for row in rows)
    caught, passed = sum(row.caught for row in rows), sum(row.passed for row in rows)
    replays, seconds = sum(row.replays for row in rows), sum(row.seconds for row in rows)
    return (
        f"{len(rows)} kinds, {breaking + harmless} mutants: {caught} of {breaking} that break a "
        f"consumer caught, {passed} of {harmless} that break nobody let through; "
        f"{replays} replays in {seconds:.0f} s"
    )
