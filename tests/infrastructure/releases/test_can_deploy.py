"""The gate on a real project, by the real commands: it says no by name, and yes once mended."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from pactwright.contract import pacts
from tests.infrastructure.releases.shelves import Shelves, make
from tests.kit.contract.verification.provided import RED, interaction, write_pact

A_NOTE = interaction("a key's note", "/keys/red", RED, body={"opens": "the attic", "note": "old"})


@pytest.fixture(scope="module")
def shelves(tmp_path_factory: pytest.TempPathFactory) -> Shelves:
    """The project. The tests tell one story, in their order."""
    return make(tmp_path_factory.mktemp("gate") / "shelves")


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    """Of bundles that are spoken of later."""
    return {}


def kinds(said: Any) -> list[str]:
    return [reason["kind"] for reason in said["reasons"]]


def commanded(shelves: Shelves, said: Any) -> bool:
    """Whether the verification is content that the only reason of a no asks for."""
    (reason,) = said["reasons"]
    (command,) = reason["commands"]
    program, verify, *arguments = shlex.split(command)
    assert (program, verify) == ("pactwright", "verify")
    return shelves.verified(*arguments)


def test_a_bundle_that_was_not_verified(shelves: Shelves, digests: dict[str, str]) -> None:
    """Not before it is; then the first deployments go in the order of the calls."""
    digests |= {"keys": shelves.digest("keys"), "shelf": shelves.digest("shelf")}
    assert kinds(shelves.asked("keys")) == ["unknown-bundle"]
    assert shelves.verified("--chain")

    assert shelves.asked("keys")["allowed"]
    assert kinds(shelves.asked("shelf")) == ["not-deployed"]
    shelves.deployed("keys", digests["keys"])
    assert shelves.asked("shelf")["allowed"]
    shelves.deployed("shelf", digests["shelf"])


def test_a_bundle_with_one_changed_byte(shelves: Shelves, digests: dict[str, str]) -> None:
    """However little was changed: neither the bytes at hand, nor what they are built from."""
    bundle = next((shelves.root / "build" / "keys").glob("*/bundle.zip"))
    before = bundle.read_bytes()
    bundle.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    said = shelves.asked("keys")
    assert kinds(said) == ["unknown-bundle"]
    assert f"the last that were are {digests['keys'][:12]}" in said["reasons"][0]["text"]
    shelves.edit("keys", '"""Keys, from a table."""', '"""Keys, from the table."""')
    digests["keys 2"] = shelves.digest("keys")
    shelves.commit()
    assert kinds(shelves.asked("keys")) == ["unknown-bundle"]
    assert commanded(shelves, shelves.asked("keys"))

    assert shelves.asked("keys")["allowed"]


def test_a_provider_that_a_deployed_consumer_fails_on(
    shelves: Shelves, digests: dict[str, str]
) -> None:
    """Its consumers and their interactions are named, and that nothing was committed."""
    shelves.edit("keys", '"opens": found', '"door": found')
    assert not shelves.verified("keys")
    said = shelves.asked("keys")
    assert kinds(said) == ["dirty", "failed", "failed"]
    assert {reason["text"].partition(":")[0] for reason in said["reasons"][1:]} == {
        "shelf → keys",
        "reader → keys",
    }
    assert said["reasons"][1]["text"].splitlines()[1:] == ["a key"]
    shelves.edit("keys", '"door": found', '"opens": found')

    assert shelves.digest("keys") == digests["keys 2"]
    assert shelves.asked("keys")["allowed"]
    shelves.deployed("keys", digests["keys 2"])


def test_a_consumer_ahead_of_its_provider(shelves: Shelves) -> None:
    """It waits until a provider is there that was verified for what it newly relies on."""
    before = pacts.read(shelves.pacts / "shelf-keys.json").digest
    shelves.edit("keys", '["opens"]["S"]}', '["opens"]["S"], "note": "old"}')
    shelves.edit("shelf", '"""Shelves, from', '"""Shelves and notes, from')
    write_pact(shelves.pacts, "shelf-keys", [A_NOTE])
    shelves.commit()
    assert shelves.verified("--chain")
    said = shelves.asked("shelf")
    assert kinds(said) == ["unverified"]
    assert "shelf → keys: keys " in said["reasons"][0]["text"]

    said = shelves.asked("keys")  # whose deployed consumer is behind
    assert kinds(said) == ["unverified"]
    assert before in said["reasons"][0]["commands"][0]
    assert commanded(shelves, said)
    assert shelves.asked("keys")["allowed"]
    shelves.deployed("keys", shelves.digest("keys"))
    assert shelves.asked("shelf")["allowed"]
