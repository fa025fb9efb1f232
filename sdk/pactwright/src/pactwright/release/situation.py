"""What runs in an environment, by the records: services as bundles, and consumers outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pactwright.release.ledger import Ledger, newest
from pactwright.release.records import Build, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A service as it runs somewhere, or as it would.

    Attributes:
        bundle: the digest of its bundle.
        platform: of the bundle.
        pacts: what it relies on, by the services that it calls; None where nobody has recorded it.
        consumers: what is relied on by consumers that are no services; None likewise.
    """

    service: str
    bundle: str
    platform: str
    pacts: Mapping[str, str] | None
    consumers: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An environment.

    Attributes:
        environment: its name.
        services: those that run there, by name.
        releases: the versions of other consumers that are in use there.
    """

    environment: str
    services: Mapping[str, Running]
    releases: tuple[Release, ...] = ()

    def after(self, change: Running) -> Situation:
        """The environment once a service runs there otherwise."""
        return Situation(
            environment=self.environment,
            services={**self.services, change.service: change},
            releases=self.releases,
        )


def situation(ledger: Ledger, environment: str) -> Situation:
    """What runs in an environment: of each service, what was deployed last.

    Raises:
        RecordError: a record is damaged.
        StoreError: they can't be read.
    """
    services = {}
    for each in ledger.current(environment):
        if each.bundle is not None and each.platform is not None:
            services[each.service] = running(
                ledger, each.service, each.bundle, each.platform, each.pacts, each.consumers
            )
    supported = {(each.consumer, each.version): each for each in ledger.releases(environment)}
    releases = tuple(each for each in supported.values() if each.supported)
    return Situation(environment=environment, services=services, releases=releases)


def running(
    ledger: Ledger,
    service: str,
    bundle: str,
    platform: str,
    pacts: Mapping[str, str] | None = None,
    consumers: Mapping[str, str] | None = None,
) -> Running:
    """A service as some bundle.

    Args:
        ledger: where its build is looked for, if what it relies on is not known.
        service: its name.
        bundle: the bundle's digest.
        platform: of the bundle.
        pacts: what it relies on, where that is known.
        consumers: what consumers that are no services rely on, where that is known.
    """
    if pacts is None or consumers is None:
        built = trusted(ledger.builds(service, bundle), platform)
        pacts, consumers = (built.pacts, built.consumers) if built else (None, None)
    return Running(
        service=service, bundle=bundle, platform=platform, pacts=pacts, consumers=consumers
    )


def trusted(builds: Iterable[Build], platform: str) -> Build | None:
    """Of several builds of a bundle, the newest from sources that are just those of a commit.

    The same bytes may come of several commits, between which only tests were changed. What the
    newest says of what they rely on was learnt last.
    """
    return newest(builds, lambda build: build.platform == platform and build.revision.is_clean)
