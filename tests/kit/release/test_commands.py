"""The commands: what they take, what they say, their exit status."""

from __future__ import annotations

import json
import subprocess
from argparse import Namespace
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from pactwright.cli import main
from pactwright.contract.verification.report import Report
from pactwright.contract.verification.run import Options
from pactwright.deploy.platforms import host
from pactwright.local.console import Console
from pactwright.release.errors import NotFound, StoreError
from pactwright.release.ledger import Ledger
from pactwright.release.recording import Recording
from pactwright.release.stores import Folder
from pactwright.release.verifying import RecordedRun
from pactwright.schema import Project
from tests.kit.contract.verification.provided import A_KEY, write_pact
from tests.kit.release.conftest import verified
from tests.kit.release.history import ARM, CLEAN, digest


@pytest.fixture
def root(project: Project) -> list[str]:
    return ["--project", str(project.root)]


@pytest.fixture
def ledger(project: Project) -> Ledger:
    """Where records are, unless told otherwise."""
    return Ledger(Folder(project.root / "build" / "records"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["can-deploy", "keys"],
        ["can-deploy", "keys", "--to", "../up"],
        ["can-deploy", "keys", "--to", "live", "--digest", "abc"],
        ["record-deployment", "keys"],
        ["record-deployment", "keys", "--env", "live", "--removed", "--digest", digest("keys 1")],
        ["record-release", "sdk", "--env", "live"],
        ["verify", "--bundle", "keys"],
    ],
)
def test_a_wrong_call_has_status_2(root: list[str], arguments: list[str]) -> None:
    """It is no answer of the gate's."""
    with pytest.raises(SystemExit) as caught:
        main([*root, *arguments])
    assert caught.value.code == 2


def test_the_bundle_that_was_built_here(
    root: list[str], project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the one that is asked for, by its very bytes; without one, the gate can't be asked."""
    ask = [*root, "can-deploy", "keys", "--to", "live"]
    assert main(ask) == 1
    said = capsys.readouterr()
    assert (said.out, "no bundle of keys for lambda-arm64 was built here" in said.err) == ("", True)
    file = project.root / "build" / "keys" / ARM / "bundle.zip"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"keys 1")
    assert main(ask) == 1
    assert capsys.readouterr().out.startswith(f"no: keys {digest('keys 1')[:12]} ({ARM}) can't go")


