"""Records say the same to everybody, for ever; what does not is named."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from pactwright.contract import pacts
from pactwright.release.errors import NotFound, RecordError, StoreError
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.records import Build, Deployment, Verification, parse, render
from pactwright.release.stores import Folder, opened
from tests.kit.contract.verification.provided import A_KEY, NO_KEY, write_pact
from tests.kit.release.history import ARM, CLEAN, digest

HOUR, MICRO = timedelta(hours=1), timedelta(microseconds=1)
NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def deployment(service: str = "keys", time: datetime = NOON, bundle: str = "keys 1") -> Deployment:
    return Deployment(
        time=time,
        service=service,
        environment="production",
        bundle=digest(bundle),
        platform=ARM,
        pacts={},
        consumers={"sdk": digest("sdk-keys 1")},
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(opened("records", tmp_path))


def kept(ledger: Ledger) -> Path:
    """The one file there is."""
    assert isinstance(ledger.store, Folder)
    (file,) = (path for path in ledger.store.root.rglob("*.json"))
    return file


def test_what_is_read_is_what_was_written(ledger: Ledger) -> None:
    """Under a name by which files are sorted as they came about."""
    ledger.add(deployment())

    assert ledger.deployments("production") == [deployment()]
    assert ledger.deployments("staging") == []
    assert kept(ledger).name.startswith("20261120T120000.123456Z-")
    assert ledger.environments() == ["production"]


def test_what_was_deployed_last_counts(ledger: Ledger) -> None:
    """Of each service by itself, whoever wrote first."""
    later = NOON + timedelta(microseconds=1)
    ledger.add(deployment("shelf", bundle="shelf 1"))
    ledger.add(deployment("keys", later, "keys 2"))
    ledger.add(deployment("keys", NOON, "keys 1"))

    found = {each.service: each.bundle for each in ledger.current("production")}
    assert found == {"keys": digest("keys 2"), "shelf": digest("shelf 1")}
    assert len(ledger.deployments("production")) == 3


def test_times_are_kept_in_utc() -> None:
    """Wherever the writer is; a time that is nowhere is refused."""
    lisbon = NOON.astimezone(timezone(timedelta(hours=1)))
    assert render(deployment(time=lisbon)) == render(deployment())
    with pytest.raises(ValueError, match="timezone"):
        deployment(time=NOON.replace(tzinfo=None))


def test_the_same_record_twice_is_one(ledger: Ledger) -> None:
    """A writer that does not know whether it was heard may say it again."""
    ledger.add(deployment())
    ledger.add(deployment())

    assert len(ledger.deployments("production")) == 1


def test_nothing_is_overwritten(ledger: Ledger) -> None:
    """Not even by what has the same name."""
    ledger.store.add("deployments/production/a.json", b"one")
    ledger.store.add("deployments/production/a.json", b"one")
    with pytest.raises(RecordError, match=r"a\.json is there already, and says something else"):
        ledger.store.add("deployments/production/a.json", b"two")
    assert ledger.store.read("deployments/production/a.json") == b"one"


def changed(**members: Any) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps(json.loads(content) | members).encode()


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (cut, "is damaged: it is no release record"),
        (lambda _: b"[]", "is damaged: it is no release record"),
        (changed(format=2), "is of format 2, and this pactwright knows format 1 only"),
        (changed(kind="builds"), "is damaged: it is one of 'builds' among deployments"),
        (changed(bundle="short"), "is damaged: bundle: String should match"),
        (changed(time="yesterday"), "is damaged: time: Input should be a valid datetime"),
        (changed(more=1), "is damaged: more: Extra inputs are not permitted"),
        (changed(environment="../up"), "is damaged: environment: String should match"),
    ],
)
def test_a_record_that_says_something_else(change: Callable[[bytes], bytes], said: str) -> None:
    """It is named, and nothing is made of the rest of it."""
    with pytest.raises(RecordError, match=f"^here {said}"):
        parse(Deployment, change(render(deployment())), "here")


def test_records_that_were_touched_are_all_named(ledger: Ledger) -> None:
    """Whoever changed them, and however well: their names tell what they said."""
    ledger.add(deployment())
    file = kept(ledger)
    file.write_bytes(file.read_bytes().replace(b'"keys"', b'"kees"'))
    (file.parent / "stray.json").write_text("{}")
    ledger.add(deployment("shelf"))

    with pytest.raises(RecordError, match="2 records of") as caught:
        ledger.deployments("production")
    assert f"{file.name} is damaged: its content is not what it is named for" in str(caught.value)
    assert "stray.json is damaged" in str(caught.value)


def test_a_record_in_another_ones_place(ledger: Ledger) -> None:
    """It would be believed of what it is not about."""
    ledger.add(deployment())
    file = kept(ledger)
    moved = file.parents[2] / "staging" / "keys" / file.name
    moved.parent.mkdir(parents=True)
    file.rename(moved)

    with pytest.raises(RecordError, match="it belongs into deployments/production/keys"):
        ledger.deployments("staging")


def test_a_record_under_another_time(ledger: Ledger) -> None:
    """It would count as newer or older than it is."""
    ledger.add(deployment())
    file = kept(ledger)
    file.rename(file.with_name(file.name.replace("20261120", "20271120")))

    with pytest.raises(RecordError, match="its time is not what it is named for"):
        ledger.current("production")


def test_what_is_written_last_is_the_newest(ledger: Ledger) -> None:
    """Even where the clock of who wrote before was ahead, or both had one time."""
    clock = iter([NOON + HOUR, NOON, NOON])
    for name in ("keys 1", "keys 2", "keys 3"):
        recording = Recording(ledger, lambda: next(clock))
        recording.deployment("keys", "production", digest(name), ARM)

    assert [each.bundle for each in ledger.current("production")] == [digest("keys 3")]
    times = [each.time - NOON for each in ledger.deployments("production")]
    assert times == [HOUR, HOUR + MICRO, HOUR + 2 * MICRO]


def test_what_a_writer_left_unfinished_is_no_record(ledger: Ledger) -> None:
    """A process that ended in the middle of writing has recorded nothing."""
    assert isinstance(ledger.store, Folder)
    ledger.add(deployment())
    (ledger.store.root / ".unfinished-1").mkdir()
    (ledger.store.root / ".unfinished-1" / "record").write_text("{")

    assert len(ledger.deployments("production")) == 1


def test_a_place_that_is_none(tmp_path: Path) -> None:
    """A file in the way, an unknown scheme, a bucket without a name."""
    (tmp_path / "records").write_text("a file")
    with pytest.raises(StoreError, match=r"records/deployments/production/.* can't be written: "):
        Ledger(opened("records", tmp_path)).add(deployment())
    with pytest.raises(StoreError, match=r"records is no folder"):
        Ledger(opened("records", tmp_path)).deployments("production")
    for where in ("gs://mine", "s3:/mine/records", "s3:mine"):
        with pytest.raises(StoreError, match=rf"can't be kept in {where}: give a folder or s3://"):
            opened(where, tmp_path)
    with pytest.raises(StoreError, match="s3:/// names no bucket"):
        opened("s3:///", tmp_path)


def test_a_folder_that_is_kept_elsewhere(ledger: Ledger, tmp_path: Path) -> None:
    """A link to it is as good."""
    ledger.add(deployment())
    linked = tmp_path / "records" / "deployments" / "production" / "keys"
    linked.rename(tmp_path / "keys")
    linked.symlink_to(tmp_path / "keys")

    assert len(ledger.current("production")) == 1


@contextmanager
def nobody() -> Iterator[None]:
    """Someone who may not read everything, as an administrator may."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_that_may_not_be_read_is_not_empty(ledger: Ledger, tmp_path: Path) -> None:
    """Or the gate would take a service that runs for one that doesn't."""
    ledger.add(deployment())
    hidden = tmp_path / "records" / "deployments" / "production" / "keys"
    hidden.chmod(0)
    try:
        with nobody(), pytest.raises(StoreError, match="can't be listed: Permission denied"):
            ledger.current("production")
    finally:
        hidden.chmod(0o755)


