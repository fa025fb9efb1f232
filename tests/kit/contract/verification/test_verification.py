"""A run verifies every interaction of every pact; a chain, from the leaves up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pactwright.contract.pacts import Pact
from pactwright.contract.verification.environment import Environment
from pactwright.contract.verification.precheck import load
from pactwright.contract.verification.report import Report, Result
from pactwright.contract.verification.run import Options, Verified, run
from pactwright.schema import Project
from tests.kit.contract.verification.provided import (
    A_KEY,
    NO_KEY,
    RED,
    Here,
    interaction,
    write_pact,
)

WRONG = interaction("a wrong key", "/keys/red", RED, body={"opens": 1})


def ignore(_: object) -> None: ...


def verified(
    project: Project,
    *chosen: str,
    chain: bool = True,
    observe: Callable[[Result], object] = ignore,
) -> Report:
    """What a run of the project finds."""
    contracts = load(project, chosen, chain=chain)
    return run(contracts, Here(contracts), Options(chain=chain), observe)


def pairs(report: Report) -> list[tuple[str, str]]:
    """Who relies on whom, in the order of verification."""
    found = [(result.consumer, result.provider) for result in report.results]
    return list(dict.fromkeys(found))


def test_everything_is_replayed_from_the_leaves_up(project: Project) -> None:
    """And each result is told as it comes."""
    seen: list[Result] = []
    report = verified(project, observe=seen.append)

    assert report.ok
    assert (len(report.results), tuple(seen)) == (6, report.results)
    assert pairs(report) == [("shelf", "keys"), ("reader", "keys"), ("reader", "shelf")]
    assert report.notes == ()


def test_a_chosen_provider_comes_with_those_it_calls(project: Project) -> None:
    """Else its stubs would be refused."""
    assert pairs(verified(project, "shelf"))[0] == ("shelf", "keys")
    assert verified(project, "shelf").ok


def test_without_the_chain_a_stub_is_taken_on_trust(project: Project) -> None:
    """And that is said."""
    report = verified(project, "shelf", chain=False)

    assert pairs(report) == [("reader", "shelf")]
    assert report.ok
    assert report.notes == (
        "shelf's stub of keys is shelf-keys.json, taken on trust: --chain verifies it first",
    )


def test_a_stub_whose_pact_does_not_hold_is_refused(project: Project, folder: Path) -> None:
    """Nothing is replayed against it, and everything that would have been fails by name."""
    write_pact(folder, "shelf-keys", [A_KEY, WRONG])
    report = verified(project)

    reasons = {r for each in report.results if each.provider == "shelf" for r in each.reasons}
    assert reasons == {
        "not replayed: its stub of keys is shelf-keys.json, which did not hold in this run"
    }
    assert (report.ok, len(report.failed)) == (False, 4)


def test_another_consumers_failure_refuses_no_stub(project: Project, folder: Path) -> None:
    """The pact between provider and called service is what counts."""
    write_pact(folder, "reader-keys", [A_KEY, WRONG])
    report = verified(project)

    assert [r.description for r in report.failed] == ["a wrong key"]


def test_a_pact_that_changes_during_the_run_refuses_its_stub(
    project: Project, folder: Path
) -> None:
    """By both digests."""

    def change(_: Result) -> None:
        write_pact(folder, "shelf-keys", [A_KEY, NO_KEY])

    before = json.loads((folder / "shelf-keys.json").read_text())["metadata"]["pactwright"]
    (reason,) = {reason for r in verified(project, observe=change).failed for reason in r.reasons}

    assert "shelf-keys.json, which has changed since it was verified: " in reason
    assert f"{before['digest'][:12]} then, " in reason


def test_a_pact_of_which_something_was_left_out_is_not_verified(folder: Path) -> None:
    """Though all that was replayed holds."""
    pact = write_pact(folder, "reader-keys", [A_KEY, NO_KEY])
    results = [Result.of(pact, each, ()) for each in pact.interactions]
    done = Verified()
    done.note(pact, results[:1])

    assert done.digests == {}
    done.note(pact, results)
    assert done.digests == {"reader-keys": pact.digest}


class Impatient(Here):
    """Where whatever fails is late."""

    @contextmanager
    def environment(self, name: str) -> Iterator[Environment]:
        with super().environment(name) as made:
            made.in_time = 0
            yield made


def test_a_provider_that_is_late_is_asked_no_more(project: Project, folder: Path) -> None:
    """Its other interactions are refused, with the one that was waited for; others go on."""
    write_pact(folder, "reader-keys", [A_KEY, WRONG, NO_KEY])
    contracts = load(project)
    report = run(contracts, Impatient(contracts))
    late, refused = report.failed

    assert (late.description, late.late) == ("a wrong key", True)
    assert (refused.description, refused.reasons) == (
        "no key",
        ("not replayed: keys did not answer 'a wrong key' of reader-keys in time (0 s)",),
    )
    assert report.results[-1].provider == "shelf"


def test_a_run_that_replays_nothing_fails() -> None:
    """Or less than there is, by name."""
    assert (Report(results=(), pacts=()).ok, Report(results=(), pacts=()).faults) == (
        False,
        ("nothing was replayed",),
    )


def test_a_run_that_leaves_something_out_fails(folder: Path) -> None:
    """By the interaction's name."""
    pact: Pact = write_pact(folder, "reader-keys", [A_KEY, NO_KEY])
    report = Report(results=(Result.of(pact, pact.interactions[0], ()),), pacts=(pact,))

    assert not report.ok
    assert report.faults == ("reader-keys.json: 'no key' was not replayed",)
