"""The gate says no, by name, to whatever was not verified together, and yes once it was."""

from __future__ import annotations

import json

import pytest

from pactwright.release.errors import RecordError
from pactwright.release.verdict import Kind, as_json, lines
from tests.kit.release.history import DIRTY, X86, History, digest


@pytest.fixture
def history() -> History:
    """Two services, `front` which calls `back`, and an SDK that relies on both; all deployed."""
    made = History()
    made.built("back", "back 1", consumers={"sdk": "sdk-back 1"})
    made.verified("front", "back", "front-back 1", "back 1")
    made.verified("sdk", "back", "sdk-back 1", "back 1")
    made.deployed("back", "back 1")
    made.built("front", "front 1", {"back": "front-back 1"}, {"sdk": "sdk-front 1"})
    made.verified("sdk", "front", "sdk-front 1", "front 1", stubs={"back": "front-back 1"})
    made.deployed("front", "front 1")
    return made


def said(history: History, service: str, bundle: str) -> str:
    return "\n".join(lines(history.asked(service, bundle)))


def test_what_was_verified_together_may_run_together(history: History) -> None:
    """And the gate tells what speaks for it."""
    verdict = history.asked("front", "front 1")

    assert verdict.allowed
    assert [(fit.consumer, fit.provider) for fit in verdict.fits] == [
        ("front", "back"),
        ("sdk", "front"),
    ]
    assert said(history, "front", "front 1").startswith("yes: front ")


def test_a_first_deployment_goes_in_the_order_of_the_calls(history: History) -> None:
    """A leaf may go into an empty environment; what calls it only once it is there."""
    assert history.asked("back", "back 1", "staging").allowed
    (reason,) = history.asked("front", "front 1", "staging").reasons
    assert (reason.kind, reason.text) == (
        Kind.NOT_DEPLOYED,
        "back, which front relies on, does not run there",
    )
    assert reason.commands == (
        "pactwright can-deploy back --to staging --platform lambda-arm64 --records memory",
        "pactwright deploy back --env staging --platform lambda-arm64 --records memory",
    )
    history.deployed("back", "back 1", "staging")

    assert history.asked("front", "front 1", "staging").allowed


def test_an_environment_that_nobody_knows(history: History) -> None:
    """Its first service may go there; but it may be misspelt, so that is said."""
    history.built("leaf", "leaf 1")
    history.verified("sdk", "leaf", "sdk-leaf 1", "leaf 1")
    (*_, note) = lines(history.asked("leaf", "leaf 1", "prodution"))
    assert note == "  note: nothing runs in prodution by these records; is that so?"
    history.deployed("leaf", "leaf 1", "prodution")

    assert len([*lines(history.asked("leaf", "leaf 1", "prodution"))]) == 1


def test_a_bundle_that_nobody_verified(history: History) -> None:
    """It is not on record; the last that is, is named."""
    verdict = history.asked("back", "back 2")

    (reason,) = verdict.reasons
    assert reason.kind is Kind.UNKNOWN_BUNDLE
    assert f"the last that were are {digest('back 1')[:12]} (lambda-arm64)" in reason.text
    assert reason.commands == ("pactwright verify back --records memory",)


def test_a_bundle_that_was_only_built(history: History) -> None:
    """A build proves nothing: there is not one pact that holds on it."""
    history.built("back", "back 2")
    history.deployed("front", None)

    assert history.kinds("back", "back 2") == [Kind.UNVERIFIED]


def test_a_service_that_nobody_knows(history: History) -> None:
    """A name is as unknown as a bundle."""
    assert history.kinds("bakc", "back 1") == [Kind.UNKNOWN_BUNDLE]


def test_a_provider_that_a_deployed_consumer_was_not_verified_with(history: History) -> None:
    """Its pact as it is deployed counts, not a newer one; the command verifies just that."""
    history.built("back", "back 2")
    history.verified("front", "back", "front-back 2", "back 2")

    (reason,) = history.asked("back", "back 2").reasons
    assert reason.kind is Kind.UNVERIFIED
    assert "front → back: back " in reason.text
    just_that = f"--bundle back={digest('back 2')} --pact {digest('front-back 1')}"
    assert reason.commands == (f"pactwright verify back {just_that} --records memory",)
    history.verified("front", "back", "front-back 1", "back 2")

    assert history.asked("back", "back 2").allowed


