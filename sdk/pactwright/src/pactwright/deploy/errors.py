"""What can go wrong between a project's sources and running stacks.

```
DeployError
├── BundleError      dependencies or sources that cannot be packed
├── DialectError     an API that the gateway cannot serve
├── TemplateError    a template that cannot be read, or that the linter refuses
└── StackError       CloudFormation refused or rolled back
```
"""

from __future__ import annotations

from collections.abc import Sequence


class DeployError(Exception):
    """Its text says what was wrong, where, and what to do; it is meant for a terminal."""


class BundleError(DeployError):
    """Dependencies or sources that cannot be packed."""


class DialectError(DeployError):
    """An API that the gateway cannot serve.

    Attributes:
        faults: each `(JSON pointer into the document, what is wrong and what to do)`.
    """

    def __init__(self, faults: Sequence[tuple[str, str]], where: str = "the document") -> None:
        lines = [f"{where}: API Gateway can't serve this API"]
        lines += [f"  {place}: {advice}" for place, advice in faults]
        super().__init__("\n".join(lines))
        self.faults = tuple(faults)


class TemplateError(DeployError):
    """A template that cannot be read, or that the linter refuses."""


class StackError(DeployError):
    """CloudFormation refused a change, or rolled it back.

    Attributes:
        stack: the stack's name.
        failures: each `(logical id, resource type, reason)`, the first cause first.
    """

    def __init__(
        self, stack: str, summary: str, failures: Sequence[tuple[str, str, str]] = ()
    ) -> None:
        lines = [f"stack {stack}: {summary}"]
        lines += [f"  {name} ({kind}): {reason}" for name, kind, reason in failures]
        super().__init__("\n".join(lines))
        self.stack = stack
        self.failures = tuple(failures)
