"""What must have been verified, so that a service fits into an environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pactwright.release.proofs import Proofs
from pactwright.release.situation import Situation


@dataclass(frozen=True, slots=True)
class Need:
    """That a provider, as it would run there, was verified for a pact.

    Attributes:
        consumer: whose pact.
        provider: of which service.
        pact: the pact's digest.
        why: what makes that pact matter there, for people.
    """

    consumer: str
    provider: str
    pact: str
    why: str

    @property
    def key(self) -> tuple[str, str]:
        """The same for all that one verification meets."""
        return self.provider, self.pact

    def involves(self, service: str) -> bool:
        """Whether a service is one of the two."""
        return service in (self.consumer, self.provider)


def needs(after: Situation, service: str, proofs: Proofs) -> Iterator[Need]:
    """All that must have been verified before a service goes to an environment, once each.

    Args:
        after: the environment as it would be.
        service: that goes there.
        proofs: which tell what providers were verified against.
    """
    seen: set[tuple[str, str]] = set()
    for base in _pairs(after, service):
        for path in _backed((base,), after, proofs):
            need = path[-1]
            if need.key not in seen and any(each.involves(service) for each in path):
                seen.add(need.key)
                yield need


def _pairs(after: Situation, service: str) -> Iterator[Need]:
    """Every consumer there with each of its providers."""
    for name, there in after.services.items():
        why = "which is to go there" if name == service else "which runs there"
        for called, pact in (there.pacts or {}).items():
            yield Need(name, called, pact, why)
        for consumer, pact in (there.consumers or {}).items():
            yield Need(consumer, name, pact, f"as the sources of {name} have it")
    for release in after.releases:
        for provider, pact in release.pacts.items():
            why = f"whose version {release.version} is in use there"
            yield Need(release.consumer, provider, pact, why)


def _backed(path: tuple[Need, ...], after: Situation, proofs: Proofs) -> Iterator[tuple[Need, ...]]:
    """A need, and those of the stubs that it was verified against, all the way down."""
    *above, need = path
    if any(each.key == need.key for each in above):
        return
    yield path
    there = after.services.get(need.provider)
    found = proofs.newest(there, need.pact) if there else None
    for called, pact in (found.stubs if found else {}).items():
        why = f"which stood in for {called} when {need.provider} was verified for {need.consumer}"
        backing = Need(need.provider, called, pact, why)
        yield from _backed((*path, backing), after, proofs)