def test_a_provider_that_a_deployed_consumer_fails_on(history: History) -> None:
    """The interactions that don't hold are named."""
    history.built("back", "back 2")
    history.verified("front", "back", "front-back 1", "back 2", "a name", "no name")

    (reason,) = history.asked("back", "back 2").reasons
    assert reason.kind is Kind.FAILED
    assert reason.text.splitlines()[1:] == ["a name", "no name"]


def test_a_consumer_ahead_of_its_provider(history: History) -> None:
    """Its new pact was verified on a provider that is not deployed yet."""
    history.built("front", "front 2", {"back": "front-back 2"}, {"sdk": "sdk-front 1"})
    history.verified("sdk", "front", "sdk-front 1", "front 2", stubs={"back": "front-back 2"})
    history.verified("front", "back", "front-back 2", "back 2")

    (reason,) = history.asked("front", "front 2").reasons
    assert (reason.kind, "which runs there" in reason.text) == (Kind.UNVERIFIED, True)
    history.built("back", "back 2")
    history.verified("front", "back", "front-back 1", "back 2")
    assert history.asked("back", "back 2").allowed
    history.deployed("back", "back 2")

    assert history.asked("front", "front 2").allowed


def test_a_provider_that_is_rolled_back_under_a_consumer(history: History) -> None:
    """The newest record of a deployment tells what runs there."""
    history.built("front", "front 2", {"back": "front-back 2"})
    history.verified("sdk", "front", "sdk-front 1", "front 2")
    history.built("back", "back 2")
    history.verified("front", "back", "front-back 2", "back 2")
    history.deployed("back", "back 2")
    assert history.asked("front", "front 2").allowed
    history.deployed("back", "back 1")

    assert history.kinds("front", "front 2") == [Kind.UNVERIFIED]


def test_a_consumer_that_was_removed_stands_against_nothing(history: History) -> None:
    """Nor does a provider that was removed speak for anything."""
    history.built("back", "back 2")
    history.verified("sdk", "back", "sdk-back 1", "back 2")
    assert history.kinds("back", "back 2") == [Kind.UNVERIFIED]
    history.deployed("front", None)
    assert history.asked("back", "back 2").allowed
    history.deployed("back", None)

    assert history.kinds("front", "front 1") == [Kind.NOT_DEPLOYED]


def test_a_stub_is_worth_what_backs_it(history: History) -> None:
    """A provider that was verified against a stub needs that stub's pact verified there, too."""
    history.built("front", "front 2", {"back": "front-back 1"}, {"sdk": "sdk-front 1"})
    history.verified("sdk", "front", "sdk-front 1", "front 2", stubs={"back": "front-back 7"})

    (reason,) = history.asked("front", "front 2").reasons
    assert reason.kind is Kind.UNVERIFIED
    assert "which stood in for back when front was verified for sdk" in reason.text
    history.verified("front", "back", "front-back 7", "back 1")

    assert history.asked("front", "front 2").allowed


def test_what_stood_behind_a_deployed_service_has_to_stay(history: History) -> None:
    """A new provider is held to the stubs that services there were verified against, as well."""
    history.verified("front", "back", "front-back 7", "back 1")
    history.verified("sdk", "front", "sdk-front 1", "front 1", stubs={"back": "front-back 7"})
    history.built("back", "back 2", consumers={"sdk": "sdk-back 1"})
    history.verified("sdk", "back", "sdk-back 1", "back 2")
    history.verified("front", "back", "front-back 1", "back 2")
    assert history.kinds("back", "back 2") == [Kind.UNVERIFIED]
    history.verified("front", "back", "front-back 7", "back 2")

    assert history.asked("back", "back 2").allowed


def test_the_newest_result_counts(history: History) -> None:
    """What failed later has failed, and what was mended is mended."""
    history.verified("front", "back", "front-back 1", "back 1", "a name")
    assert history.kinds("back", "back 1") == [Kind.FAILED]
    assert history.kinds("front", "front 1") == [Kind.FAILED]
    history.verified("front", "back", "front-back 1", "back 1")

    assert history.asked("back", "back 1").allowed


def test_of_two_results_at_one_time_the_failure_counts(history: History) -> None:
    """Whoever wrote first."""
    now = history.tick()
    history.verified("front", "back", "front-back 1", "back 1", "a name", time=now)
    history.verified("front", "back", "front-back 1", "back 1", time=now)

    assert history.kinds("back", "back 1") == [Kind.FAILED]


