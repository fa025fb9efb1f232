"""The source of a package's __init__.py, which loads what it exports when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pactwright.generate.annotations import quoted
from pactwright.generate.docstrings import docstring
from pactwright.generate.imports import import_key, order_key


def initializer(
    summary: str, homes: Mapping[str, str], submodules: Sequence[str] = (), usual: str = ""
) -> str:
    """Write an __init__.py (PEP 562).

    Args:
        summary: the module's docstring.
        homes: by exported name, the submodule that it is in.
        submodules: what can be reached as attributes as well.
        usual: the submodule of most names, which need not be listed.
    """
    names = sorted([*homes, *submodules], key=order_key)
    elsewhere = {name: home for name, home in homes.items() if home != usual}
    elsewhere |= dict.fromkeys(submodules, "")
    return "\n".join(
        [
            "",
            docstring(summary),
            "",
            "from __future__ import annotations",
            "",
            "from importlib import import_module",
            "from typing import TYPE_CHECKING",
            "",
            "if TYPE_CHECKING:",
            *(f"    {line}" for line in _imports(homes, submodules)),
            "",
            f"__all__ = [{', '.join(quoted(name) for name in names)}]",
            "",
            _loader(elsewhere, usual),
        ]
    )


def _imports(homes: Mapping[str, str], submodules: Sequence[str]) -> list[str]:
    found = [f"from . import {', '.join(sorted(submodules))}"] if submodules else []
    for home in sorted(set(homes.values())):
        names = sorted((name for name, at in homes.items() if at == home), key=import_key)
        found.append(f"from .{home} import {', '.join(names)}")
    return found or ["pass"]


def _loader(elsewhere: Mapping[str, str], usual: str) -> str:
    entries = ", ".join(f"{quoted(name)}: {quoted(home)}" for name, home in elsewhere.items())
    find = f"_HOMES.get(name, {quoted(usual)})" if usual else "_HOMES[name]"
    return f"""
if not TYPE_CHECKING:  # type checkers see the imports above, programs load what they use
    _HOMES = {{{entries}}}

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
        home = {find}
        module = import_module(f".{{home or name}}", __name__)
        found = globals()[name] = getattr(module, name) if home else module
        return found

    def __dir__() -> list[str]:
        return __all__
"""
