"""What is deployed is what its stack says; a bundle is found wherever it is kept."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pactwright.deploy import interpreters
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.platforms import host
from pactwright.release.bundles import Finder
from pactwright.release.errors import NotFound, UnknownDeployment
from pactwright.release.ledger import Ledger
from pactwright.release.records import Build, Deployment
from pactwright.release.stacks import standing
from pactwright.schema import Project
from tests.kit.release.history import CLEAN, Memory, digest

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TAG = interpreters.current().abi.removeprefix("cp")


class Aws:
    """Stacks and a bucket of an account."""

    def __init__(
        self, stacks: Mapping[str, Any], objects: Mapping[str, bytes] | None = None
    ) -> None:
        self.stacks, self.objects, self.code = stacks, objects or {}, ""

    def __call__(self, _: str) -> Aws:
        return self

    def describe_stacks(self, StackName: str) -> Any:  # noqa: N803 - AWS's own name
        if StackName not in self.stacks:
            message = f"Stack with id {StackName} does not exist"
            error = {"Error": {"Code": "ValidationError", "Message": message}}
            raise ClientError(error, "DescribeStacks")  # type: ignore[arg-type]
        return {"Stacks": [self.stacks[StackName]]}

    @property
    def exceptions(self) -> Any:
        return SimpleNamespace(ResourceNotFoundException=LookupError)

    def get_function_configuration(self, FunctionName: str, Qualifier: str) -> Any:  # noqa: N803
        assert (FunctionName, Qualifier) == ("fn", "live")
        return {"CodeSha256": base64.b64encode(bytes.fromhex(self.code)).decode()}

    def get_object(self, Bucket: str, Key: str) -> Any:  # noqa: N803
        if f"{Bucket}/{Key}" not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "none"}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[f"{Bucket}/{Key}"])}


def anywhere(aws: Aws) -> Callable[[str], Aws]:
    """An account that every environment is in."""
    return lambda _: aws


def aws_of(finder: Finder) -> Aws:
    aws = finder.account("live")
    assert isinstance(aws, Aws)
    return aws


def stack(status: str = "UPDATE_COMPLETE", **parameters: str) -> Any:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    return {"StackStatus": status, "Parameters": given}


def keys(status: str = "UPDATE_COMPLETE") -> Any:
    return stack(status, BundleKey=f"bundles/keys/{digest('keys 1')}.zip", Architecture="arm64")


@pytest.mark.parametrize(
    "status",
    ["CREATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"],
)
def test_a_stack_says_which_bundle_it_has(project: Project, status: str) -> None:
    """Also after it was rolled back: then it says the one before."""
    found = standing(project, "live", "keys", Aws({"shelves-live-keys": keys(status)}))

    assert found is not None
    assert (found.bundle, found.platform) == (digest("keys 1"), "lambda-arm64")


def test_what_runs_is_what_the_alias_leads_to(project: Project) -> None:
    """Who pointed it at an older version, in an emergency, has not changed the stack."""
    told = keys() | {"Outputs": [{"OutputKey": "FunctionName", "OutputValue": "fn"}]}
    aws = Aws({"shelves-live-keys": told})
    aws.code = digest("keys 0")

    found = standing(project, "live", "keys", aws)

    assert found is not None
    assert found.bundle == digest("keys 0")


def test_a_stack_that_is_not_there(project: Project) -> None:
    """Nor one that was deleted."""
    assert standing(project, "live", "keys", Aws({})) is None
    assert (
        standing(project, "live", "keys", Aws({"shelves-live-keys": keys("DELETE_COMPLETE")}))
        is None
    )


class Down:
    """An account that can't be reached."""

    def __call__(self, _: str) -> Down:
        return self

    def describe_stacks(self, **_: str) -> Any:
        raise EndpointConnectionError(endpoint_url="https://cloudformation.example")


def one(found: Any) -> Aws:
    return Aws({"shelves-live-keys": found})


OF_ANOTHER = stack(BundleKey=f"bundles/shelf/{digest('shelf 1')}.zip", Architecture="arm64")


@pytest.mark.parametrize(
    ("clients", "said"),
    [
        (one(keys("UPDATE_IN_PROGRESS")), "is UPDATE_IN_PROGRESS: record it when that has ended"),
        (one(keys("ROLLBACK_FAILED")), "is ROLLBACK_FAILED: nobody can tell"),
        (one(stack()), "does not say which bundle of keys it has"),
        (one(OF_ANOTHER), "does not say which bundle of keys it has"),
        (Down(), "can't be read: stack shelves-live-keys: Could not connect"),
    ],
)
def test_what_can_not_be_told(project: Project, clients: Callable[[str], Any], said: str) -> None:
    """It is not guessed."""
    with pytest.raises(UnknownDeployment, match=said):
        standing(project, "live", "keys", clients)