def test_a_bundle_of_another_platform(history: History) -> None:
    """What was verified on the one says nothing of the other, even of the same bytes."""
    (reason,) = history.asked("front", "front 1", platform=X86).reasons
    assert reason.kind is Kind.OTHER_PLATFORM
    assert "for lambda-arm64 only, not for lambda-x86_64: a machine of lambda-x86_64" in reason.text
    history.built("back", "back 2")
    history.verified("front", "back", "front-back 1", "back 2", platform=X86)

    assert history.kinds("back", "back 2") == [Kind.OTHER_PLATFORM]


def test_sources_that_no_commit_has(history: History) -> None:
    """Neither a bundle of theirs may go anywhere, nor do they prove anything good."""
    history.built("back", "back 2", revision=DIRTY)
    history.verified("front", "back", "front-back 1", "back 2", revision=DIRTY)
    assert history.kinds("back", "back 2") == [Kind.DIRTY, Kind.DIRTY]
    history.built("back", "back 2")
    assert history.kinds("back", "back 2") == [Kind.DIRTY]
    history.verified("front", "back", "front-back 1", "back 2")

    assert history.asked("back", "back 2").allowed


def test_a_failure_counts_whatever_the_sources_are(history: History) -> None:
    """Until it is mended from a commit."""
    history.verified("front", "back", "front-back 1", "back 1", "a name", revision=DIRTY)
    history.verified("front", "back", "front-back 1", "back 1", revision=DIRTY)

    assert history.kinds("back", "back 1") == [Kind.FAILED]


def test_a_deployed_service_of_which_nothing_is_known(history: History) -> None:
    """It may rely on anything, so nothing is let past it until its build is on record."""
    history.deployed("other", "other 1", known=False)
    (reason,) = history.asked("back", "back 1").reasons
    assert (reason.kind, reason.commands) == (
        Kind.UNKNOWN_PACTS,
        ("pactwright verify other --records memory",),
    )
    history.built("other", "other 1")

    assert history.asked("back", "back 1").allowed
    assert history.kinds("other", "other 1") == [Kind.UNVERIFIED]


def test_a_release_that_is_still_in_use(history: History) -> None:
    """An older version of a consumer that is no service binds, as long as it is supported."""
    history.built("back", "back 2", consumers={"sdk": "sdk-back 2"})
    history.verified("sdk", "back", "sdk-back 2", "back 2")
    history.verified("front", "back", "front-back 1", "back 2")
    assert history.asked("back", "back 2").allowed
    history.released("sdk", "1.0", {"back": "sdk-back 1", "front": "sdk-front 1"})
    (reason,) = history.asked("back", "back 2").reasons
    assert "whose version 1.0 is in use there" in reason.text
    history.released("sdk", "1.0", {"back": "sdk-back 1"}, supported=False)

    assert history.asked("back", "back 2").allowed


def test_a_pair_that_does_not_fit_stops_only_those_in_it(history: History) -> None:
    """What is broken elsewhere is no reason to keep a service from mending something."""
    history.built("leaf", "leaf 1")
    history.verified("sdk", "leaf", "sdk-leaf 1", "leaf 1")
    history.verified("front", "back", "front-back 1", "back 1", "a name")

    assert history.asked("leaf", "leaf 1").allowed


def test_of_several_builds_of_the_same_bytes_the_newest_counts(history: History) -> None:
    """Between them, only what the tests expect was changed."""
    history.built("front", "front 1", {"back": "front-back 2"}, {"sdk": "sdk-front 1"})
    assert history.kinds("front", "front 1") == [Kind.UNVERIFIED]
    history.verified("front", "back", "front-back 2", "back 1")

    assert history.asked("front", "front 1").allowed


def test_a_record_that_was_changed_is_told(history: History) -> None:
    """Nothing is concluded from the others: who can tell what it said?"""
    name = next(name for name in history.store.kept if name.startswith("verifications/"))
    history.store.kept[name] = history.store.kept[name].replace(b'"failures": []', b'"failures":[]')

    with pytest.raises(RecordError, match=f"memory/{name} is damaged"):
        history.asked("back", "back 1")


def test_a_verdict_for_programs(history: History) -> None:
    """Whether, why not, and what to do."""
    content = json.loads(as_json(history.asked("back", "back 2")))

    assert (content["allowed"], content["bundle"]) == (False, digest("back 2"))
    assert content["reasons"][0]["kind"] == "unknown-bundle"
    assert content["reasons"][0]["commands"] == ["pactwright verify back --records memory"]
