"""The import statements of a generated module."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

STANDARD: Final = {
    "builtins",
    "collections.abc",
    "datetime",
    "functools",
    "importlib",
    "re",
    "typing",
    "uuid",
}

THIRD_PARTY: Final = {"pydantic", "typing_extensions"}


def _group(module: str) -> int:
    if module in STANDARD:
        return 0
    if module.startswith("."):
        return 3
    return 1 if module in THIRD_PARTY else 2


def order_key(name: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    """As isort sorts names: CONSTANTS, Classes, functions; numbers in them by their value."""
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return rank, _natural(name)


def import_key(name: str) -> tuple[int, tuple[tuple[int, str], ...], str]:
    """The same for names in an import statement, where case counts last."""
    return order_key(name)[0], _natural(name.lower()), name


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    parts = re.split(r"(\d+)", name)
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in parts)


@dataclass(slots=True)
class Imports:
    """Collects what a module imports, when it runs or for type checkers only."""

    _names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    _typing: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def add(self, module: str, *names: str) -> str:
        """Import names from a module, or with none the module itself; returns the first name."""
        self._names.setdefault(module, set()).update(names)
        return names[0] if names else module

    def add_typing(self, module: str, *names: str) -> str:
        """Import names for annotations alone; returns the first."""
        self._typing.setdefault(module, set()).update(names)
        return names[0] if names else module

    def source(self) -> str:
        """The statements, sorted as isort does."""
        typed = {
            module: names - self._names.get(module, set())
            for module, names in self._typing.items()
            if names - self._names.get(module, set()) or not (names or module in self._names)
        }
        runtime = dict(self._names)
        if typed:
            runtime["typing"] = runtime.get("typing", set()) | {"TYPE_CHECKING"}
        lines = ["from __future__ import annotations", "", *_statements(runtime)]
        if typed:
            lines += ["", "if TYPE_CHECKING:"]
            lines += [f"    {line}" if line else "" for line in _statements(typed)]
        return "\n".join(lines) + "\n"


def _statements(modules: dict[str, set[str]]) -> Iterable[str]:
    previous: int | None = None
    for module in sorted(modules, key=lambda m: (_group(m), bool(modules[m]), *_relative(m))):
        if previous is not None and _group(module) != previous:
            yield ""
        previous = _group(module)
        names = ", ".join(sorted(modules[module], key=import_key))
        yield f"from {module} import {names}" if names else f"import {module}"


def _relative(module: str) -> tuple[int, str]:
    """In isort's order, which puts the farthest relative imports first."""
    dots = len(module) - len(module.lstrip("."))
    return -dots, module