def test_from_verification_to_deployment(
    root: list[str], project: Project, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gate says yes, the deployment is recorded, and the next one may go."""
    Recording(ledger).verification(verified(project, chain=True), CLEAN)
    shelf = [*root, "can-deploy", "shelf", "--to", "live", "--digest", digest("shelf 1")]
    assert main([*shelf, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [reason["kind"] for reason in said["reasons"]] == ["not-deployed"]
    record = ["record-deployment", "keys", "--env", "live", "--digest", digest("keys 1")]
    assert main([*root, *record]) == 0
    assert main(shelf) == 0
    assert f"shelf → keys: pact {said_pact(ledger)} on bundle" in capsys.readouterr().out


def said_pact(ledger: Ledger) -> str:
    (build,) = ledger.builds("shelf", digest("shelf 1"))
    return build.pacts["keys"][:12]


def test_two_that_were_let_through_at_one_time(
    root: list[str], project: Project, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever is recorded last is told that they do not fit."""
    Recording(ledger).verification(verified(project, chain=True), CLEAN)
    for service, name in (("keys", "keys 2"), ("shelf", "shelf 1")):
        status = main(
            [*root, "record-deployment", service, "--env", "live", "--digest", digest(name)]
        )
        assert status == 1
    said = capsys.readouterr().err
    assert "it runs there now, but the gate would not let it" in said
    assert "shelf → keys: keys " in said


def test_a_service_that_nobody_knows(
    root: list[str], ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it relies on, nobody could ever say; so it would keep all others out."""
    record = [*root, "record-deployment", "shelv", "--env", "live", "--digest", digest("shelf 1")]
    assert main(record) == 1
    assert "'shelv' is no service of this project, which has " in capsys.readouterr().err

    assert ledger.deployments("live") == []


def test_records_elsewhere(
    root: list[str],
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By the command line before the environment's variable."""
    Recording(Ledger(Folder(project.root / "a"))).verification(verified(project), CLEAN)
    ask = [*root, "can-deploy", "keys", "--to", "live", "--digest", digest("keys 1")]
    monkeypatch.setenv("PACTWRIGHT_RECORDS", "a")
    assert main(ask) == 0
    assert main([*ask, "--records", "b"]) == 1
    capsys.readouterr()


def test_a_release_outside(
    root: list[str], ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what the consumer relies on now; a service has no releases, it is deployed."""
    release = [*root, "record-release", "reader", "--version", "1.0", "--env", "live"]
    assert main(release) == 0
    assert main([*release, "--ended"]) == 0
    first, last = ledger.releases("live")
    assert (set(first.pacts), first.supported, last.supported) == ({"keys", "shelf"}, True, False)
    assert ledger.pact(first.pacts["keys"]).name == "reader-keys"
    assert capsys.readouterr().out.splitlines()[-1].endswith("is not in use any more in live")
    assert main([*root, "record-release", "shelf", "--version", "1.0", "--env", "live"]) == 1
    assert "shelf has no pact" in capsys.readouterr().err


def test_a_release_ends_without_its_sources(
    root: list[str], ledger: Ledger, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or it would bind for ever; one that was never in use can't end."""
    release = [*root, "record-release", "reader", "--env", "live", "--version"]
    assert main([*release, "1.0"]) == 0
    for pact in folder.glob("reader-*.json"):
        pact.unlink()
    assert main([*release, "1.O", "--ended"]) == 1
    assert "of its versions, 1.0 is" in capsys.readouterr().err
    assert main([*release, "1.0", "--ended"]) == 0

    assert [each.supported for each in ledger.releases("live")] == [True, False]


def test_a_platform_by_what_it_is_here(root: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`host` is what `bundle` calls it, too."""
    assert main([*root, "can-deploy", "keys", "--to", "live", "--platform", "host"]) == 1
    assert f"no bundle of keys for {host().name} was built here" in capsys.readouterr().err


def test_a_verification_begins_only_where_it_can_be_recorded(committed: Project) -> None:
    """A file in the way is told before anything is built."""
    (committed.root.parent / "r").write_text("in the way")
    run = RecordedRun(arguments(committed), Ledger(Folder(committed.root.parent / "r")), None)

    with pytest.raises(StoreError, match="r is no folder"):
        run.given(Options())


def test_a_command_that_is_named_finds_the_same_records(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From whatever folder a project is spoken of."""
    monkeypatch.chdir(project.root.parent)
    ask = ["--project", project.root.name, "can-deploy", "keys", "--to", "live", "--digest"]
    assert main([*ask, digest("keys 1")]) == 1

    assert f"--records {project.root / 'build' / 'records'}\n" in capsys.readouterr().out


def test_what_is_damaged_is_told(
    root: list[str], project: Project, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 1 and no answer."""
    Recording(ledger).verification(verified(project), CLEAN)
    for file in (project.root / "build" / "records" / "verifications").rglob("*.json"):
        file.write_text("{")
    assert main([*root, "can-deploy", "keys", "--to", "live", "--digest", digest("keys 1")]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("is damaged: ")) == ("", 2)


def arguments(project: Project, **more: Any) -> Namespace:
    given = {"providers": ["keys"], "bundle": [], "pact": [], "deployed": [], **more}
    return Namespace(project=project.root, **given)


@pytest.fixture
def committed(project: Project) -> Project:
    """The project in a repository, with nothing changed."""
    (project.root / ".gitignore").write_text("__pycache__\n")
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all"],
    ):
        subprocess.run(["git", "-C", str(project.root), *command], check=True)  # noqa: S603, S607
    return project


def recorded(run: RecordedRun, report: Report) -> str:
    output = StringIO()
    run.record(report, Console(output))
    return output.getvalue()


def test_a_run_records_what_it_found(committed: Project) -> None:
    """And says so."""
    report = verified(committed, "keys")
    run = RecordedRun(arguments(committed), Ledger(Folder(committed.root.parent / "r")), None)
    run.given(Options())
    said = recorded(run, report)

    assert "recorded: reader → keys passed, pact " in said
    assert "note:" not in said


def test_sources_that_change_meanwhile(committed: Project) -> None:
    """Nobody can tell which of them were verified."""
    elsewhere = Ledger(Folder(committed.root.parent / "r"))
    run = RecordedRun(arguments(committed), elsewhere, None)
    run.given(Options())
    report = verified(committed, "keys")
    (committed.root / "new.py").write_text("")

    assert "with uncommitted changes" in recorded(run, report)
    (build,) = elsewhere.builds("keys", digest("keys 1"))
    assert build.revision.dirty


def test_a_run_that_ended_early_says_why_first(committed: Project) -> None:
    """That nothing can be recorded comes after; otherwise it is what fails."""
    run = RecordedRun(arguments(committed), Ledger(Folder(committed.root.parent / "r")), None)
    run.given(Options())
    (committed.root.parent / "r").write_text("in the way")
    whole = verified(committed, "keys")

    assert "and it can't be recorded: " in recorded(run, replace(whole, errors=("stopped",)))
    with pytest.raises(StoreError, match="is no folder"):
        recorded(run, whole)


def test_in_process_nothing_is_given_a_bundle(project: Project, ledger: Ledger) -> None:
    """It would not run."""
    run = RecordedRun(arguments(project, bundle=[("keys", digest("keys 1"))]), ledger, None)
    with pytest.raises(NotFound, match="--in-process runs the sources"):
        run.given(Options(in_process=True))


def test_pacts_by_file_by_digest_and_by_what_is_deployed(
    project: Project, ledger: Ledger, folder: Path
) -> None:
    """Beside the project's own; each once."""
    before = write_pact(folder.parent, "shelf-keys", [A_KEY, {**A_KEY, "description": "again"}])
    Recording(ledger).verification(verified(project), CLEAN)
    Recording(ledger).deployment("shelf", "live", digest("shelf 1"), ARM)
    ledger.keep(before)

    def names(**given: Any) -> list[str]:
        options = RecordedRun(arguments(project, **given), ledger, None).given(
            Options(in_process=True)
        )
        return [f"{each.name} {len(each.interactions)}" for each in options.pacts]

    assert names() == []
    assert names(pact=[str(folder.parent / "shelf-keys.json")]) == ["shelf-keys 2"]
    assert names(pact=[before.digest]) == ["shelf-keys 2"]
    assert names(deployed=["live"]) == ["reader-keys 2", "shelf-keys 1"]
    with pytest.raises(NotFound, match="no pact nothing is kept"):
        names(pact=["nothing"])


def test_what_a_release_relies_on_is_verified_for_where_it_is_in_use(
    project: Project, ledger: Ledger, folder: Path
) -> None:
    """The gate asks for that, too; until nobody uses it any more."""
    older = write_pact(folder.parent, "reader-keys", [A_KEY, {**A_KEY, "description": "again"}])
    Recording(ledger).release("reader", "0.9", "live", {"keys": older})

    def digests() -> list[str]:
        run = RecordedRun(arguments(project, deployed=["live"]), ledger, None)
        return [each.digest for each in run.given(Options(in_process=True)).pacts]

    assert older.digest in digests()
    Recording(ledger).release_ended("reader", "0.9", "live")
    assert older.digest not in digests()
