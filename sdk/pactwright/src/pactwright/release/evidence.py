"""What a verification proves, as records: whole pacts, on bundles, as they are deployed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.contracts import Contracts
from pactwright.contract.verification.report import Ground, Report, Result
from pactwright.release.records import Build, Revision, Verification


def builds(ground: Ground, revision: Revision, time: datetime) -> Iterator[Build]:
    """What the bundles of the providers that were to be verified are built from.

    A bundle that was given says nothing of the sources at hand.
    """
    contracts = ground.contracts
    for name in contracts.providers:
        if name not in ground.given:
            bundle = ground.bundles[name]
            yield Build(
                time=time,
                service=name,
                bundle=bundle.digest,
                platform=bundle.platform,
                pacts={called: pact.digest for called, pact in contracts.called(name).items()},
                consumers=_others(contracts, name),
                revision=revision,
            )


def _others(contracts: Contracts, provider: str) -> dict[str, str]:
    """The pacts of consumers that are no services."""
    return {
        pact.consumer: pact.digest
        for pact in contracts.kept(provider)
        if pact.consumer not in contracts.project.services
    }


def verifications(report: Report, revision: Revision, time: datetime) -> Iterator[Verification]:
    """What a run found of each pact.

    A pact that was replayed to the end has passed or failed. One of which the run ended in the
    middle has failed, and of one that was refused as a whole, or not begun, nothing is known. A run
    that ended early proves nothing good.

    Args:
        report: of a run on deployed bundles; of any other, there is nothing to record.
        revision: of the sources at hand.
        time: when it ended.
    """
    ground = report.ground
    if ground is None:
        return
    for name in ground.contracts.providers:
        for pact in ground.contracts.of(name):
            results = [result for result in report.results if result.pact == pact.digest]
            failures = tuple(_failures(pact, results, report.errors))
            begun = any(not result.refused for result in results)
            if begun and (failures or not report.errors):
                yield _verification(ground, pact, failures, revision, time)


def _failures(pact: Pact, results: Sequence[Result], errors: Sequence[str]) -> Iterator[str]:
    replayed = {result.key for result in results}
    yield from (result.description for result in results if not result.ok)
    for each in pact.interactions:
        if each.key not in replayed:
            why = f" ({errors[0]})" if errors else ""
            yield f"{each.description}: not replayed{why}"


def _verification(
    ground: Ground, pact: Pact, failures: tuple[str, ...], revision: Revision, time: datetime
) -> Verification:
    called = ground.contracts.called(pact.provider)
    bundle = ground.bundles[pact.provider]
    return Verification(
        time=time,
        consumer=pact.consumer,
        provider=pact.provider,
        pact=pact.digest,
        bundle=bundle.digest,
        platform=bundle.platform,
        stubs={name: each.digest for name, each in called.items()},
        chain=ground.chain,
        interactions=len(pact.interactions),
        failures=failures,
        revision=revision,
    )
