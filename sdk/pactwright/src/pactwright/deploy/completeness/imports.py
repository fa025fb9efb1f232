"""Whether all that a function imports is in its bundle or in the runtime's standard library.

What is the project's own has to resolve wherever it is imported. What is others' has to resolve
where it is imported at once on the way from the function's handler; what they import later may be
an extra that this project does without, unless it is a part of the same package. An import whose
failure is caught may fail.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pactwright.deploy.completeness.scanner import GUARDED, LATER, TYPED
from pactwright.deploy.completeness.sources import Import, Source
from pactwright.deploy.interpreters import Interpreter

_EXTENSION: Final = re.compile(r"(?P<module>[^.]+)\.(?:[^/]+\.)?so")

_OF_EVERY_MODULE: Final = frozenset(
    {"__name__", "__doc__", "__file__", "__path__", "__package__", "__spec__", "__loader__"}
)


@dataclass(frozen=True, slots=True)
class Own:
    """What of a bundle is not others'.

    Attributes:
        service: the package of the service, all of whose modules have to work.
        packages: the SDK and the kit.
        optional: modules of others that may be missing, whoever imports them.
    """

    service: str
    packages: tuple[str, ...]
    optional: tuple[str, ...] = ()

    def __contains__(self, module: str) -> bool:
        """Whether a module is one of these."""
        return any(_is_below(module, each) for each in (self.service, *self.packages))


def _is_same_package(source: Source, each: Import) -> bool:
    """Whether a package imports a part of its own; its tests are left out of bundles."""
    parts = each.target.split(".")
    return parts[0] == source.module.partition(".")[0] and "tests" not in parts


def _is_below(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def reached(
    sources: Iterable[Source], files: Collection[str], own: Own, interpreter: Interpreter
) -> tuple[list[Source], list[str]]:
    """Follow imports from a service's modules.

    Args:
        sources: all that the bundle has.
        files: the names of everything in the bundle.
        own: what of it is the project's.
        interpreter: of the runtime's version.

    Returns:
        The sources that are reached, and what is missing, one line for each.
    """
    walk = _Walk({each.module: each for each in sources}, _Index.of(files), own, interpreter)
    missing = list(dict.fromkeys(walk.missing()))
    return [walk.sources[module] for module in walk.seen], missing


@dataclass(frozen=True, slots=True)
class _Index:
    """What the files of a bundle can be imported as.

    Attributes:
        modules: each module and package, those without an `__init__` and compiled ones too.
        compiled: the compiled ones.
    """

    modules: frozenset[str]
    compiled: frozenset[str]

    @classmethod
    def of(cls, files: Collection[str]) -> _Index:
        modules, compiled = set(), set()
        for file in files:
            folder, _, name = file.rpartition("/")
            package = folder.replace("/", ".")
            if name.endswith(".py"):
                stem = name.removesuffix(".py")
                modules.add(".".join(part for part in (package, stem) if part))
            elif matched := _EXTENSION.fullmatch(name):
                compiled.add(".".join(part for part in (package, matched["module"]) if part))
            parts = package.split(".")
            if package and name.endswith((".py", ".so")):
                modules.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
        return cls(frozenset(modules | compiled), frozenset(compiled))


@dataclass(slots=True)
class _Walk:
    sources: dict[str, Source]
    index: _Index
    own: Own
    interpreter: Interpreter
    seen: dict[str, bool] = field(default_factory=dict)
    """Each module that was reached, and whether the function can't start without it."""
    _waiting: deque[str] = field(default_factory=deque)

    def missing(self) -> Iterator[str]:
        if f"{self.own.service}.handler" not in self.sources:
            yield f"{self.own.service}.handler is missing, which is the function's entry point"
        for module in self.sources:
            if _is_below(module, self.own.service):
                self._reach(module, needed=True)
        while self._waiting:
            source = self.sources[self._waiting.popleft()]
            if source.broken and self.seen[source.module]:
                yield f"{source.path} can't be read by {self._runtime}: {source.broken}"
            for each in source.imports:
                yield from self._follow(source, each)
            if source.is_lazy and source.is_package:
                self._reach_below(source)

    @property
    def _runtime(self) -> str:
        return self.interpreter.runtime

    def _follow(self, source: Source, each: Import) -> Iterator[str]:
        if each.when == TYPED and not source.is_lazy:
            return
        is_own = source.module in self.own
        needed = each.when != GUARDED and self.seen[source.module]
        needed = needed and (is_own or each.when not in (LATER, TYPED))
        if each.instead_of and all(self._has(module) for module in each.instead_of):
            return
        lacking = self._lacking(each)
        if lacking is None:
            self._reach(each.module, needed=needed)
            self._reach(f"{each.module}.{each.name}", needed=needed)
            self._reach_lazily(each, needed=needed)
        elif each.when != GUARDED and (needed or is_own or _is_same_package(source, each)):
            is_optional = any(_is_below(each.target, name) for name in self.own.optional)
            yield from () if is_optional else (f"{source.path}:{each.line} imports {lacking}",)

    def _reach_lazily(self, each: Import, *, needed: bool) -> None:
        """Note the module from which a package that loads lazily takes a name."""
        package = self.sources.get(each.module)
        for told in package.imports if package is not None and package.is_lazy else ():
            home = self.sources.get(told.module)
            is_among_all = told.name is None and home is not None and each.name in home.names
            if told.when == TYPED and (told.name == each.name or is_among_all):
                self._reach(told.module, needed=needed)

    def _lacking(self, each: Import) -> str | None:
        """What an import doesn't find; None if it finds all."""
        if not self._has(each.module):
            where = f"neither in the bundle nor in the standard library of {self._runtime}"
            return f"{each.module}, which is {where}"
        if self._may_have_any(each.module):
            return None
        if each.name is None:
            empty = each.module not in self.sources
            return f"{each.module}, which has no __init__.py" if empty else None
        if each.name in self._names(each.module) or self._has(f"{each.module}.{each.name}"):
            return None
        return f"{each.name} from {each.module}, which has none"

    def _may_have_any(self, module: str) -> bool:
        """Whether it can't be told which names a module binds."""
        if module not in self.index.modules or module in self.index.compiled:
            return True
        source = self.sources.get(module)
        if source is None:
            return False
        is_untold = source.is_lazy and not source.tells_all
        return bool(source.broken) or source.is_dynamic or is_untold

    def _names(self, module: str) -> Collection[str]:
        """The names that a module binds; a package without an `__init__` binds none."""
        source = self.sources.get(module)
        return _OF_EVERY_MODULE | (source.names | source.told if source is not None else set())

    def _has(self, module: str) -> bool:
        parts = module.split(".")
        above = [".".join(parts[:end]) for end in range(1, len(parts))]
        return (
            module in self.index.modules
            or parts[0] in self.interpreter.standard_library
            or any(each in self.index.compiled or self._makes_modules(each) for each in above)
        )

    def _makes_modules(self, module: str) -> bool:
        source = self.sources.get(module)
        return source is not None and source.makes_modules

    def _reach(self, module: str, *, needed: bool) -> None:
        """Note a module and the packages above it, which are imported before it."""
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            if name in self.sources and (name not in self.seen or needed > self.seen[name]):
                self.seen[name] = needed
                self._waiting.append(name)

    def _reach_below(self, package: Source) -> None:
        needed = package.module in self.own and self.seen[package.module]
        for module in self.sources:
            above, _, name = module.rpartition(".")
            if above == package.module and name != "__main__":
                self._reach(module, needed=needed)
