"""Faults of the running system raise the alarms for them, as deployed, and tell who is on call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from hereabouts.authentication import AuthenticationClient, Credentials, NewUser
from hereabouts.location import LocationClient
from hereabouts.location.models import LocationInput
from hereabouts.profile import ProfileClient
from hereabouts.profile.models import ProfileInput
from pactwright.client import Basic, Bearer, ClientError
from pactwright.local.emulator import emulator
from pactwright.local.installation import installed
from pactwright.local.proxy import Exchange
from pactwright.local.system import System, running
from pactwright.schema.project import Project
from tests.infrastructure.alarms.conftest import Stack
from tests.infrastructure.alarms.database import Behaviour, FaultyDatabase, Throttling
from tests.infrastructure.alarms.rehearsal import Rehearsal
from tests.infrastructure.alarms.stacks import CompositeAlarm, MetricAlarm

PASSWORD = "tram 28 climbs to Graça"
QUIET = 31  # minutes after which the longest short window is empty


@dataclass
class Stage:
    """The running system, and what the tests do with it."""

    system: System
    behaviour: Behaviour
    rehearsal: Rehearsal

    def __post_init__(self) -> None:
        urls = self.system.urls
        own = self.system.clients["profile"]
        service = Basic(own["client_id"], own["client_secret"])
        self.authentication = AuthenticationClient(urls["authentication"], credentials=service)
        self.location = LocationClient(urls["location"])
        self.profile = ProfileClient(urls["profile"])
        self.somebody = self.person()

    def person(self) -> tuple[UUID, str, Bearer]:
        """Somebody new, signed in."""
        name = f"p-{uuid4().hex[:12]}"
        user = self.authentication.register_user(NewUser(username=name, password=PASSWORD))
        tokens = self.authentication.sign_in(Credentials(username=name, password=PASSWORD))
        return user.user_id, name, Bearer(tokens.access_token)

    def usual(self) -> None:
        """What people do: sign in, write and read a profile and a place."""
        user_id, name, bearer = self.person()
        handle = name.replace("-", "_")
        self.profile.put_profile(
            user_id, ProfileInput(handle=handle, display_name="Inês"), credentials=bearer
        )
        self.location.put_location(
            user_id, LocationInput(latitude=38.7, longitude=-9.1), credentials=bearer
        )
        self.profile.get_profile(user_id)
        self.profile.list_profiles()

    def read_own_profile(self) -> None:
        """A read of the profile table; there is no such profile."""
        self.tolerant(lambda: self.profile.get_profile(self.somebody[0]))

    def ask_where(self) -> None:
        """Ask location five times, none of them again."""
        for _ in range(5):
            self.ask_where_once()

    def ask_where_once(self) -> None:
        """However long it takes."""
        user_id, _, bearer = self.somebody
        self.tolerant(
            lambda: self.location.get_location(
                user_id, credentials=bearer, retries=None, timeout=60.0, deadline=60.0
            )
        )

    def tolerant(self, call: Callable[[], object]) -> None:
        """A call that may end with an error."""
        try:
            call()
        except ClientError:
            return


@pytest.fixture(scope="module")
def stage(project: Project) -> Iterator[Stage]:
    """The system on a database that can be told to misbehave."""
    build: Path = project.root / "build"
    exchanges: list[Exchange] = []
    anybody = {"AUTH": "false"}
    with emulator(installed(build), build / "database.log", environment=anybody) as behind:
        database = FaultyDatabase(behind.port)
        with (
            database.serving(),
            running(project, dynamodb=database.url, observe=exchanges.append) as system,
        ):
            rehearsal = Rehearsal(system, database.behaviour, exchanges)
            yield Stage(system, database.behaviour, rehearsal)


@pytest.fixture(autouse=True)
def in_health(stage: Stage) -> Iterator[None]:
    """Each test begins and ends with a system in health, and no alarm raised."""
    assert stage.rehearsal.live(stage.usual) == set()
    yield
    stage.behaviour.throttling, stage.behaviour.delay = None, 0.0
    stage.rehearsal.pass_time(QUIET)
    stage.rehearsal.live(stage.usual)
    assert stage.rehearsal.raised() == set()


def names(service: str, *keys: str) -> set[str]:
    """What alarms of a service are called."""
    return {f"hereabouts-local-{service}-{key}" for key in keys}


def test_all_alarms_are_there(stage: Stage, services: Mapping[str, Stack]) -> None:
    """As their templates have them, composite ones and metric math too."""
    proven = {
        alarm.name.replace("-production-", "-local-"): settings(alarm)
        for stack in services.values()
        for alarm in stack.alarms.values()
    }

    deployed = {name: settings(alarm) for name, alarm in stage.rehearsal.alarms.items()}
    assert deployed == proven


def settings(alarm: MetricAlarm | CompositeAlarm) -> tuple[object, ...]:
    """What does not depend on the environment: all but the values of dimensions, and ARNs."""
    told = (len(alarm.actions), len(alarm.ok_actions), alarm.description.partition("#")[2])
    if isinstance(alarm, CompositeAlarm):
        return (*told, alarm.rule.replace("-production-", "-local-"))
    queries = {
        query.id: (query.expression, query.stat, query.period, metric and metric.name)
        + ((metric.dimension_names, metric.namespace.partition("/")[0]) if metric else ())
        for query in alarm.queries.values()
        for metric in [query.metric]
    }
    return (
        *told,
        *(alarm.watched, queries, alarm.operator, alarm.threshold),
        *(alarm.periods, alarm.datapoints, alarm.missing),
    )


def test_a_healthy_system_raises_none(stage: Stage) -> None:
    """Several minutes of what people do; and the emulator's states are the evaluator's."""
    raised = [stage.rehearsal.live(stage.usual, stage.usual) for _ in range(3)]

    assert raised == [set(), set(), set()]
    assert stage.rehearsal.states() == stage.rehearsal.expected()


def test_a_throttled_read_that_nobody_noticed(stage: Stage) -> None:
    """The SDK tried again, the request went well; the article's alarm tells nevertheless."""
    stage.behaviour.throttling = Throttling("-profile-", reads=True, times=1)
    raised = stage.rehearsal.live(stage.read_own_profile)

    assert stage.behaviour.throttling.times == 0
    assert raised == names("profile", "ReadThrottles")


