"""Stacks are deployed in the order of the calls, each with what its template asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pactwright.deploy.deployment import Deployed, Target, deploy
from pactwright.deploy.environments import Environment
from pactwright.deploy.errors import (
    AccountError,
    BundleError,
    Declined,
    ParameterError,
    StackError,
    TemplateError,
)
from pactwright.deploy.manifest import Bundle
from pactwright.deploy.parameters import Given
from pactwright.deploy.preparing import Prepared
from pactwright.deploy.stacks import Stacks
from pactwright.deploy.templates import Rendered
from pactwright.schema.project import Project
from tests.kit.deploy import projects

CONTENT = b"a bundle"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
SHARED = {"ArtifactBucket": "artifacts", "TopicArn": "arn:topic"}
INNER = {"ApiUrl": "https://inner"}


@dataclass(frozen=True)
class FakeStacks(Stacks):
    """Stacks that are up at once, with the outputs that were told beforehand."""

    up: dict[str, dict[str, str]] = field(default_factory=dict)
    tell: dict[str, dict[str, str]] = field(default_factory=dict)
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    declines: bool = False

    def deploy(self, name: str, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
        assert '"Resources"' in template
        self.given[name] = dict(parameters)
        if self.declines:
            raise Declined(name, "no")
        self.up[name] = self.tell[name.rpartition("-")[2]]
        return self.up[name]

    def outputs(self, name: str) -> dict[str, str] | None:
        return self.up.get(name)


@dataclass
class FakeS3:
    """A bucket."""

    objects: dict[str, bytes] = field(default_factory=dict)
    refuses: bool = False

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803
        assert Bucket == "artifacts"
        return {"KeyCount": int(Prefix in self.objects)}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803
        assert Bucket == "artifacts"
        if self.refuses:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutObject")
        assert Key not in self.objects
        self.objects[Key] = Body


@dataclass
class Shop:
    """A project of two services, one of which calls the other, and where it goes."""

    project: Project
    prepared: Prepared
    stacks: FakeStacks
    s3: FakeS3 = field(default_factory=FakeS3)
    deployed: list[Deployed] = field(default_factory=list)

    def deploy(
        self, *services: str, platform: bool = False, only_shown: bool = False, **given: str
    ) -> Any:
        chosen = {name: self.prepared.bundles[name] for name in services}
        prepared = Prepared(self.prepared.platform, self.prepared.templates, chosen)
        parameters = tuple(Given(None, name, value, "here") for name, value in given.items())
        target = Target(
            environment=Environment(name="staging", parameters=parameters),
            stacks=self.stacks,
            clients={"s3": self.s3}.__getitem__,
            deployed=self.deployed.append,
            only_shown=only_shown,
        )
        return deploy(self.project, prepared, target, platform=platform)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Nothing of it is up."""
    project = projects.shop(tmp_path, inner=(), outer=("inner",))
    (tmp_path / "bundle.zip").write_bytes(CONTENT)
    bundles = {
        name: Bundle(
            name, tmp_path / "bundle.zip", DIGEST, 8, "lambda-arm64", "python3.13", "arm64"
        )
        for name in project.services
    }
    templates = {
        "inner": rendered("Environment", "BundleKey", "Runtime"),
        "outer": rendered("BundleBucket", "Architecture", "InnerUrl", "TopicArn"),
    }
    prepared = Prepared(rendered("Environment"), templates, bundles)
    tell = {"platform": SHARED, "inner": INNER, "outer": {"ApiUrl": "https://outer"}}
    return Shop(project, prepared, FakeStacks(None, tell=tell))


def rendered(*parameters: str) -> Rendered:
    """A template that asks for these."""
    declared = {name: {"Type": "String", "AllowedPattern": ".+"} for name in parameters}
    return Rendered(Path("t.yaml"), {"Parameters": declared, "Resources": {}})


def test_all_of_it_is_made_in_the_order_of_the_calls(shop: Shop) -> None:
    """Each template gets what it asks for, and no more."""
    deployment = shop.deploy("inner", "outer")

    assert shop.stacks.given == {
        "shop-staging-platform": {"Environment": "staging"},
        "shop-staging-inner": {
            "Environment": "staging",
            "BundleKey": f"bundles/inner/{DIGEST}.zip",
            "Runtime": "python3.13",
        },
        "shop-staging-outer": {
            "BundleBucket": "artifacts",
            "Architecture": "arm64",
            "InnerUrl": "https://inner",
            "TopicArn": "arn:topic",
        },
    }
    assert shop.s3.objects == {
        f"bundles/{name}/{DIGEST}.zip": CONTENT for name in ("inner", "outer")
    }
    assert list(deployment.outputs) == ["inner", "outer"]
    assert deployment.shared == SHARED


def test_each_service_is_told_once_it_is_deployed(shop: Shop) -> None:
    """With what a record of it needs."""
    shop.deploy("inner", "outer")

    assert [each.service for each in shop.deployed] == ["inner", "outer"]
    assert shop.deployed[0] == Deployed(
        service="inner",
        environment="staging",
        platform="lambda-arm64",
        digest=DIGEST,
        stack="shop-staging-inner",
        outputs=INNER,
    )


