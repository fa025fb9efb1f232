"""A record is made of whole pacts on bundles, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pactwright.contract import pacts
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.report import Report
from pactwright.contract.verification.run import run
from pactwright.release.evidence import builds, verifications
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.records import Build, Verification
from pactwright.schema import Project
from tests.kit.contract.verification import bells
from tests.kit.contract.verification.bells import Heard
from tests.kit.contract.verification.provided import (
    A_KEY,
    NO_KEY,
    RED,
    Here,
    importable,
    interaction,
    write_pact,
)
from tests.kit.release.conftest import bundle, verified
from tests.kit.release.history import ARM, CLEAN, Memory, digest

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WRONG = interaction("a wrong key", "/keys/red", RED, body={"opens": 1})


def found(report: Report) -> dict[str, Verification]:
    return {f"{each.consumer}-{each.provider}": each for each in verifications(report, CLEAN, NOW)}


def test_a_whole_pact_is_a_record(project: Project, folder: Path) -> None:
    """Of the bundle that ran, its platform, and the stubs that stood in for others."""
    records = found(verified(project, "shelf", chain=True))

    assert set(records) == {"shelf-keys", "reader-keys", "reader-shelf"}
    record = records["reader-shelf"]
    assert (record.passed, record.bundle, record.platform) == (True, digest("shelf 1"), ARM)
    assert record.stubs == {"keys": pacts.read(folder / "shelf-keys.json").digest}
    assert (record.chain, record.interactions, record.revision) == (True, 3, CLEAN)
    assert not found(verified(project, "shelf"))["reader-shelf"].chain


def test_what_does_not_hold_is_named(project: Project, folder: Path) -> None:
    """And speaks against that pact only."""
    write_pact(folder, "reader-keys", [A_KEY, WRONG])
    records = found(verified(project, "keys"))

    assert records["reader-keys"].failures == ("a wrong key",)
    assert records["shelf-keys"].passed


def test_a_message_is_an_interaction_like_any_other(tmp_path: Path) -> None:
    """One that is not published as it should be speaks against its pact."""
    heard = Heard()
    with importable(bells.make_project(tmp_path / "bells")) as project:
        site = bells.Here(load(project), heard)
        site.bundles = {"tower": bundle("tower")}
        told = found(run(site.contracts, site))["ringer-tower"]
        heard.says = lambda _: ()
        silent = found(run(site.contracts, site))["ringer-tower"]

    assert (told.passed, told.interactions, told.bundle) == (True, 1, digest("tower 1"))
    assert (silent.passed, silent.failures) == (False, ("a bell is rung",))


def test_what_was_refused_is_not_known(project: Project, folder: Path) -> None:
    """A provider whose stub proved nothing has neither passed nor failed."""
    write_pact(folder, "shelf-keys", [A_KEY, WRONG])

    assert set(found(verified(project, chain=True))) == {"shelf-keys", "reader-keys"}


def test_in_process_nothing_is_proven(project: Project) -> None:
    """What runs there is no bundle."""
    contracts = load(project)
    report = run(contracts, Here(contracts))

    assert report.ok
    assert found(report) == {}
    assert Recording(Ledger(Memory())).verification(report, CLEAN) == []


def test_a_run_that_was_stopped_proves_nothing_good(project: Project) -> None:
    """What it was at has failed; what it had done, or not begun, is not known."""
    whole = verified(project)
    first, second = (
        each for each in whole.results if (each.consumer, each.provider) == ("reader", "keys")
    )
    (before,) = (each for each in whole.results if each.consumer == "shelf")
    stopped = replace(whole, results=(before, first), pacts=(), errors=("stopped after 2",))
    records = found(stopped)

    assert set(records) == {"reader-keys"}
    assert records["reader-keys"].failures == (
        f"{second.description}: not replayed (stopped after 2)",
    )


def test_a_pact_of_which_something_was_left_out_has_failed(project: Project) -> None:
    """Though all that was replayed holds."""
    whole = verified(project, "keys")
    part = replace(whole, results=whole.results[:-1])

    assert [each.passed for each in verifications(part, CLEAN, NOW)].count(False) == 1


def test_a_bundle_says_what_its_sources_rely_on(project: Project, folder: Path) -> None:
    """Beside what consumers that are no services rely on; one that was given says nothing."""
    report = verified(project)
    assert report.ground is not None
    by_service = {each.service: each for each in builds(report.ground, CLEAN, NOW)}
    shelf_keys = pacts.read(folder / "shelf-keys.json").digest
    assert by_service["shelf"].pacts == {"keys": shelf_keys}
    assert set(by_service["shelf"].consumers) == {"reader"}
    assert (by_service["keys"].pacts, set(by_service["keys"].consumers)) == ({}, {"reader"})

    report = verified(project, others=[bundle("keys", "an older one")])
    assert report.ground is not None
    assert [each.service for each in builds(report.ground, CLEAN, NOW)] == ["shelf"]
    assert found(report)["reader-keys"].bundle == digest("an older one")


def test_a_pact_that_is_given_takes_the_place_of_others(project: Project, folder: Path) -> None:
    """Only that is recorded, by its own digest; states that it does not need are not missed."""
    own = pacts.read(folder / "reader-keys.json")
    older = write_pact(folder.parent / "older", "reader-keys", [NO_KEY])
    records = found(verified(project, "keys", given=[older]))

    assert set(records) == {"reader-keys"}
    assert (records["reader-keys"].pact, records["reader-keys"].interactions) == (older.digest, 1)
    assert records["reader-keys"].pact != own.digest


def test_two_states_of_one_pact_are_told_apart(project: Project, folder: Path) -> None:
    """Each is verified as a whole, though they have interactions in common."""
    own = pacts.read(folder / "reader-keys.json")
    older = write_pact(folder.parent / "older", "reader-keys", [A_KEY, WRONG])
    report = verified(project, "keys", given=[own, older])
    of = {each.pact: each for each in verifications(report, CLEAN, NOW)}

    assert not report.faults
    assert (of[own.digest].passed, of[older.digest].failures) == (True, ("a wrong key",))


def test_what_is_recorded_is_on_record(project: Project) -> None:
    """Builds, verifications, and the pacts themselves."""
    ledger = Ledger(Memory())
    made = Recording(ledger, clock=lambda: NOW).verification(verified(project), CLEAN)

    assert [type(each) for each in made].count(Build) == 2
    (build,) = ledger.builds("shelf", digest("shelf 1"))
    assert ledger.pact(build.pacts["keys"]).name == "shelf-keys"
    assert {each.consumer for each in ledger.verifications(digest("keys 1"))} == {"shelf", "reader"}
