"""Whatever happens to four services, the gate lets nothing run together that was not verified.

The model beside it keeps what was done in plain Python, and never reads a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
)

from tests.kit.release.history import ARM, CLEAN, DIRTY, X86, History

CALLS: Mapping[str, tuple[str, ...]] = {
    "leaf": (),
    "low": ("leaf",),
    "middle": ("low",),
    "top": ("leaf", "middle"),
}
CONSUMERS = {
    service: (*(name for name, called in CALLS.items() if service in called), "sdk")
    for service in CALLS
}
ENVIRONMENTS = ("staging", "production")


@dataclass(frozen=True)
class Made:
    """A bundle as somebody built it: it says what it relies on, and what the SDK does."""

    service: str
    name: str
    platform: str
    clean: bool
    pacts: dict[str, str] = field(hash=False)
    sdk: str


@dataclass
class Model:
    """What was done."""

    held: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    stubs: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    runs: dict[str, dict[str, Made]] = field(
        default_factory=lambda: {name: {} for name in ENVIRONMENTS}
    )

    def verified(
        self, pact: str, made: Made, stubs: dict[str, str], *, held: bool, clean: bool
    ) -> None:
        if held and not clean:
            return
        key = (pact, made.name, made.platform)
        self.held[key], self.stubs[key] = held, stubs

    def fits(self, made: Made, environment: str) -> bool:
        """Whether all that would run together with a bundle was verified with it."""
        after = {**self.runs[environment], made.service: made}
        return (
            made.clean
            and any(
                held and (name, platform) == (made.name, made.platform)
                for (_, name, platform), held in self.held.items()
            )
            and all(
                self._holds(path[-1][1], after.get(path[-1][0]))
                for path in self._paths(after)
                if any(made.service in (provider, consumer) for provider, _, consumer in path)
            )
        )

    def _paths(self, after: dict[str, Made]) -> Iterator[list[tuple[str, str, str]]]:
        """Each chain of (provider, pact, consumer) that something there depends on."""
        for made in after.values():
            starts = [(called, pact, made.service) for called, pact in made.pacts.items()]
            starts.append((made.service, made.sdk, "sdk"))
            for start in starts:
                yield from self._deeper([start], after)

    def _deeper(
        self, path: list[tuple[str, str, str]], after: dict[str, Made]
    ) -> Iterator[list[tuple[str, str, str]]]:
        yield path
        provider, pact, _ = path[-1]
        if provider in after:
            made = after[provider]
            stubs = self.stubs.get((pact, made.name, made.platform), {})
            for called, stub in stubs.items():
                yield from self._deeper([*path, (called, stub, provider)], after)

    def _holds(self, pact: str, made: Made | None) -> bool:
        return made is not None and self.held.get((pact, made.name, made.platform), False)


class Releases(RuleBasedStateMachine):
    """Builds, verifications, deployments, in any order, by anybody."""

    made: Bundle[Made] = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.history = History()
        self.model = Model()
        self.names = 0

    @initialize(target=made)
    def settle(self) -> Any:
        """All four run in production, and were verified for just what is relied on there."""
        settled = [
            self._build(service, dict.fromkeys(called, 0), 0, ARM, clean=True)
            for service, called in CALLS.items()
        ]
        for each in settled:
            for consumer in CONSUMERS[each.service]:
                pact = f"{consumer}-{each.service} 0"
                self._verified(each, consumer, pact, each.pacts, held=True, clean=True)
            self.deploy(each, "production")
        assert len(self.model.runs["production"]) == len(CALLS)
        return multiple(*settled)

    @rule(
        target=made,
        service=st.sampled_from([*CALLS]),
        pacts=st.fixed_dictionaries({name: st.integers(0, 1) for name in CALLS}),
        sdk=st.integers(0, 1),
        platform=st.sampled_from([ARM, ARM, ARM, X86]),
        clean=st.sampled_from([True, True, True, False]),
    )
    def build(
        self, service: str, pacts: dict[str, int], sdk: int, platform: str, *, clean: bool
    ) -> Made:
        return self._build(service, pacts, sdk, platform, clean=clean)

    def _build(
        self, service: str, pacts: dict[str, int], sdk: int, platform: str, *, clean: bool
    ) -> Made:
        self.names += 1
        own = {called: f"{service}-{called} {pacts[called]}" for called in CALLS[service]}
        name, outside = f"{service} {self.names}", f"sdk-{service} {sdk}"
        revision = CLEAN if clean else DIRTY
        self.history.built(
            service, name, own, {"sdk": outside}, platform=platform, revision=revision
        )
        return Made(service, name, platform, clean, own, outside)

    @rule(
        made=made,
        whose=st.integers(0, 5),
        which=st.integers(0, 1),
        stubs=st.fixed_dictionaries({name: st.integers(0, 1) for name in CALLS}),
        held=st.sampled_from([True, True, True, False]),
        clean=st.sampled_from([True, True, True, False]),
    )
    def verify(
        self,
        made: Made,
        whose: int,
        which: int,
        stubs: dict[str, int],
        *,
        held: bool,
        clean: bool,
    ) -> None:
        consumer = CONSUMERS[made.service][whose % len(CONSUMERS[made.service])]
        pact = f"{consumer}-{made.service} {which}"
        stood = {name: f"{made.service}-{name} {stubs[name]}" for name in CALLS[made.service]}
        self._verified(made, consumer, pact, stood, held=held, clean=clean)

    @rule(
        made=made,
        clean=st.sampled_from([True, True, False]),
        platform=st.sampled_from([ARM, ARM, ARM, X86]),
        which=st.sampled_from([(0,), (0,), (1,), (0, 1)]),
    )
    def verify_all(self, made: Made, platform: str, which: tuple[int, ...], *, clean: bool) -> None:
        """As a pipeline does: whatever anybody relies on, against the stubs of its own pacts."""
        there = replace(made, platform=platform)
        for consumer in CONSUMERS[made.service]:
            for each in which:
                pact = f"{consumer}-{made.service} {each}"
                self._verified(there, consumer, pact, made.pacts, held=True, clean=clean)

    def _verified(
        self,
        made: Made,
        consumer: str,
        pact: str,
        stubs: dict[str, str],
        *,
        held: bool,
        clean: bool,
    ) -> None:
        self.history.verified(
            consumer,
            made.service,
            pact,
            made.name,
            *(() if held else ("a failure",)),
            stubs=stubs,
            platform=made.platform,
            revision=CLEAN if clean else DIRTY,
        )
        self.model.verified(pact, made, stubs, held=held, clean=clean)

    @rule(made=made, environment=st.sampled_from(ENVIRONMENTS))
    def deploy(self, made: Made, environment: str) -> None:
        """If the gate lets it: then, and only then, does the model say that all of it fits."""
        verdict = self.history.asked(made.service, made.name, environment, made.platform)

        assert verdict.allowed == self.model.fits(made, environment), verdict
        event(f"the gate says {'yes' if verdict.allowed else 'no'}")
        if verdict.allowed:
            self._runs(made, environment)

    @rule(made=made, environment=st.sampled_from(ENVIRONMENTS))
    def deploy_past_the_gate(self, made: Made, environment: str) -> None:
        """Somebody does; the gate has to reckon with it. It has to be a build that is trusted."""
        if made.clean:
            self._runs(made, environment)

    def _runs(self, made: Made, environment: str) -> None:
        self.history.deployed(made.service, made.name, environment, platform=made.platform)
        self.model.runs[environment][made.service] = made

    @rule(service=st.sampled_from([*CALLS]), environment=st.sampled_from(ENVIRONMENTS))
    def remove(self, service: str, environment: str) -> None:
        self.history.deployed(service, None, environment)
        self.model.runs[environment].pop(service, None)

    def teardown(self) -> None:
        """At the end, the gate and the model agree on all that runs; a no has its reasons."""
        for environment in ENVIRONMENTS:
            for made in self.model.runs[environment].values():
                verdict = self.history.asked(made.service, made.name, environment, made.platform)
                assert all(reason.text for reason in verdict.reasons)
                assert verdict.allowed == self.model.fits(made, environment)


TestReleases = Releases.TestCase
TestReleases.settings = settings(
    max_examples=120,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
