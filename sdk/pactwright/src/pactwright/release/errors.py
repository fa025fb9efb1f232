"""What can go wrong about a release.

```
ReleaseError             what any command of releases may say, for a terminal
├── RecordError          a record that is damaged, of another version, or can't be written
├── StoreError           where records are kept can't be reached or used
├── NotFound             a bundle or pact that nobody has recorded, or that can't be had
├── UnknownDeployment    it can't be told what is deployed
├── Refused              the gate says no to what was about to be deployed
├── BrokerError          a Pact Broker can't be reached, or refuses
└── ComparisonError      what is to be compared is not there; see `comparison.errors`
```
"""

from __future__ import annotations


class ReleaseError(Exception):
    """Its text says what was wrong, where, and what to do; it is meant for a terminal."""


class RecordError(ReleaseError):
    """A record that is damaged, of another version, or can't be written."""


class StoreError(ReleaseError):
    """Where records are kept can't be reached or used."""


class NotFound(ReleaseError):
    """A bundle or pact that nobody has recorded, or that can't be had."""


class UnknownDeployment(ReleaseError):
    """It can't be told what is deployed."""


class Refused(ReleaseError):
    """The gate says no to what was about to be deployed."""


class BrokerError(ReleaseError):
    """A Pact Broker can't be reached, or refuses.

    Attributes:
        status: of its answer; None where there was none, or that is not what is wrong.
    """

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status