def test_one_service_is_deployed_among_those_that_are_up(shop: Shop) -> None:
    """They and the platform are left alone; all of them are told to what goes on from there."""
    shop.stacks.up.update({"shop-staging-platform": SHARED, "shop-staging-outer": {"ApiUrl": "o"}})

    deployment = shop.deploy("inner")

    assert list(shop.stacks.given) == ["shop-staging-inner"]
    assert deployment.outputs == {"inner": INNER, "outer": {"ApiUrl": "o"}}


def test_the_platform_is_changed_if_that_is_asked_for(shop: Shop) -> None:
    """By itself, too."""
    shop.stacks.up["shop-staging-platform"] = SHARED

    shop.deploy(platform=True)

    assert list(shop.stacks.given) == ["shop-staging-platform"]


def test_a_service_is_not_deployed_before_those_it_calls(shop: Shop) -> None:
    """The command that would is told."""
    with pytest.raises(StackError, match=r"shop-staging-inner.*(?s:.*)deploy inner --env staging"):
        shop.deploy("outer")
    assert list(shop.stacks.given) == ["shop-staging-platform"]


def test_an_address_that_is_given_takes_the_place_of_the_stacks(shop: Shop) -> None:
    """Then the service that is called need not be up."""
    shop.deploy("outer", InnerUrl="https://elsewhere")

    assert shop.stacks.given["shop-staging-outer"]["InnerUrl"] == "https://elsewhere"


def test_what_a_called_services_stack_puts_out_goes_to_the_parameter_of_that_name(
    shop: Shop,
) -> None:
    """Unless somebody gives another; a stack that doesn't put it out yet has to be deployed."""
    shop.prepared.templates["inner"].template["Outputs"] = {"EventsArn": {}}
    shop.prepared.templates["outer"].template["Parameters"]["EventsArn"] = {"Type": "String"}

    shop.deploy("inner", platform=True)
    with pytest.raises(StackError, match=r"(?s)put out EventsArn.*deploy inner --env staging"):
        shop.deploy("outer")
    shop.stacks.tell["inner"] = {**INNER, "EventsArn": "arn:events"}
    shop.deploy("inner", "outer")
    assert shop.stacks.given["shop-staging-outer"]["EventsArn"] == "arn:events"

    shop.deploy("outer", EventsArn="arn:other")
    assert shop.stacks.given["shop-staging-outer"]["EventsArn"] == "arn:other"


def test_a_stacks_output_that_the_template_can_not_take_is_refused(shop: Shop) -> None:
    """Before that stack is touched."""
    shop.stacks.tell["inner"] = {"ApiUrl": ""}

    with pytest.raises(ParameterError, match=r"outer\.InnerUrl"):
        shop.deploy("inner", "outer")
    assert "shop-staging-outer" not in shop.stacks.given


def test_a_platform_needs_a_bucket_for_artifacts(shop: Shop) -> None:
    """By that name, among its outputs."""
    shop.stacks.tell["platform"] = {"Other": "x"}

    with pytest.raises(TemplateError, match="ArtifactBucket is missing"):
        shop.deploy("inner")


def test_a_bundle_that_is_there_is_not_put_there_again(shop: Shop) -> None:
    """Its name is its digest."""
    shop.s3.objects[f"bundles/inner/{DIGEST}.zip"] = CONTENT

    shop.deploy("inner")

    assert list(shop.s3.objects) == [f"bundles/inner/{DIGEST}.zip"]


def test_a_bundle_that_was_changed_meanwhile_is_not_deployed(shop: Shop) -> None:
    """What was verified is what runs."""
    shop.prepared.bundles["inner"].path.write_bytes(b"another")

    with pytest.raises(BundleError, match="was changed"):
        shop.deploy("inner")
    assert "shop-staging-inner" not in shop.stacks.given


def test_a_bucket_that_takes_nothing_is_told(shop: Shop) -> None:
    """No library's error comes through."""
    shop.s3.refuses = True

    with pytest.raises(AccountError, match=r"the bucket artifacts: .*AccessDenied"):
        shop.deploy("inner")


def test_what_is_only_shown_is_shown_of_all_stacks(shop: Shop) -> None:
    """Those that are up tell what the others are given; nothing is told as deployed."""
    shop.stacks.up.update({"shop-staging-platform": SHARED, "shop-staging-inner": INNER})
    shop.stacks = FakeStacks(None, up=shop.stacks.up, declines=True)

    shop.deploy("inner", "outer", platform=True, only_shown=True)

    assert list(shop.stacks.given) == [
        "shop-staging-platform",
        "shop-staging-inner",
        "shop-staging-outer",
    ]
    assert shop.deployed == []


def test_a_change_that_is_declined_ends_it(shop: Shop) -> None:
    """What comes after it may need it."""
    shop.stacks = FakeStacks(None, up={"shop-staging-platform": SHARED}, declines=True)

    with pytest.raises(Declined):
        shop.deploy("inner", "outer")
    assert list(shop.stacks.given) == ["shop-staging-inner"]