def test_a_throttled_write(stage: Stage) -> None:
    """The article's other alarm, of the one service whose table it was."""
    user_id, _, bearer = stage.somebody
    place = LocationInput(latitude=38.7, longitude=-9.1)
    stage.behaviour.throttling = Throttling("-location-", reads=False, times=1)

    raised = stage.rehearsal.live(
        lambda: stage.tolerant(
            lambda: stage.location.put_location(user_id, place, credentials=bearer)
        )
    )

    assert raised == names("location", "WriteThrottles")


def test_a_hot_key(stage: Stage) -> None:
    """The cause has an alarm of its own."""
    stage.behaviour.throttling = Throttling("-profile-", reads=True, times=2, hot=True)

    raised = stage.rehearsal.live(stage.read_own_profile)

    assert raised == names("profile", "ReadThrottles", "KeyRangeThrottles")


def test_a_throttled_index(stage: Stage) -> None:
    """The table's own alarms don't see it."""
    stage.behaviour.throttling = Throttling("-profile-", reads=True, times=1, index=True)

    raised = stage.rehearsal.live(stage.profile.list_profiles)

    assert raised == names("profile", "IndexReadThrottles")


def test_a_bad_version(stage: Stage) -> None:
    """One that crashes: what a canary is rolled back on, from its first request."""
    client = stage.system.emulator.client("lambda")
    function = stage.system.deployment.outputs["location"]["FunctionName"]
    good = client.get_alias(FunctionName=function, Name="live")["FunctionVersion"]
    client.update_function_configuration(
        FunctionName=function, Handler="services.location.handler.build"
    )
    bad = client.publish_version(FunctionName=function)["Version"]
    client.update_alias(FunctionName=function, Name="live", FunctionVersion=bad)
    try:
        raised = stage.rehearsal.live(stage.ask_where_once)
    finally:
        client.update_alias(FunctionName=function, Name="live", FunctionVersion=good)

    assert raised == names("location", "AliasErrors")


def test_a_table_that_refuses_all(stage: Stage) -> None:
    """Requests fail, minute by minute: the budget of errors burns, by a composite alarm's parts."""
    stage.behaviour.throttling = Throttling("-location-", reads=True, times=1000)

    raised = set[str]().union(*(stage.rehearsal.live(stage.ask_where) for _ in range(2)))

    assert raised == names("location", "ReadThrottles", "GatewayErrors", "FastBurn", "SlowBurn")


def test_a_slow_table(stage: Stage) -> None:
    """Nothing fails, but people wait."""
    stage.behaviour.delay = 0.45  # for each of seven calls

    def sign_in() -> None:
        credentials = Credentials(username=stage.somebody[1], password=PASSWORD)
        stage.tolerant(lambda: stage.authentication.sign_in(credentials, deadline=10.0))

    raised = set[str]().union(*(stage.rehearsal.live(sign_in) for _ in range(3)))

    assert raised == names("authentication", "Latency")


def test_guessed_passwords(stage: Stage) -> None:
    """From several accounts, until the service itself begins to refuse."""

    def guess(number: int) -> None:
        credentials = Credentials(username=f"nobody-{number % 8}", password="no " + PASSWORD)
        stage.tolerant(lambda: stage.authentication.sign_in(credentials))

    raised = stage.rehearsal.live(*(partial(guess, number) for number in range(60)))

    assert raised == names("authentication", "SignInFailures")


def test_who_is_on_call_reads_what_to_do_and_that_it_is_over(stage: Stage) -> None:
    """A message when the alarm is raised, with the link to its section, and one when it ends."""
    name = "hereabouts-local-profile-ReadThrottles"
    stage.behaviour.throttling = Throttling("-profile-", reads=True, times=1)
    stage.rehearsal.live(stage.read_own_profile)
    raised = of_alarm(stage, name)
    ended: list[Mapping[str, Any]] = []
    while not ended:
        assert stage.rehearsal.live(stage.usual) == set()
        ended = of_alarm(stage, name)

    assert [each["NewStateValue"] for each in raised + ended] == ["ALARM", "OK"]
    assert raised[0]["AlarmDescription"].endswith("docs/runbook.md#readthrottles")


def of_alarm(stage: Stage, name: str) -> list[Mapping[str, Any]]:
    """The messages of the last minute about an alarm."""
    return [each for each in stage.rehearsal.messages if each["AlarmName"] == name]
