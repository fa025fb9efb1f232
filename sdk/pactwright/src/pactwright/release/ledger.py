"""Release records, written and found again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from pactwright.contract import pacts
from pactwright.contract.errors import PactError
from pactwright.contract.pacts import Pact
from pactwright.release.errors import NotFound, RecordError
from pactwright.release.records import (
    Build,
    Deployment,
    Record,
    Release,
    Verification,
    parse,
    render,
)
from pactwright.release.stores import Store

R = TypeVar("R", bound=Record)

_STAMP: Final = "%Y%m%dT%H%M%S.%fZ"
_SHOWN: Final = 16
_READERS: Final = 16
"""How many records are read at a time: from S3, each takes some hundredths of a second."""


class Ledger:
    """All records of a store, by what they are of. Nothing in it is ever changed or removed.

    A record's name is its time and the digest of its content, so that writers who know nothing of
    each other never meet, and that what was changed afterwards shows.

    Attributes:
        store: where they are kept.

    Args:
        store: see above.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def __str__(self) -> str:
        return str(self.store)

    def add(self, record: Record) -> None:
        """Write a record.

        Raises:
            RecordError, StoreError: it can't be written.
        """
        content = render(record)
        self.store.add(_name(record, content), content)

    def last(self, folder: str) -> datetime | None:
        """The time of the newest record of a folder, by its name; None where there is none.

        Raises:
            StoreError: they can't be listed.
        """
        return max(filter(None, map(_time, self.store.names(folder))), default=None)

    def verifications(self, bundle: str) -> list[Verification]:
        """What a bundle was verified for, the oldest first.

        Raises:
            RecordError: a record of it is damaged; names all of those.
            StoreError: they can't be read.
        """
        return self._read(Verification, f"{Verification.kind}/{bundle}")

    def builds(self, service: str, bundle: str) -> list[Build]:
        """What a bundle was built from, each time, the oldest first; raises like the first."""
        return self._read(Build, f"{Build.kind}/{service}/{bundle}")

    def built(self, service: str) -> list[str]:
        """The digests of all bundles of a service on record, the one built last at the end."""
        names = self.store.names(f"{Build.kind}/{service}")
        last = {name.split("/")[2]: name.split("/")[-1] for name in names}
        return sorted(last, key=lambda digest: last[digest])

    def deployments(self, environment: str) -> list[Deployment]:
        """All that was deployed to an environment, the oldest first; raises like the first."""
        return self._read(Deployment, f"{Deployment.kind}/{environment}")

    def current(self, environment: str) -> list[Deployment]:
        """What was deployed last of each service to an environment; raises like the first."""
        names = self.store.names(f"{Deployment.kind}/{environment}")
        last = {name.rpartition("/")[0]: name for name in names}  # they are sorted by time
        return self._records(Deployment, last.values())

    def releases(self, environment: str) -> list[Release]:
        """What consumers that are no services use of an environment; raises like the first."""
        return self._read(Release, f"{Release.kind}/{environment}")

    def environments(self) -> list[str]:
        """The environments that something was deployed to."""
        names = self.store.names(Deployment.kind)
        return list(dict.fromkeys(name.split("/")[1] for name in names))

    def keep(self, pact: Pact) -> None:
        """Keep a pact's content, so that others can verify it without the consumer's sources.

        Raises:
            RecordError, StoreError: it can't be written.
        """
        name = f"pacts/{pact.digest}/{pact.name}.json"
        if pact.path is not None and name not in self.store.names(f"pacts/{pact.digest}"):
            self.store.add(name, pact.path.read_bytes())

    def pact(self, digest: str) -> Pact:
        """A pact that was kept.

        Raises:
            NotFound: none of that digest was.
            RecordError: it is damaged.
        """
        names = self.store.names(f"pacts/{digest}")
        if not names:
            raise NotFound(
                f"no pact {digest} is kept in {self}: its consumer's `pactwright verify` keeps it"
            )
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch, names[0].rpartition("/")[2])
            file.write_bytes(self.store.read(names[0]))
            try:
                found = pacts.read(file)
            except PactError as error:
                raise RecordError(f"{self}/{names[0]} is damaged: {error}") from error
        if found.digest != digest:
            raise RecordError(f"{self}/{names[0]} is damaged: its digest is {found.digest}")
        return replace(found, path=None)

    def _read(self, kind: type[R], folder: str) -> list[R]:
        return self._records(kind, self.store.names(folder))

    def _records(self, kind: type[R], names: Iterable[str]) -> list[R]:
        with ThreadPoolExecutor(_READERS) as pool:
            contents = list(pool.map(lambda name: (name, self.store.read(name)), names))
        found, faults = [], []
        for name, content in contents:
            try:
                found.append(self._record(kind, name, content))
            except RecordError as error:
                faults.append(str(error))
        if faults:
            lines = "\n  ".join(faults)
            raise RecordError(
                f"{len(faults)} records of {self} can't be taken for what they say:\n  {lines}\n"
                "Nothing is concluded from the others: restore or remove what is damaged"
            )
        return sorted(found, key=lambda record: record.time)

    def _record(self, kind: type[R], name: str, content: bytes) -> R:
        where = f"{self}/{name}"
        if not name.endswith(f"-{_digest(content)}.json"):
            raise RecordError(f"{where} is damaged: its content is not what it is named for")
        record = parse(kind, content, where)
        if record.folder != name.rpartition("/")[0]:
            raise RecordError(f"{where} is damaged: it belongs into {record.folder}")
        if name != _name(record, content):
            raise RecordError(f"{where} is damaged: its time is not what it is named for")
        return record


def _name(record: Record, content: bytes) -> str:
    return f"{record.folder}/{record.time.strftime(_STAMP)}-{_digest(content)}.json"


def _time(name: str) -> datetime | None:
    """The time in a record's name; None where it is no record's."""
    try:
        stamp = name.rpartition("/")[2].partition("-")[0]
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_SHOWN]


def newest(records: Iterable[R], of: Callable[[R], bool]) -> R | None:
    """The newest record that something is true of."""
    return max(filter(of, records), key=lambda record: record.time, default=None)
