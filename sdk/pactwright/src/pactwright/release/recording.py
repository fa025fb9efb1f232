"""Writing records: of a verification, of what is deployed, of what is in use elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.report import Report
from pactwright.release.errors import NotFound
from pactwright.release.evidence import builds, verifications
from pactwright.release.ledger import Ledger, newest
from pactwright.release.records import Deployment, Record, Release, Revision
from pactwright.release.situation import trusted

R = TypeVar("R", bound=Record)

_LATER: Final = timedelta(microseconds=1)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Recording:
    """Writes records of a project.

    Attributes:
        ledger: where to.
        clock: tells the time, in UTC.
    """

    ledger: Ledger
    clock: Callable[[], datetime] = _now

    def verification(self, report: Report, revision: Revision) -> list[Record]:
        """Record what a run found, and of which bundles and pacts.

        Args:
            report: of a run on deployed bundles; of any other there is nothing to record.
            revision: of the sources at hand.

        Raises:
            RecordError, StoreError: they can't be written.
        """
        if report.ground is None:
            return []
        time = self.clock()
        found = [
            *builds(report.ground, revision, time),
            *verifications(report, revision, time),
        ]
        contracts = report.ground.contracts
        for name in contracts.providers:
            for pact in (*contracts.of(name), *contracts.called(name).values()):
                self.ledger.keep(pact)
        return [self._written(record) for record in found]

    def deployment(
        self, service: str, environment: str, bundle: str | None, platform: str | None
    ) -> Deployment:
        """Record that a service runs as some bundle from now on, or that it was removed.

        Args:
            service: its name.
            environment: where.
            bundle: the bundle's digest; None where the service was removed.
            platform: of the bundle.

        Raises:
            RecordError, StoreError: it can't be written, or what is known of the bundle be read.
        """
        built = None
        if bundle is not None and platform is not None:
            built = trusted(self.ledger.builds(service, bundle), platform)
        record = Deployment(
            time=self.clock(),
            service=service,
            environment=environment,
            bundle=bundle,
            platform=platform if bundle else None,
            pacts=built.pacts if built else None,
            consumers=built.consumers if built else None,
        )
        return self._written(record)

    def release(
        self, consumer: str, version: str, environment: str, pacts: Mapping[str, Pact]
    ) -> Release:
        """Record that a version of a consumer that is no service is in use: it may not be broken.

        Args:
            consumer: its name.
            version: as its users know it.
            environment: whose services they use.
            pacts: what that version relies on, by provider.

        Raises:
            NotFound: it relies on nothing.
            RecordError, StoreError: it can't be written.
        """
        if not pacts:
            raise NotFound(f"{consumer} has no pact with anybody: nothing can break it")
        for pact in pacts.values():
            self.ledger.keep(pact)
        record = Release(
            time=self.clock(),
            consumer=consumer,
            version=version,
            environment=environment,
            pacts={provider: pact.digest for provider, pact in pacts.items()},
            supported=True,
        )
        return self._written(record)

    def release_ended(self, consumer: str, version: str, environment: str) -> Release:
        """Record that a version is not in use any more, whatever became of its sources.

        Args:
            consumer: its name.
            version: as it was recorded.
            environment: where it was in use.

        Raises:
            NotFound: it was never recorded there.
            RecordError, StoreError: it can't be written, or the records be read.
        """
        known = [each for each in self.ledger.releases(environment) if each.consumer == consumer]
        found = newest(known, lambda each: each.version == version)
        if found is None:
            versions = ", ".join(dict.fromkeys(each.version for each in known)) or "none"
            raise NotFound(
                f"{consumer} {version} is not on record in {environment}: of its versions, "
                f"{versions} {'is' if len(known) < 2 else 'are'}"
            )
        return self._written(found.model_copy(update={"time": self.clock(), "supported": False}))

    def _written(self, record: R) -> R:
        """Write a record, after all that is there of the same matter.

        The last that is written is the newest, even where another machine's clock is ahead.
        """
        last = self.ledger.last(record.folder)
        if last is not None and record.time <= last:
            record = record.model_copy(update={"time": last + _LATER})
        self.ledger.add(record)
        return record
