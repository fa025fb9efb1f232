"""What is wrong with a project's contracts.

```
ContractError            what any command of contracts may say, for a terminal
├── PactError            a pact that can't be read, is stale or was edited by hand
├── ExpectationError     an expectation that the provider's document does not allow
├── StateError           a provider state that is not handled, not used, handled twice or mistyped
├── NotPublished         a message that a provider did not publish, though all was done for it
└── NothingToVerify      no pacts, no such provider, no interactions, nothing that can verify one
```
"""

from __future__ import annotations


class ContractError(Exception):
    """Its text says what was wrong, where, and what to do; it is meant for a terminal."""


class PactError(ContractError):
    """A pact that can't be read, is stale or was edited by hand."""


class ExpectationError(ContractError):
    """An expectation that the provider's document does not allow."""


class StateError(ContractError):
    """A provider state that is not handled, not used, handled twice or given other parameters."""


class NotPublished(ContractError):
    """A message that a provider did not publish, though all was done for it."""


class NothingToVerify(ContractError):
    """No pacts, no such provider, no interactions, or nothing that can verify a provider."""
