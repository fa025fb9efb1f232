"""What a verification found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from pactwright.contract.pacts import Interaction, Pact

if TYPE_CHECKING:  # what is wrong with contracts is told before what deploys is imported
    from pactwright.contract.verification.contracts import Contracts
    from pactwright.deploy.bundle import Bundle

NOT_REPLAYED: Final = "not replayed: "
"""What the reason begins with why an interaction was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One interaction, replayed or refused.

    Attributes:
        description: the interaction's, unique in its pact.
        key: the digest of what it says.
        pact: the digest of the pact that it is in.
        test: the test that records it: `path::name`.
        reasons: what does not hold; nothing where all does.
        milliseconds: that it took, its states included.
        late: whether what failed took so long that the provider can be said not to answer.
    """

    consumer: str
    provider: str
    description: str
    key: str
    pact: str
    test: str
    reasons: tuple[str, ...]
    milliseconds: float
    late: bool = False

    @property
    def ok(self) -> bool:
        """Whether all holds."""
        return not self.reasons

    @property
    def refused(self) -> bool:
        """Whether it was not even replayed."""
        return any(reason.startswith(NOT_REPLAYED) for reason in self.reasons)

    @classmethod
    def of(
        cls,
        pact: Pact,
        interaction: Interaction,
        reasons: Sequence[str],
        milliseconds: float = 0.0,
        *,
        late: bool = False,
    ) -> Result:
        """The result of an interaction of a pact."""
        return cls(
            consumer=pact.consumer,
            provider=pact.provider,
            description=interaction.description,
            key=interaction.key,
            pact=pact.digest,
            test=interaction.test,
            reasons=tuple(reasons),
            milliseconds=milliseconds,
            late=late,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What providers were verified on, where they are deployed.

    Attributes:
        contracts: all that could be verified, and what the stubs are made of.
        bundles: each service's that runs.
        given: the services whose bundles were given, not built from the sources at hand.
        chain: whether the stubs' own pacts were verified first, in the same run.
    """

    contracts: Contracts
    bundles: Mapping[str, Bundle]
    given: frozenset[str] = frozenset()
    chain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a whole run found.

    Attributes:
        results: in the order of replaying.
        pacts: what was to be verified; none where that was not found out.
        notes: what a reader should know of a result that is good.
        errors: why it ended before it was done.
        ground: what it was verified on; None where that was not deployed, or not even started.
    """

    results: tuple[Result, ...]
    pacts: tuple[Pact, ...]
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    ground: Ground | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        """Pacts of which not every interaction was replayed, or nothing at all."""
        if self.errors:
            return ()  # it goes without saying
        if not self.results:
            return ("nothing was replayed",)
        done = {(each.pact, each.key) for each in self.results}
        return tuple(
            f"{pact.name}.json: {each.description!r} was not replayed"
            for pact in self.pacts
            for each in pact.interactions
            if (pact.digest, each.key) not in done
        )

    @property
    def failed(self) -> tuple[Result, ...]:
        """The interactions of which something does not hold."""
        return tuple(result for result in self.results if not result.ok)

    @property
    def ok(self) -> bool:
        """Whether everything was replayed, and all holds."""
        return not (self.failed or self.faults or self.errors)


def lines(result: Result) -> Iterator[str]:
    """One line about an interaction, and those that say what does not hold."""
    said = "ok" if result.ok else "REFUSED" if result.refused else "FAILED"
    where = f"{result.consumer} → {result.provider}"
    yield f"{where}  {result.description}  {said} ({result.milliseconds:.0f} ms)"
    for reason in result.reasons:
        first, *others = reason.splitlines()
        yield f"    {first}"
        yield from (f"    {other}" for other in others)
    if not result.ok and result.test and not result.refused:
        yield f"    recorded by {result.test}"


def summary(report: Report) -> Iterator[str]:
    """The lines at the end."""
    yield from (f"note: {note}" for note in report.notes)
    yield from (f"fault: {fault}" for fault in report.faults)
    for result in report.failed:
        if not result.refused:
            yield f"failed: {result.consumer} → {result.provider}  {result.description}"
    if refused := sum(result.refused for result in report.failed):
        yield f"refused: {refused} interactions, not replayed"
    held = len(report.results) - len(report.failed)
    seconds = sum(result.milliseconds for result in report.results) / 1000
    yield (
        f"{held} of {len(report.results)} interactions of {len(report.pacts)} pacts hold "
        f"({seconds:.1f} s)"
    )


def as_json(report: Report) -> str:
    """A report for machines."""
    content = {
        "ok": report.ok,
        "pacts": {pact.name: pact.digest for pact in report.pacts},
        "results": [
            {**asdict(result), "milliseconds": round(result.milliseconds), "ok": result.ok}
            for result in report.results
        ],
        "faults": report.faults,
        "errors": report.errors,
        "notes": report.notes,
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
