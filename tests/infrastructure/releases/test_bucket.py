"""Records in S3, and what is deployed by CloudFormation, in the emulator and by the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from pactwright.cli import main
from pactwright.local.emulator import REGION, Emulator, emulator
from pactwright.local.installation import installed
from pactwright.release.bucket import Bucket
from pactwright.release.errors import RecordError, StoreError
from pactwright.release.ledger import Ledger
from pactwright.release.records import Build, Deployment, Verification
from pactwright.release.stores import opened
from tests.infrastructure.releases.shelves import ROOT
from tests.kit.release.history import CLEAN, digest

NOW: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PARAMETERS: Final = {name: {"Type": "String"} for name in ("BundleKey", "Architecture")}
STACK: Final = {"Parameters": PARAMETERS, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator of AWS with a bucket."""
    log = tmp_path_factory.mktemp("emulator") / "log"
    with emulator(installed(ROOT / "build"), log) as running:
        running.client("s3").create_bucket(Bucket="records")
        yield running


@pytest.fixture
def settings(started: Emulator) -> Mapping[str, str]:
    """The environment variables that lead boto3 there."""
    return {
        "AWS_ENDPOINT_URL": started.url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@pytest.fixture
def at_home(settings: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def deployment(name: str) -> Deployment:
    return Deployment(
        time=NOW,
        service="keys",
        environment="live",
        bundle=digest(name),
        platform="lambda-arm64",
        pacts={},
        consumers={},
    )


@pytest.mark.usefixtures("at_home")
def test_writers_at_one_time_lose_nothing() -> None:
    """Of many, at the very same time by their clocks, all that they wrote is listed, in pages."""
    store = opened("s3://records/many", Path())
    assert isinstance(store, Bucket)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: Ledger(store).add(deployment(str(n))), range(150)))

    ledger = Ledger(Bucket(store.s3, store.name, store.prefix, page=7))
    assert {each.bundle for each in ledger.deployments("live")} == {
        digest(str(number)) for number in range(150)
    }
    assert ledger.environments() == ["live"]


@pytest.mark.usefixtures("at_home")
def test_of_writers_of_one_name_one_wins() -> None:
    """The others are told, unless they say the same."""

    def write(content: bytes) -> bool:
        try:
            opened("s3://records/one", Path()).add("builds/a.json", content)
        except RecordError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, [b"%d" % (number // 2) for number in range(8)]))

    assert won.count(True) == 2
    kept = int(opened("s3://records/one", Path()).read("builds/a.json"))
    assert won[2 * kept : 2 * kept + 2] == [True, True]
    with pytest.raises(RecordError, match=r"s3://records/one/builds/a\.json is there already"):
        opened("s3://records/one", Path()).add("builds/a.json", b"other")


@pytest.mark.usefixtures("at_home")
def test_a_bucket_that_is_not_there() -> None:
    """It is told, with its name, whether it is to be read or written."""
    ledger = Ledger(opened("s3://nothing/here", Path()))
    with pytest.raises(StoreError, match=r"s3://nothing/here: .*NoSuchBucket"):
        ledger.add(deployment("1"))
    with pytest.raises(StoreError, match="can't list deployments/live of s3://nothing/here: "):
        ledger.deployments("live")


def stack(started: Emulator, key: str) -> None:
    """Deploy what stands for a service, with some bundle."""
    given = {"BundleKey": key, "Architecture": "arm64"}
    cloudformation: Any = started.client("cloudformation")
    cloudformation.create_stack(
        StackName="shelves-live-keys",
        TemplateBody=json.dumps(STACK),
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="shelves-live-keys", WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )


@pytest.fixture
def root(tmp_path: Path) -> list[str]:
    """The project, as far as the commands need it."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pactwright]\npackage = "shelves"\n[tool.pactwright.services.keys]\n'
    )
    return ["--project", str(tmp_path)]


@pytest.mark.usefixtures("at_home")
def test_what_runs_is_recorded_by_its_stack(
    started: Emulator, root: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And when its stack is removed, that is, and not before."""
    where = ["--records", "s3://records/shelves"]
    ledger = Ledger(opened(where[1], Path()))
    record = [*root, "record-deployment", "keys", "--env", "live", *where]
    assert main(record) == 1
    assert "there is no stack shelves-live-keys: if it was removed" in capsys.readouterr().err
    stack(started, f"bundles/keys/{digest('keys 1')}.zip")
    assert main([*record, "--removed"]) == 1
    assert "is still there: it was not removed" in capsys.readouterr().err
    assert main(record) == 1
    said = capsys.readouterr()
    assert said.out == f"recorded: keys in live: {digest('keys 1')[:12]} (lambda-arm64)\n"
    assert "it runs there now, but the gate would not let it" in said.err
    build = Build(
        time=NOW,
        service="keys",
        bundle=digest("keys 1"),
        platform="lambda-arm64",
        pacts={},
        consumers={"sdk": digest("sdk-keys 1")},
        revision=CLEAN,
    )
    ledger.add(build)
    assert main(record) == 1
    assert "sdk → keys: keys " in capsys.readouterr().err
    ledger.add(
        Verification(
            time=NOW,
            consumer="sdk",
            provider="keys",
            pact=digest("sdk-keys 1"),
            bundle=digest("keys 1"),
            platform="lambda-arm64",
            stubs={},
            chain=True,
            interactions=1,
            failures=(),
            revision=CLEAN,
        )
    )
    assert main(record) == 0
    assert ledger.deployments("live")[-1].consumers == build.consumers

    started.client("cloudformation").delete_stack(StackName="shelves-live-keys")
    assert main([*record, "--removed"]) == 0
    assert ledger.deployments("live")[-1].bundle is None
