"""Who says yes to a change: it is shown, held against what may be lost, and asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pactwright.deploy.changes import Change, ChangeSet
from pactwright.deploy.errors import DataLoss


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Shows a change and asks for it; one that loses data is refused unless that was allowed.

    Attributes:
        show: called with each line.
        ask: called with a question; whether the answer is yes.
        names: what each stack is called on the command line, by its own name.
        losses: the resources that may be replaced or removed with their data: `location.Table`.
    """

    show: Callable[[str], object]
    ask: Callable[[str], bool]
    names: Mapping[str, str]
    losses: frozenset[str] = field(default_factory=frozenset)

    def __call__(self, change_set: ChangeSet) -> bool:
        """Whether the change may be made.

        Raises:
            DataLoss: it would lose data that nobody said may be lost.
        """
        for line in change_set.lines():
            self.show(line)
        refused = [
            change
            for change in change_set.changes
            if change.loses_data and self._option(change_set, change) not in self.losses
        ]
        if refused:
            raise self._refusal(change_set, refused)
        return self.ask(f"Change {change_set.stack}?")

    def _option(self, change_set: ChangeSet, change: Change) -> str:
        return f"{self.names[change_set.stack]}.{change.resource}"

    def _refusal(self, change_set: ChangeSet, refused: list[Change]) -> DataLoss:
        lines = ["refused, and nothing was changed, for the service would lose what these hold:"]
        lines += [f"  {change}" for change in refused]
        options = " ".join(
            f"--allow-data-loss {self._option(change_set, change)}" for change in refused
        )
        advice = f"undo that in the template; if what they hold may be lost, add {options}"
        return DataLoss(change_set.stack, "\n".join(lines), advice=advice)