def packed(file: Path, tag: str = TAG) -> str:
    """Write what looks like a bundle; returns its digest."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(f"services/__pycache__/handler.cpython-{tag}.pyc", b"")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_file_is_a_bundle_of_what_runs_here(project: Project, tmp_path: Path) -> None:
    """Unless the records, its manifest or its bytecode say otherwise."""
    ledger = Ledger(Memory())
    finder = Finder(project, ledger, anywhere(Aws({})))
    file = tmp_path / "given.zip"
    given = packed(file)
    found = finder.find("keys", str(file))
    assert (found.service, found.digest, found.platform) == ("keys", given, host().name)
    ledger.add(
        Build(
            time=NOW,
            service="keys",
            bundle=given,
            platform="lambda-other",
            pacts={},
            consumers={},
            revision=CLEAN,
        )
    )
    with pytest.raises(NotFound, match="is for lambda-other, and what runs here is"):
        finder.find("keys", str(file))
    packed(file, tag="39")
    with pytest.raises(NotFound, match=r"is for python3\.9, and what runs here is python3"):
        finder.find("keys", str(file))


def test_what_is_no_bundle(project: Project, tmp_path: Path) -> None:
    """Neither any file, nor any text; nor of any service."""
    finder = Finder(project, Ledger(Memory()), anywhere(Aws({})))
    file = tmp_path / "given.zip"
    file.write_text("text")
    with pytest.raises(NotFound, match="is no bundle: File is not a zip file"):
        finder.find("keys", str(file))
    with pytest.raises(NotFound, match="nothing is no file of a bundle, and no digest"):
        finder.find("keys", "nothing")
    with pytest.raises(NotFound, match="'keyz' is no service of this project: keys, shelf are"):
        finder.find("keyz", str(file))


def test_a_bundle_that_was_built_here(project: Project) -> None:
    """By its digest; its manifest says what it is for."""
    folder = project.root / "build" / "keys" / host().name
    digest = packed(folder / "bundle.zip")
    runtime = interpreters.current().runtime
    made = Bundle("keys", folder / "bundle.zip", digest, 1, host().name, runtime, "arm64")
    (folder / "bundle.json").write_text(made.manifest())
    finder = Finder(project, Ledger(Memory()), anywhere(Aws({})))

    assert finder.find("keys", digest) == made
    with pytest.raises(NotFound, match="is a bundle of keys, not of shelf"):
        finder.find("shelf", str(folder / "bundle.zip"))


@pytest.fixture
def deployed(project: Project, tmp_path: Path) -> tuple[Finder, str]:
    """A bundle that is nowhere but in the bucket of the environment where it is deployed."""
    file = tmp_path / "deployed.zip"
    of = packed(file)
    outputs = [{"OutputKey": "ArtifactBucket", "OutputValue": "bucket"}]
    aws = Aws(
        {"shelves-live-platform": {"StackStatus": "CREATE_COMPLETE", "Outputs": outputs}},
        {f"bucket/bundles/keys/{of}.zip": file.read_bytes()},
    )
    ledger = Ledger(Memory())
    ledger.add(
        Deployment(
            time=NOW,
            service="keys",
            environment="live",
            bundle=of,
            platform=host().name,
            pacts={},
            consumers={},
        )
    )
    return Finder(project, ledger, anywhere(aws)), of


def test_a_bundle_that_is_deployed_is_fetched(deployed: tuple[Finder, str]) -> None:
    """Once; it stays in the build folder."""
    finder, of = deployed
    found = finder.find("keys", of)
    assert (found.digest, found.path.name) == (of, "bundle.zip")
    elsewhere = Finder(finder.project, Ledger(Memory()), anywhere(Aws({})))

    assert elsewhere.find("keys", of).path == found.path


def test_a_bundle_that_nobody_has(deployed: tuple[Finder, str]) -> None:
    """It says where it was looked for."""
    finder, of = deployed
    with pytest.raises(NotFound, match="not in the build folder, and deployed nowhere by"):
        finder.find("keys", digest("other"))
    away = Finder(finder.project, finder.ledger, anywhere(Aws({})))
    with pytest.raises(NotFound, match="deployed to live, but not in reach"):
        away.find("keys", of)
    emptied = Finder(finder.project, finder.ledger, anywhere(Aws(aws_of(finder).stacks)))
    with pytest.raises(NotFound, match=r"s3://bucket/bundles/keys/.* can't be fetched"):
        emptied.find("keys", of)


def test_a_bundle_that_was_damaged_in_its_bucket(deployed: tuple[Finder, str]) -> None:
    """It is not taken for what it was."""
    finder, of = deployed
    key = f"bucket/bundles/keys/{of}.zip"
    objects = aws_of(finder).objects
    assert isinstance(objects, dict)
    objects[key] += b"0"
    with pytest.raises(NotFound, match="is damaged: it has another digest than its name"):
        finder.find("keys", of)
