"""Tells what Python sources in an archive import. A script of its own, run by the runtime's Python.

Only that Python knows its own syntax. It gets an archive as its argument and the names of sources
in it on its standard input, one a line, and writes JSON: for each source what it imports, when, and
which names it binds.
"""

from __future__ import annotations

import ast
import contextlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from operator import eq, ge, gt, le, lt, ne

NOW = "now"
"""An import that is made whenever the module is imported."""
LATER = "later"
"""An import within a function, or under a condition that is known at run time only."""
GUARDED = "guarded"
"""An import whose failure is caught."""
TYPED = "typed"
"""An import for type checkers only; in a package that loads lazily, what it does load."""

_CAUGHT = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_ASSEMBLING = {"globals", "exec", "vars", "setattr"}
_BY_NAME = {"import_module", "__import__"}
_COMPARISONS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: eq,
    ast.NotEq: ne,
    ast.Lt: lt,  # type: ignore[dict-item]  # versions only, which are tuples
    ast.LtE: le,  # type: ignore[dict-item]
    ast.Gt: gt,  # type: ignore[dict-item]
    ast.GtE: ge,  # type: ignore[dict-item]
}
_PLATFORM = "linux"
_DEEPEST = 100_000  # expressions of generated code, such as parsers' tables
_CHECKING = "TYPE_CHECKING"


