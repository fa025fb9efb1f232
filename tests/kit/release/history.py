"""A history of releases, written step by step, for tests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pactwright.release.errors import StoreError
from pactwright.release.gate import judge
from pactwright.release.ledger import Ledger
from pactwright.release.records import Build, Deployment, Release, Revision, Verification
from pactwright.release.verdict import Kind, Verdict

ARM = "lambda-arm64"
X86 = "lambda-x86_64"
CLEAN = Revision(commit="c0ffee" * 6 + "c0de", dirty=False)
DIRTY = Revision(commit=CLEAN.commit, dirty=True)


def digest(of: str) -> str:
    """A digest that is the same for the same text."""
    return hashlib.sha256(of.encode()).hexdigest()


@dataclass
class Memory:
    """A store in this process."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def __str__(self) -> str:
        return "memory"

    def add(self, name: str, content: bytes) -> None:
        assert self.kept.setdefault(name, content) == content

    def names(self, folder: str) -> Sequence[str]:
        return sorted(name for name in self.kept if name.startswith(f"{folder}/"))

    def read(self, name: str) -> bytes:
        if name not in self.kept:
            raise StoreError(f"{name} is not there")
        return self.kept[name]


@dataclass
class History:
    """What happens to services, one thing each second.

    Bundles and pacts are given by any text, which stands for their content.
    """

    store: Memory = field(default_factory=Memory)
    now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def built(
        self,
        service: str,
        bundle: str,
        pacts: Mapping[str, str] | None = None,
        consumers: Mapping[str, str] | None = None,
        *,
        platform: str = ARM,
        revision: Revision = CLEAN,
    ) -> None:
        self.ledger.add(
            Build(
                time=self.tick(),
                service=service,
                bundle=digest(bundle),
                platform=platform,
                pacts={name: digest(pact) for name, pact in (pacts or {}).items()},
                consumers={name: digest(pact) for name, pact in (consumers or {}).items()},
                revision=revision,
            )
        )

    def verified(
        self,
        consumer: str,
        provider: str,
        pact: str,
        bundle: str,
        *failures: str,
        stubs: Mapping[str, str] | None = None,
        platform: str = ARM,
        revision: Revision = CLEAN,
        time: datetime | None = None,
    ) -> None:
        self.ledger.add(
            Verification(
                time=time or self.tick(),
                consumer=consumer,
                provider=provider,
                pact=digest(pact),
                bundle=digest(bundle),
                platform=platform,
                stubs={name: digest(stub) for name, stub in (stubs or {}).items()},
                chain=False,
                interactions=3,
                failures=failures,
                revision=revision,
            )
        )

    def deployed(
        self,
        service: str,
        bundle: str | None,
        environment: str = "production",
        *,
        platform: str = ARM,
        known: bool = True,
    ) -> None:
        builds = self.ledger.builds(service, digest(bundle)) if bundle and known else []
        self.ledger.add(
            Deployment(
                time=self.tick(),
                service=service,
                environment=environment,
                bundle=digest(bundle) if bundle else None,
                platform=platform if bundle else None,
                pacts=builds[-1].pacts if builds else None,
                consumers=builds[-1].consumers if builds else None,
            )
        )

    def released(
        self, consumer: str, version: str, pacts: Mapping[str, str], *, supported: bool = True
    ) -> None:
        self.ledger.add(
            Release(
                time=self.tick(),
                consumer=consumer,
                version=version,
                environment="production",
                pacts={name: digest(pact) for name, pact in pacts.items()},
                supported=supported,
            )
        )

    def asked(
        self, service: str, bundle: str, environment: str = "production", platform: str = ARM
    ) -> Verdict:
        return judge(self.ledger, service, digest(bundle), platform, environment)

    def kinds(self, service: str, bundle: str, **more: str) -> list[Kind]:
        return [reason.kind for reason in self.asked(service, bundle, **more).reasons]
