"""The sources of client.py and service.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pactwright.generate.annotations import Renderer
from pactwright.generate.docstrings import docstring
from pactwright.generate.fields import BUILTINS
from pactwright.generate.imports import Imports
from pactwright.generate.plan import OperationPlan
from pactwright.generate.signatures import MethodArgument, Signature, documentation, parameters


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def _method(signature: str, *body: str) -> str:
    return f"def {signature}:\n" + "\n".join(_indented(part) for part in body)


def _shadowed(plans: Sequence[OperationPlan]) -> frozenset[str]:
    return BUILTINS & {plan.name for plan in plans}


class ClientWriter:
    """Writes a client class: a method for each operation, and one more for each list."""

    def __init__(self, renderer: Renderer, plans: Sequence[OperationPlan], module: str) -> None:
        self._renderer = replace(renderer, shadowed=_shadowed(plans))
        self._imports: Imports = renderer.imports
        self._plans = plans
        self._module = module

    def methods(self) -> list[str]:
        """The methods' sources, in the document's order."""
        found: list[str] = []
        for plan in self._plans:
            found.append(self._call(plan))
            if plan.page is not None:
                found.append(self._pages(plan, plan.page.method))
        return found

    def _options(self) -> str:
        unpack = self._imports.add_typing("typing", "Unpack")
        return f"{unpack}[{self._imports.add_typing('pactwright.client', 'CallOptions')}]"

    def _call(self, plan: OperationPlan) -> str:
        signature = Signature(self._renderer, plan, of_service=False)
        arguments = [*signature.positional, *signature.named]
        listed = parameters(
            [a.source for a in signature.positional],
            [a.source for a in signature.named],
            self._options(),
        )
        return _method(
            f"{plan.name}({listed}) -> {signature.result}",
            documentation(plan, arguments, errors=True),
            f"return self._call({self._module}.{plan.constant}, {_values(arguments)}, options)",
        )

    def _pages(self, plan: OperationPlan, name: str) -> str:
        page = plan.page
        assert page is not None  # noqa: S101 - narrows the type
        signature = Signature(self._renderer, plan, of_service=False)
        named = signature.without(page.cursor)
        listed = parameters(
            [a.source for a in signature.positional], [a.source for a in named], self._options()
        )
        iterator = self._imports.add_typing("collections.abc", "Iterator")
        item = replace(self._renderer, plain=True).type(page.item, "response")
        arguments = [*signature.positional, *named]
        summary = f"Go through all pages of `{plan.name}`: its items, fetched as they are needed."
        return _method(
            f"{name}({listed}) -> {iterator}[{item}]",
            docstring(summary),
            f"return self._pages({self._module}.{plan.constant}, {_values(arguments)}, options)",
        )


def _values(arguments: Sequence[MethodArgument]) -> str:
    return "{" + ", ".join(f'"{a.name}": {a.name}' for a in arguments) + "}"


class ServiceWriter:
    """Writes the Protocol that a service implements: a method for each operation."""

    def __init__(self, renderer: Renderer, plans: Sequence[OperationPlan]) -> None:
        self._renderer = replace(renderer, shadowed=_shadowed(plans))
        self._imports: Imports = renderer.imports
        self._plans = plans

    def methods(self) -> list[str]:
        """The methods' sources, in the document's order."""
        return [self._method(plan) for plan in self._plans]

    def _method(self, plan: OperationPlan) -> str:
        signature = Signature(self._renderer, plan, of_service=True)
        call = f"call: {self._imports.add_typing('pactwright.service', 'Call')}"
        listed = parameters(
            [call, *(a.source for a in signature.positional)], [a.source for a in signature.named]
        )
        answer = self._imports.add_typing("pactwright.service", "Answer")
        return _method(
            f"{plan.name}({listed}) -> {answer}[{signature.result}]",
            documentation(plan, [], errors=False),
            "...",
        )


def class_source(name: str, base: str, summary: str, methods: Sequence[str]) -> str:
    """A class with methods."""
    body = [_indented(docstring(summary)), *(_indented(method) for method in methods)]
    return f"class {name}({base}):\n" + "\n\n".join(body) + "\n"