class Scanner(ast.NodeVisitor):
    """Walks one module.

    Attributes:
        imports: each `[line, module, name or None, when, modules that it stands in for]`.
        names: bound at the module's top level.
        is_dynamic: whether it may have names that can't be seen.
        makes_modules: whether it may make modules that no file holds.
        is_lazy: whether it is a package that loads its modules when they are asked for (PEP 562).
        aws: each `[line, AWS service]` that a client is made for.
    """

    def __init__(self, module: str, *, is_package: bool) -> None:
        self.imports: list[list[object]] = []
        self.names: set[str] = set()
        self.is_dynamic = False
        self.makes_modules = False
        self.is_lazy = False
        self.aws: list[list[object]] = []
        self._module = module
        self._package = module if is_package else module.rpartition(".")[0]
        self._when = NOW
        self._instead_of: list[str] = []
        self._depth = 0

    def visit_Import(self, node: ast.Import) -> None:  # the base class's name
        """`import a.b as c`."""
        for alias in node.names:
            self._found(node.lineno, alias.name, None)
            self._bind(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from a import b`."""
        base = self._absolute(node.module or "", node.level)
        for alias in node.names:
            is_all = alias.name == "*"
            self._found(node.lineno, base, None if is_all else alias.name)
            self.is_dynamic |= is_all and not self._depth
            if base != self._module:  # a package that imports its own module, by the name of it
                self._bind(alias.asname or alias.name)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A function, whose imports come later."""
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Likewise."""
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Likewise."""
        with self._within(depth=1, when=LATER):
            self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A class, whose body is run at once."""
        self._bind(node.name)
        with self._within(depth=1):
            self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        """A condition: its branch if it is known before, both otherwise."""
        holds = truth(node.test)
        self.visit(node.test)
        if _name(node.test) == _CHECKING:
            with self._within(depth=1, when=TYPED):
                for each in node.body:
                    self.visit(each)
        with self._within(when=LATER if holds is None else None):
            for each in [*node.body] if holds is not False else []:
                self.visit(each)
            for each in [*node.orelse] if holds is not True else []:
                self.visit(each)

    def visit_Try(self, node: ast.Try) -> None:
        """Imports in it may fail if somebody catches that; others then stand in for them."""
        self._try(node)

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        catching = [each for each in node.handlers if _catches(each.type)]
        before = len(self.imports)
        with self._within(when=GUARDED if catching else None):
            for statement in [*node.body, *node.orelse]:
                self.visit(statement)
        tried = [str(found[1]) for found in self.imports[before:]]
        for handler in node.handlers:
            self._bind(handler.name or "")
            with self._within(instead_of=tried if handler in catching else None):
                for statement in handler.body:
                    self.visit(statement)
        for statement in node.finalbody:
            self.visit(statement)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        """Likewise."""
        self._try(node)

    def visit_With(self, node: ast.With) -> None:
        """`with suppress(ImportError)` guards, too."""
        calls = [item.context_expr for item in node.items]
        guards = any(
            isinstance(call, ast.Call)
            and _name(call.func) == "suppress"
            and any(_catches(argument) for argument in call.args)
            for call in calls
        )
        with self._within(when=GUARDED if guards else None):
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """A name that is bound here."""
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        """Names that a function binds at the top level."""
        self.names.update(node.names)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """`sys.modules` and `sys.meta_path` make modules that no file holds.

        Many packages look into `sys.modules`; it is the modules without a package that make others.
        """
        if _name(node.value) == "sys" and node.attr in ("modules", "meta_path"):
            self.is_dynamic = True
            is_package = self._module == self._package
            self.makes_modules |= node.attr == "meta_path" or not is_package
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Modules and AWS services that are asked for by a literal name."""
        called, first = _name(node.func), node.args[0] if node.args else None
        self.is_dynamic |= called in _ASSEMBLING
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            if called in _BY_NAME and first.value[:1].isalpha():
                self._found(node.lineno, first.value, None)
            elif called in ("client", "resource") and isinstance(node.func, ast.Attribute):
                self.aws.append([node.lineno, first.value])
        self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        is_lazy = node.name == "__getattr__" and not self._depth
        was_dynamic, self.is_lazy = self.is_dynamic, self.is_lazy or is_lazy
        for each in [*node.decorator_list, node.args]:
            self.visit(each)
        with self._within(depth=1, when=LATER):
            for statement in node.body:
                self.visit(statement)
        if is_lazy:  # what it keeps in globals() is what it was asked for
            self.is_dynamic = was_dynamic

    def _bind(self, name: str) -> None:
        if not self._depth:
            self.names.add(name)

    def _found(self, line: int, module: str, name: str | None) -> None:
        self.imports.append([line, module, name, self._when, self._instead_of])

    def _absolute(self, module: str, level: int) -> str:
        if not level:
            return module
        parts = self._package.split(".")
        above = parts[: len(parts) - level + 1]
        return ".".join([*above, module] if module else above)

    @contextlib.contextmanager
    def _within(
        self, depth: int = 0, when: str | None = None, instead_of: list[str] | None = None
    ) -> Iterator[None]:
        before = (self._depth, self._when, self._instead_of)
        self._depth += depth
        if when is not None and self._when not in (GUARDED, TYPED):
            self._when = when
        self._instead_of = self._instead_of if instead_of is None else instead_of
        yield
        self._depth, self._when, self._instead_of = before


def truth(test: ast.expr) -> bool | None:
    """Whether a condition holds in this Python on Linux; None if that can't be told."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        holds = truth(test.operand)
        return None if holds is None else not holds
    if _name(test) == _CHECKING:
        return False
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _compared(test.left, test.ops[0], test.comparators[0])
    return None


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> bool | None:
    compare = _COMPARISONS.get(type(operator))
    try:
        value: object = ast.literal_eval(right)
    except ValueError:
        return None
    if compare is None or not isinstance(left, ast.Attribute) or _name(left.value) != "sys":
        return None
    if left.attr == "version_info" and isinstance(value, tuple):
        return compare(sys.version_info[: max(len(value), 2)], value)
    if left.attr == "platform" and isinstance(value, str):
        return compare(_PLATFORM, value)
    return None


def _name(node: ast.expr | None) -> str:
    """The last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _catches(caught: ast.expr | None) -> bool:
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return caught is None or any(_name(kind) in _CAUGHT for kind in each)


def scan(path: str, source: bytes) -> dict[str, object]:
    """What a source imports and binds; what is wrong with it if it can't be read."""
    parts = path.removesuffix(".py").split("/")
    is_package = parts[-1] == "__init__"
    found = Scanner(".".join(parts[:-1] if is_package else parts), is_package=is_package)
    try:
        found.visit(ast.parse(source))
    except (SyntaxError, ValueError) as error:
        return {"broken": str(error)}
    return {
        "imports": found.imports,
        "names": sorted(found.names),
        "is_dynamic": found.is_dynamic,
        "makes_modules": found.makes_modules,
        "is_lazy": found.is_lazy,
        "aws": found.aws,
    }


if __name__ == "__main__":
    sys.setrecursionlimit(_DEEPEST)
    with zipfile.ZipFile(sys.argv[1]) as opened:
        names = sys.stdin.read().splitlines()
        json.dump({name: scan(name, opened.read(name)) for name in names}, sys.stdout)