def write_many(where: str, writer: int) -> None:
    ledger = Ledger(opened(where, Path()))
    for number in range(40):
        ledger.add(deployment(bundle=f"{writer} {number}"))


def test_writers_at_one_time_lose_nothing(tmp_path: Path) -> None:
    """Three processes, at the very same time by their clocks, into one folder."""
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        list(pool.map(write_many, [str(tmp_path)] * 3, range(3)))

    found = Ledger(Folder(tmp_path)).deployments("production")
    assert len({each.bundle for each in found}) == 3 * 40
    assert not list(tmp_path.glob(".unfinished-*"))


def test_the_last_bundle_of_a_service(ledger: Ledger) -> None:
    """By the time of its build, not by its digest."""
    for minutes, name in enumerate(("first", "second", "third")):
        time = NOON + timedelta(minutes=minutes)
        ledger.add(
            Build(
                time=time,
                service="keys",
                bundle=digest(name),
                platform=ARM,
                pacts={},
                consumers={},
                revision=CLEAN,
            )
        )

    assert ledger.built("keys") == [digest("first"), digest("second"), digest("third")]
    assert ledger.built("shelf") == []


def test_a_verification_of_nothing_is_none() -> None:
    """A pact without interactions can't be verified."""
    with pytest.raises(ValueError, match="interactions"):
        Verification(
            time=NOON,
            consumer="shelf",
            provider="keys",
            pact=digest("p"),
            bundle=digest("b"),
            platform=ARM,
            stubs={},
            chain=False,
            interactions=0,
            failures=(),
            revision=CLEAN,
        )


def test_pacts_are_kept_for_others(ledger: Ledger, tmp_path: Path) -> None:
    """By their digests; what is not kept, or is damaged, is told."""
    pact = write_pact(tmp_path, "shelf-keys", [A_KEY])
    ledger.keep(pact)
    ledger.keep(pact)
    found = ledger.pact(pact.digest)
    assert (found.digest, found.interactions) == (pact.digest, pact.interactions)
    with pytest.raises(NotFound, match=f"no pact {digest('other')} is kept in "):
        ledger.pact(digest("other"))

    file = kept_pact(ledger)
    file.write_bytes(file.read_bytes().replace(b"the attic", b"the cellar"))
    with pytest.raises(RecordError, match=r"shelf-keys\.json is damaged: .* edited by hand"):
        ledger.pact(pact.digest)
    other = write_pact(tmp_path, "shelf-keys", [A_KEY, NO_KEY])
    file.write_bytes((tmp_path / "shelf-keys.json").read_bytes())
    assert pacts.read(file).digest == other.digest
    with pytest.raises(RecordError, match=f"its digest is {other.digest}"):
        ledger.pact(pact.digest)


def kept_pact(ledger: Ledger) -> Path:
    assert isinstance(ledger.store, Folder)
    (file,) = (ledger.store.root / "pacts").rglob("*.json")
    return file
