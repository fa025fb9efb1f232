"""What a whole run of consumers' tests recorded, and whether it is what is committed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field

from pactwright.contract import waivers
from pactwright.contract.errors import ExpectationError
from pactwright.contract.recording.engine import Recorded, written
from pactwright.contract.recording.judging import Judgement, unpaired
from pactwright.contract.settings import ContractSettings

Pair = tuple[str, str]


@dataclass(slots=True)
class _Pact:
    recorded: dict[str, Recorded] = field(default_factory=dict[str, Recorded])
    judged: list[Judgement] = field(default_factory=list[Judgement])


class Recordings:
    """Collects what tests record, by consumer and provider."""

    def __init__(self) -> None:
        self._pacts: dict[Pair, _Pact] = {}

    def refuse_repetition(self, consumer: str, provider: str, description: str) -> None:
        """Refuse a description that another test of the pact has.

        Raises:
            ExpectationError: naming that test.
        """
        pact = self._pacts.get((consumer, provider))
        if pact is not None and description in pact.recorded:
            other = pact.recorded[description].test
            raise ExpectationError(f"{description!r} is what {other} calls its interaction too")

    def add(self, consumer: str, provider: str, recorded: Recorded, judgement: Judgement) -> None:
        """Keep what a test recorded."""
        pact = self._pacts.setdefault((consumer, provider), _Pact())
        pact.recorded[recorded.expectation.description] = recorded
        pact.judged.append(judgement)

    @property
    def pairs(self) -> list[Pair]:
        """Consumers and providers of which anything was recorded."""
        return sorted(self._pacts)

    def faults(self, settings: ContractSettings) -> Iterator[str]:
        """What is wrong with the whole: to be asked when every test has run and passed.

        Args:
            settings: the project's.

        Raises:
            ContractError: the file of the waivers can't be read.
        """
        for pair in self.pairs:
            if pair not in settings.pairs:
                yield (
                    f"{pair[0]} → {pair[1]} is recorded, but not configured: "
                    "see [tool.pactwright.pacts] consumers in pyproject.toml"
                )
        for consumer, provider in settings.pairs:
            if (consumer, provider) not in self._pacts:
                yield f"{consumer} → {provider} is configured, but no test records it"
        yield from self._unpaired(settings)

    def _unpaired(self, settings: ContractSettings) -> Iterator[str]:
        waived = dict(waivers.read(settings.waivers).optional)
        for consumer, provider in self.pairs:
            for each in unpaired(self._pacts[consumer, provider].judged):
                operation, status = each.answer.split()
                answer = waivers.Answer(provider, operation, status)
                where = waivers.OptionalField(consumer, answer, each.place)
                if waived.pop(where, None) is not None:
                    continue
                yield f"{consumer} → {provider}: {each}"
        for where in waived:
            yield f"{settings.waivers.name}: {where} is waived, but is no gap: remove the waiver"

    def stale(self, settings: ContractSettings) -> list[str]:
        """The names of the pact files that no test records."""
        recorded = {settings.path(*pair).name for pair in self.pairs}
        files = settings.folder.glob("*.json") if settings.folder.is_dir() else ()
        return sorted(file.name for file in files if file.name not in recorded)

    def drift(self, settings: ContractSettings) -> str:
        """How what is recorded differs from what is committed, as a unified diff; "" if not."""
        return "".join(self._difference(settings, pair) for pair in self.pairs)

    def _difference(self, settings: ContractSettings, pair: Pair) -> str:
        path = settings.path(*pair)
        committed = path.read_bytes() if path.exists() else b""
        recorded = self.content(pair)
        if committed == recorded:
            return ""
        lines = difflib.unified_diff(
            committed.decode(errors="replace").splitlines(keepends=True),
            recorded.decode().splitlines(keepends=True),
            f"{path.name} as committed",
            f"{path.name} as recorded",
        )
        return "".join(lines)

    def record(self, settings: ContractSettings) -> list[str]:
        """Replace the committed files; returns the names of those that changed."""
        settings.folder.mkdir(parents=True, exist_ok=True)
        changed = []
        for pair in self.pairs:
            path, content = settings.path(*pair), self.content(pair)
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
                changed.append(path.name)
        return changed

    def content(self, pair: Pair) -> bytes:
        """The pact of a consumer and a provider, as it is committed."""
        recorded = self._pacts[pair].recorded
        return written(*pair, (recorded[name] for name in sorted(recorded)))
