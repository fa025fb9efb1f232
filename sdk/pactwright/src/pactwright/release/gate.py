"""The gate: whether a bundle may go to an environment, by what is on record.

Two services fit together where the pact of the one was verified on the very bundle that the other
runs as. The gate looks at the environment as it would be after the deployment, and asks of every
pair in which the service takes part:

- its own pacts, each on the provider that is deployed there;
- the pacts of the services deployed there that call it, each on the bundle that is to go there;
- the pacts of consumers that are no services, likewise: those of the bundle's own sources, and
  those of every release of them that is in use there;
- and, where a provider was verified against stubs, the pacts that those were made of, each on the
  service deployed there that the stub stood for. A stub is worth what backs it.

The newest result of a pact on a bundle counts, on the platform that the bundle is for. A failure
counts whatever the state of the sources was; a pass, only where they were just those of a commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pactwright.release.ledger import Ledger, newest
from pactwright.release.needs import Need, needs
from pactwright.release.proofs import Proofs
from pactwright.release.records import Verification
from pactwright.release.remedies import Remedies
from pactwright.release.situation import Running, running, situation, trusted
from pactwright.release.verdict import Fit, Kind, Reason, Verdict, short

_HOPELESS: Final = frozenset({Kind.UNKNOWN_BUNDLE, Kind.OTHER_PLATFORM})
"""Nothing more can be said of such a bundle."""


def judge(ledger: Ledger, service: str, bundle: str, platform: str, environment: str) -> Verdict:
    """Whether a bundle may go to an environment.

    Args:
        ledger: all that is on record; nothing else is asked.
        service: whose bundle.
        bundle: its digest.
        platform: that it is for.
        environment: where it is to go.

    Raises:
        RecordError: a record that matters is damaged.
        StoreError: the records can't be read.
    """
    return _Judge(ledger, _candidate(ledger, service, bundle, platform), environment).verdict()


def _candidate(ledger: Ledger, service: str, bundle: str, platform: str) -> Running:
    """The service as it would run; also from a build that can't be trusted, to tell all of it."""
    found = running(ledger, service, bundle, platform)
    built = newest(ledger.builds(service, bundle), lambda build: build.platform == platform)
    if found.pacts is None and built is not None:
        return replace(found, pacts=built.pacts, consumers=built.consumers)
    return found


class _Judge:
    def __init__(self, ledger: Ledger, candidate: Running, environment: str) -> None:
        self.ledger = ledger
        self.candidate = candidate
        before = situation(ledger, environment)
        self.is_first = not before.services
        self.after = before.after(candidate)
        self.proofs = Proofs(ledger)
        self.remedies = Remedies(str(ledger), environment, candidate.platform)

    def verdict(self) -> Verdict:
        reasons = [*self.unfit()]
        fits: list[Fit] = []
        if not any(reason.kind in _HOPELESS for reason in reasons):
            reasons += self.unknown()
            for need in needs(self.after, self.candidate.service, self.proofs):
                found = self.weighed(need)
                if isinstance(found, Fit):
                    fits.append(found)
                else:
                    reasons.append(found)
        if not reasons and not self.proofs.holds_any(self.candidate):
            text = f"{self.what} was never verified with success on {self.candidate.platform}"
            reasons.append(Reason(Kind.UNVERIFIED, text, self.again))
        return Verdict(
            service=self.candidate.service,
            bundle=self.candidate.bundle,
            platform=self.candidate.platform,
            environment=self.after.environment,
            reasons=tuple(reasons),
            fits=tuple(fits),
            is_first=self.is_first,
        )

    @property
    def what(self) -> str:
        return f"{self.candidate.service}'s bundle {short(self.candidate.bundle)}"

    @property
    def again(self) -> tuple[str, ...]:
        return (self.remedies.verify_here(self.candidate.service),)

    def unfit(self) -> Iterator[Reason]:
        """What stands against the bundle wherever it goes."""
        platform = self.candidate.platform
        builds = self.ledger.builds(self.candidate.service, self.candidate.bundle)
        others = ", ".join(sorted({each.platform for each in builds} - {platform}))
        of = [each for each in builds if each.platform == platform]
        if not builds:
            yield Reason(
                Kind.UNKNOWN_BUNDLE, f"{self.what} {self._never_seen(platform)}", self.again
            )
        elif not of:
            text = (
                f"{self.what} was built and verified for {others} only, not for {platform}: a "
                f"machine of {platform} verifies it"
            )
            yield Reason(Kind.OTHER_PLATFORM, text, self.again)
        elif trusted(of, platform) is None:
            text = f"{self.what} was built from {of[-1].revision}: commit them first"
            yield Reason(Kind.DIRTY, text, self.again)

    def _never_seen(self, platform: str) -> str:
        known = self.ledger.built(self.candidate.service)
        if not known:
            return "is not on record: it was never verified"
        last = self.ledger.builds(self.candidate.service, known[-1])[-1]
        return (
            "is not on record: just these bytes were never verified; the last that were are "
            f"{short(last.bundle)} ({last.platform})"
        ) + ("" if last.platform == platform else f"; a machine of {platform} verifies for that")

    def unknown(self) -> Iterator[Reason]:
        """The services there of which nobody knows what they rely on."""
        for service, there in self.after.services.items():
            if service != self.candidate.service and there.pacts is None:
                yield Reason(
                    Kind.UNKNOWN_PACTS,
                    f"what {service} {short(there.bundle)}, which runs there, relies on is not on "
                    "record: verify it from the sources that it was built from",
                    (self.remedies.verify_here(service),),
                )

    def weighed(self, need: Need) -> Fit | Reason:
        """What became of a need."""
        there = self.after.services.get(need.provider)
        if there is None:
            text = f"{need.provider}, which {need.consumer} relies on, does not run there"
            return Reason(Kind.NOT_DEPLOYED, text, self.remedies.deploy(need.provider))
        found = self.proofs.newest(there, need.pact)
        if found is None:
            kind, said = self._lacking(need, there)
        elif found.passed:
            when = f"{_minute(found)} at {found.revision}"
            return Fit(need.consumer, need.provider, need.pact, there.bundle, when)
        else:
            kind, said = Kind.FAILED, f"failed {_minute(found)} for"
        new = need.provider == self.candidate.service
        where = "which is to go there" if new else "which runs there"
        text = (
            f"{need.consumer} → {need.provider}: {need.provider} {short(there.bundle)}, {where}, "
            f"{said} pact {short(need.pact)} of {need.consumer}, {need.why}"
        )
        text += "".join(f"\n{failure}" for failure in (found.failures if found else ()))
        return Reason(kind, text, (self.remedies.verify(need.provider, there.bundle, need.pact),))

    def _lacking(self, need: Need, there: Running) -> tuple[Kind, str]:
        if dirty := self.proofs.discounted(there, need.pact):
            return Kind.DIRTY, f"was only verified from {dirty.revision}, for"
        if others := self.proofs.elsewhere(there, need.pact):
            on = f"on {', '.join(others)} only, not on {there.platform}"
            return Kind.OTHER_PLATFORM, f"was verified {on}, for"
        return Kind.UNVERIFIED, "was never verified for"


def _minute(verification: Verification) -> str:
    return f"{verification.time:%Y-%m-%d %H:%M} UTC"
