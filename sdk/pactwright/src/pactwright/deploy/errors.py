"""What can go wrong between a project's sources and running stacks.

```
DeployError
├── AccountError     AWS can't be reached, or isn't the account that was meant
├── BundleError      dependencies or sources that cannot be packed
├── DialectError     an API that the gateway cannot serve
├── ParameterError   a template's parameter that is unknown, missing or has a value it can't have
├── ProvisionError   what is to be done once the stacks are up, can't be
├── TemplateError    a template that cannot be read, or that the linter refuses
└── StackError       CloudFormation refused or rolled back
    ├── Busy         another deployment is at work on the stack
    ├── DataLoss     the change would replace or delete what holds data
    └── Declined     nobody said yes to the change
```
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class DeployError(Exception):
    """Its text says what was wrong, where, and what to do; it is meant for a terminal."""


class AccountError(DeployError):
    """AWS can't be reached, refuses us, or isn't the account that was meant."""


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


class ParameterError(DeployError):
    """Parameters of templates that are unknown, missing, or have values that they can't have.

    Attributes:
        faults: each `(where it was given or is missing, what is wrong and what to do)`.
    """

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        lines = ["parameters of templates are wrong:"]
        lines += [f"  {place}: {advice}" for place, advice in faults]
        super().__init__("\n".join(lines))
        self.faults = tuple(faults)


class ProvisionError(DeployError):
    """What is to be done once the stacks are up can't be: the stacks themselves are up."""


class TemplateError(DeployError):
    """A template that cannot be read, or that the linter refuses."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A resource that CloudFormation could not make, change or remove.

    Attributes:
        resource: its logical id.
        kind: its type: `AWS::DynamoDB::Table`.
        reason: as CloudFormation gives it.
        rolling_back: whether it failed while the stack was already being rolled back.
    """

    resource: str
    kind: str
    reason: str
    rolling_back: bool = False

    def __str__(self) -> str:
        when = "while rolling back, " if self.rolling_back else ""
        return f"{when}{self.resource} ({self.kind}): {self.reason}"


class StackError(DeployError):
    """CloudFormation refused a change, or rolled it back.

    Attributes:
        stack: the stack's name.
        failures: the first cause first.
        status: of the stack, as CloudFormation has it; "" if it was not touched.
    """

    def __init__(
        self,
        stack: str,
        summary: str,
        failures: Sequence[Failure] = (),
        *,
        status: str = "",
        advice: str = "",
    ) -> None:
        lines = [f"stack {stack}: {summary}"]
        heads = ["the first cause", *["then"] * len(failures)]
        lines += [f"  {head}: {failure}" for head, failure in zip(heads, failures, strict=False)]
        lines += [f"  what to do: {advice}"] if advice else []
        super().__init__("\n".join(lines))
        self.stack = stack
        self.failures = tuple(failures)
        self.status = status


class Busy(StackError):
    """Another deployment is at work on the stack."""


class DataLoss(StackError):
    """The change would replace or delete what holds data, and nobody said that it may."""


class Declined(StackError):
    """Nobody said yes to the change."""
