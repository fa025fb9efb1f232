"""The order in which classes and aliases stand in a module."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Sorter:
    needs: Mapping[str, AbstractSet[str]]
    aliases: AbstractSet[str]
    done: dict[str, None] = field(default_factory=dict[str, None])
    open: set[str] = field(default_factory=set[str])

    def visit(self, name: str) -> None:
        if name in self.done or name in self.open or name not in self.needs:
            return
        self.open.add(name)
        for needed in sorted(self.needs[name]):
            # A class is written with names that may come later, an alias is not.
            if name in self.aliases or needed not in self.aliases or self._is_free(needed):
                self.visit(needed)
        self.open.discard(name)
        self.done[name] = None

    def _is_free(self, alias: str) -> bool:
        """Whether an alias can stand here: nothing that it needs is waiting for itself."""
        seen, pending = {alias}, [alias]
        while pending:
            for needed in self.needs.get(pending.pop(), ()):
                if needed in self.open:
                    return False
                if needed not in seen and needed not in self.done:
                    seen.add(needed)
                    pending.append(needed)
        return True


def in_order(needs: Mapping[str, AbstractSet[str]], aliases: AbstractSet[str]) -> list[str]:
    """Sort names so that each stands after those that it needs.

    Where classes need each other in a circle, that cannot be for all of them; aliases, whose values
    are evaluated at once, stand after all that they need, but for those in `recursive_aliases`.

    Args:
        needs: by name, the names that its definition mentions.
        aliases: those names that are aliases and no classes.
    """
    sorter = _Sorter(needs, aliases)
    for name in needs:
        if name not in aliases:
            sorter.visit(name)
    for name in needs:
        sorter.visit(name)
    return list(sorter.done)


def recursive_aliases(needs: Mapping[str, AbstractSet[str]], aliases: AbstractSet[str]) -> set[str]:
    """The aliases that mention themselves by way of aliases alone."""
    return {name for name in aliases if _reaches(name, name, needs, aliases, set())}


def _reaches(
    start: str,
    goal: str,
    needs: Mapping[str, AbstractSet[str]],
    aliases: AbstractSet[str],
    seen: set[str],
) -> bool:
    for needed in needs.get(start, set()) & aliases:
        if needed == goal:
            return True
        if needed not in seen:
            seen.add(needed)
            if _reaches(needed, goal, needs, aliases, seen):
                return True
    return False
