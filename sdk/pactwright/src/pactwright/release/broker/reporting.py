"""What a verification proves, told to a Pact Broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.report import Ground, Report
from pactwright.release.broker.broker import Broker, Published, Source, outside_version
from pactwright.release.evidence import verifications
from pactwright.release.records import Revision, Verification


@dataclass(frozen=True, slots=True)
class Reporting:
    """Publishes what consumers rely on, and what became of it.

    Attributes:
        broker: where to.
        source: where versions come from.
        fetched: pacts that came from the broker.
    """

    broker: Broker
    source: Source
    fetched: Sequence[Published] = field(default=())

    def verification(self, report: Report, revision: Revision) -> list[Verification]:
        """Publish the pacts of a run and its results.

        What is not built from a commit is not published, so that nobody takes it for a version.

        Args:
            report: of a run on deployed bundles; of any other there is nothing to publish.
            revision: of the sources at hand.

        Returns:
            What was published.

        Raises:
            BrokerError: the broker can't be used, or refuses.
        """
        ground = report.ground
        if ground is None or not revision.is_clean:
            return []
        known = {each.pact.digest: each for each in self.fetched}
        known |= {each.pact.digest: each for each in self._published(ground)}
        found = list(verifications(report, revision, datetime.now(UTC)))
        for each in found:
            if each.pact in known:
                self.broker.publish_result(
                    known[each.pact], each.bundle, each.failures, self.source
                )
        return [each for each in found if each.pact in known]

    def _published(self, ground: Ground) -> list[Published]:
        """The project's own pacts, published by the versions of their consumers."""
        services = ground.contracts.project.services
        own: dict[str, list[Pact]] = {}
        for (consumer, _), pact in ground.contracts.pacts.items():
            own.setdefault(consumer, []).append(pact)
        published: list[Published] = []
        for consumer, of in own.items():
            if consumer in ground.given:
                continue  # its bundle is not of these sources
            version = ground.bundles[consumer].digest if consumer in services else None
            published += self.broker.publish(
                consumer, version or outside_version(of), of, self.source
            )
        return published
