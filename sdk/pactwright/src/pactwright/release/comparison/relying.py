"""Whom changes break in fact: those whose pacts say that they rely on what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pactwright.contract.pacts import Pact
from pactwright.contract.recognition import routed
from pactwright.release.comparison.changes import Broken, Finding, Judged
from pactwright.release.comparison.documents import of
from pactwright.release.comparison.recorded import Recorded
from pactwright.release.comparison.scope import Operation
from pactwright.schema import Document, WebhookDescription, describe
from pactwright.service.routing import Routes


@dataclass(frozen=True, slots=True)
class Reliance:
    """What is recorded of one provider.

    Attributes:
        interactions: by method and path template, or name of a webhook; None where no pact is with
            the provider.
        names: of the operations and messages, in Python's style.
    """

    interactions: Mapping[tuple[str, str], tuple[Recorded, ...]] | None
    names: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, provider: str, document: Document | None, pacts: Iterable[Pact]) -> Reliance:
        """Lay pacts beside the document that they were recorded with.

        Args:
            provider: whose document it is.
            document: the old version of it.
            pacts: all that there are. Where none is with the provider, nobody has said what it
                relies on, which is not to say that nobody relies on anything.
        """
        given = [pact for pact in pacts if pact.provider == provider]
        operations = of(document).values() if document else ()
        names = {operation.key: operation.name for operation in operations}
        messages = {(each.method, each.key): each.name for each in _webhooks(document)}
        names |= messages
        if not given:
            return cls(None, names)
        routes: Routes[Operation] = Routes((o.method, o.path, o) for o in operations)
        found: dict[tuple[str, str], list[Recorded]] = {}
        for pact in given:
            for interaction in pact.interactions:
                if interaction.message is not None:
                    recorded = Recorded(pact.consumer, interaction, "")
                    for key in (k for k, name in messages.items() if name == interaction.message):
                        found.setdefault(key, []).append(recorded)
                elif (operation := routed(routes, interaction.request)) is not None:
                    recorded = Recorded(pact.consumer, interaction, operation.path)
                    found.setdefault(operation.key, []).append(recorded)
        return cls({key: tuple(each) for key, each in found.items()}, names)

    def judge(self, finding: Finding) -> Judged:
        """A finding with whom it breaks."""
        if finding.verdict.breaks and self._is_untold(finding):
            return Judged(finding=finding, untold=True)
        return Judged(finding=finding, broken=tuple(self._broken(finding)))

    def _is_untold(self, finding: Finding) -> bool:
        if self.interactions is None or finding.concern is None:
            return True
        return finding.hook and finding.key not in self.interactions

    def _broken(self, finding: Finding) -> Iterator[Broken]:
        for key, interactions in (self.interactions or {}).items():
            if finding.key not in (None, key):
                continue
            hit: dict[str, list[str]] = {}
            for each in interactions:
                if _hits(finding, each):
                    hit.setdefault(each.consumer, []).append(each.interaction.description)
            for consumer, names in hit.items():
                operation = self.names[key]
                shown = tuple(sorted(names))
                yield Broken(consumer, finding.provider, operation, finding.where, shown)


def _webhooks(document: Document | None) -> Sequence[WebhookDescription]:
    return describe(document).webhooks if document else ()


def _hits(finding: Finding, recorded: Recorded) -> bool:
    concern = finding.concern if finding.verdict.breaks else None
    return (concern is not None and concern(recorded)) or finding.relief(recorded)
