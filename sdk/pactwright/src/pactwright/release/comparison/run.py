"""Two versions of a project's documents, compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pactwright.contract.pacts import Pact
from pactwright.release.comparison.changes import Change, Judged, grouped
from pactwright.release.comparison.documents import compared
from pactwright.release.comparison.relying import Reliance
from pactwright.release.comparison.versions import Pairs


def compare(pairs: Pairs, pacts: Iterable[Pact]) -> tuple[Change, ...]:
    """What changed between two versions of documents, and whom it breaks.

    Args:
        pairs: by provider, the old and the new version of its document.
        pacts: what consumers rely on of the old version; none leaves open whom it breaks.

    Returns:
        What breaks somebody in fact first, then what may, and what doesn't last.

    Raises:
        DocumentError: a reference leads to nothing.
    """
    found = grouped(_judged(pairs, list(pacts)))
    return tuple(sorted(found, key=_rank))


def _judged(pairs: Pairs, pacts: list[Pact]) -> Iterator[Judged]:
    for provider, (old, new) in pairs.items():
        reliance = Reliance.of(provider, old, pacts)
        for finding in compared(provider, old, new):
            yield reliance.judge(finding)


def _rank(change: Change) -> tuple[bool, bool, bool]:
    compatible = change.verdict.value == "compatible"
    return not change.breaks_in_fact, not change.verdict.breaks, compatible
