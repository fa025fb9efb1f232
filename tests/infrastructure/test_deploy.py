"""`pactwright deploy` brings up an environment from nothing, and changes it while it serves."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import tour

from hereabouts.authentication import Credentials, NewUser
from hereabouts.profile import LocationInput, ProfileInput
from pactwright.client import Bearer
from tests.infrastructure.deploying import ENVIRONMENT, SERVICES, Api, Site, connected, site

PASSWORD = "tram 28 climbs to Graça"
FIRST_LINE = "from __future__ import annotations"
ENOUGH = 3
"""Calls of each kind that must have ended before a change and after it."""

PAUSE = 0.05
"""Seconds between two calls, in which functions may start; the machine has other work as well."""


@dataclass(frozen=True)
class Person:
    """Somebody with a profile and a location."""

    user_id: UUID
    handle: str
    credentials: Bearer


@dataclass
class Traffic:
    """Calls of several kinds, each from threads of its own, over and over until it ends."""

    calls: Mapping[str, Callable[[], object]]
    done: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _moved: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def flowing(self) -> Iterator[Traffic]:
        """Make the calls until the block ends."""
        threads = [threading.Thread(target=self._repeat, args=(kind,)) for kind in self.calls]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def await_more(self, each: int) -> None:
        """Wait until so many more calls of each kind have ended."""
        with self._moved:
            goal = {kind: self.done[kind] + each for kind in self.calls}
            reached = self._moved.wait_for(
                lambda: all(self.done[kind] >= goal[kind] for kind in goal), timeout=60
            )
        assert reached, (goal, self.done, self.failures)

    def _repeat(self, kind: str) -> None:
        while not self._ended.is_set():
            try:
                self.calls[kind]()
            except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
                self.failures.append(f"{kind}: {error!r}")
            with self._moved:
                self.done[kind] += 1
                self._moved.notify_all()
            self._ended.wait(PAUSE)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Site]:
    """The project, deployed from nothing."""
    with site(tmp_path_factory.mktemp("trial") / "copy", root) as started:
        started.deploy("--all")
        started.connect()
        yield started


@pytest.fixture
def api(trial: Site) -> Iterator[Api]:
    """Clients that send each request once."""
    with connected(trial.urls) as clients:
        yield clients


def settle(api: Api) -> Person:
    """Somebody new."""
    name = f"deploy-{uuid4().hex[:12]}"
    user = api.authentication.register_user(NewUser(username=name, password=PASSWORD))
    tokens = api.authentication.sign_in(Credentials(username=name, password=PASSWORD))
    me = Person(user.user_id, name.replace("-", "_"), Bearer(tokens.access_token))
    profile = ProfileInput(handle=me.handle, display_name="Somebody")
    api.profile.put_profile(me.user_id, profile, credentials=me.credentials)
    move(api, me, 0)
    return me


def move(api: Api, person: Person, latitude: float) -> None:
    """A write that goes through all three services."""
    place = LocationInput(latitude=latitude, longitude=0, label="Somewhere")
    api.profile.put_profile_location(person.user_id, place, credentials=person.credentials)


def edit(file: Path, before: str, after: str) -> None:
    """Change a file of the copy."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@contextmanager
def edited(file: Path, before: str, after: str) -> Iterator[None]:
    """Change a file of the copy until the block ends."""
    text = file.read_text(encoding="utf-8")
    edit(file, before, after)
    try:
        yield
    finally:
        file.write_text(text, encoding="utf-8")


def test_an_environment_made_from_nothing_serves(
    trial: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    """The tour goes all the way through it."""
    tour.main(trial.urls)

    assert capsys.readouterr().out.endswith("Everybody has left.\n")


def test_a_change_under_load_fails_no_request(trial: Site, api: Api) -> None:
    """Readers and writers go on while each service gets another bundle, which then serves."""
    writer, reader = settle(api), settle(api)
    traffic = Traffic(
        {
            "reads": lambda: api.profile.get_profile(reader.user_id),
            "pages": lambda: api.profile.profile_page(reader.handle),
            "writes": lambda: move(api, writer, 1),
        }
    )
    for service in SERVICES:
        edit(trial.root / f"services/{service}/handler.py", FIRST_LINE, f"{FIRST_LINE}  # again")
    edit(trial.root / "services/profile/page.py", "@{handle}</p>", "@{handle}, again</p>")
    before = api.profile.profile_page(reader.handle)

    meanwhile = 0
    with traffic.flowing():
        traffic.await_more(ENOUGH)
        traffic.failures.clear()  # of functions that start for the first time, all at once
        for service in SERVICES:
            traffic.await_more(ENOUGH)
            done = traffic.done.total()
            said = trial.deploy(service)
            meanwhile += traffic.done.total() - done
            assert f"{service}: Function UPDATE_COMPLETE" in said
        traffic.await_more(ENOUGH)

    assert traffic.failures == []
    assert meanwhile
    assert "again</p>" not in before
    assert "again</p>" in api.profile.profile_page(reader.handle)
    assert api.profile.get_profile(reader.user_id).location_status == "known"


@pytest.fixture
def template(trial: Site) -> Path:
    """The template of location."""
    return trial.root / "services/location/template.yaml"


def test_a_faulty_template_is_refused_before_anything_is_touched(
    trial: Site, template: Path
) -> None:
    """By the linter, and the account stays as it was."""
    before = trial.state()

    with edited(template, "!GetAtt Table.Arn", "!GetAtt Tabel.Arn"):
        done = trial.run("deploy", "--all", "--env", ENVIRONMENT, "--yes")

    assert done.returncode == 1
    assert "cfn-lint refuses" in done.stderr
    assert "Tabel" in done.stderr
    assert trial.state() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--yes", "--parameter", "location.LogLevel=DEBUG"], "'DEBUG' is none of INFO, WARNING"),
        (["--yes", "--parameter", "Colour=red"], "--parameter Colour: no template has it"),
        (["--yes", "--parameter", "BundleKey=x"], "BundleKey follows from what is deployed"),
        (["--yes", "--platform", "vax"], "there is no platform 'vax'"),
        ([], "there is no terminal to ask on"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_touched(
    trial: Site, options: list[str], said: str
) -> None:
    """With what is wrong and where."""
    before = trial.state()

    done = trial.run("deploy", "location", "--env", ENVIRONMENT, *options)

    assert done.returncode == 1
    assert said in done.stderr
    assert trial.state() == before


@pytest.mark.parametrize("answer", ["n", "", "yess"])
def test_a_change_that_nobody_says_yes_to_is_not_made(trial: Site, answer: str) -> None:
    """It is shown, asked for on the terminal, and gone."""
    before = trial.state()
    call = ["location", "--parameter", "LogRetentionDays=14"]

    done = trial.run("deploy", *call, "--env", ENVIRONMENT, answer=answer)

    assert done.returncode == 1
    assert f"Change hereabouts-{ENVIRONMENT}-location? [y/N]" in done.stdout
    assert "not deployed, and nothing of it was changed" in done.stderr
    assert {**trial.state(), "objects": ()} == {**before, "objects": ()}


def test_a_bundle_that_the_gate_refuses_goes_nowhere(trial: Site) -> None:
    """Nobody verified it: nothing of it reaches the account, and what is missing is told."""
    before = trial.state()
    call = ["location", "--parameter", "LogRetentionDays=14", "--gate", "--yes"]

    done = trial.run("deploy", *call, "--env", ENVIRONMENT)

    assert done.returncode == 1
    assert "can't go to" in done.stderr
    assert "$ pactwright verify location" in done.stderr
    assert trial.state() == before


def test_a_change_that_is_only_shown_changes_nothing(trial: Site) -> None:
    """It is shown with what of each resource changes, and is gone."""
    before = trial.state()
    call = ["location", "--parameter", "LogRetentionDays=14", "--dry-run"]

    done = trial.run("deploy", *call, "--env", ENVIRONMENT)

    assert done.returncode == 0, done.stderr
    assert re.search(r"[~!] .* +Logs +AWS::Logs::LogGroup +RetentionInDays", done.stdout)
    assert {**trial.state(), "objects": ()} == {**before, "objects": ()}


def test_a_table_is_not_replaced_unless_that_is_said(trial: Site, template: Path) -> None:
    """Nothing is changed, and the option that would allow it is told."""
    before = trial.state()

    with edited(template, "AttributeName: sk,", "AttributeName: other,"):
        done = trial.run("deploy", "location", "--env", ENVIRONMENT, "--yes")

    assert done.returncode == 1
    assert re.search(r"! replace\?? +Table +AWS::DynamoDB::Table", done.stderr)
    assert "--allow-data-loss location.Table" in done.stderr
    assert {**trial.state(), "objects": ()} == {**before, "objects": ()}


def test_a_change_that_fails_half_way_is_told_and_leaves_what_was(trial: Site, api: Api) -> None:
    """The first cause, the state that the stack is in now, and what to do; the service serves."""
    person = settle(api)

    shared = trial.root / "services/service.yaml"
    with edited(shared, "Key: !Ref BundleKey", "Key: !Sub ${BundleKey}.missing"):
        done = trial.run("deploy", "location", "--env", ENVIRONMENT, "--yes")

    assert done.returncode == 1
    assert "the change was rolled back; all is as it was before, and serves" in done.stderr
    assert "the first cause: Function (AWS::Lambda::Function)" in done.stderr
    assert "what to do: mend the cause and deploy again" in done.stderr
    move(api, person, 2)
    trial.deploy("location")


def test_the_pipeline_is_told_what_a_deployment_would_give(trial: Site) -> None:
    """The same parameters as the stack has, and the environment's tags."""
    trial.deploy("location")
    stack = f"hereabouts-{ENVIRONMENT}-location"
    described = trial.emulator.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][
        0
    ]

    done = trial.run("parameters", "location", "--env", ENVIRONMENT)

    told = json.loads(done.stdout)
    assert told["Tags"] == {"team": "trial"}
    assert (
        told["Parameters"].items()
        <= {
            each["ParameterKey"]: each["ParameterValue"] for each in described["Parameters"]
        }.items()
    )
    assert {"BundleKey", "AuthenticationUrl", "OperationsTopicArn"} <= set(told["Parameters"])


def test_what_was_built_is_deployed_as_it_is(trial: Site, template: Path) -> None:
    """Whatever became of the sources since."""
    trial.deploy("location")
    done = trial.run("bundle", "location")
    assert done.returncode == 0, done.stderr

    with edited(template, "Where each user is.", "Where nobody is."):
        said = trial.deploy("location", "--built")

    assert "hereabouts-trial-location: no change" in said


def test_the_status_tells_which_bundle_runs_where(trial: Site) -> None:
    """Digest, version and URL of each service."""
    manifest = next((trial.root / "build" / "location").glob("*/bundle.json"))
    digest = json.loads(manifest.read_text(encoding="utf-8"))["digest"]

    found = {
        each["name"]: each
        for each in json.loads(trial.run("status", "--env", ENVIRONMENT, "--json").stdout)
    }
    shown = trial.run("status", "--env", ENVIRONMENT).stdout

    assert list(found) == ["platform", *SERVICES]
    assert found["location"]["digest"] == found["location"]["live"] == digest
    assert found["location"]["state"].endswith("_COMPLETE")
    assert found["location"]["url"] == trial.outputs("location")["ApiUrl"]
    assert len(found["location"]["versions"]) == 1
    assert digest[:12] in shown


def test_hooks_can_be_called_by_themselves(trial: Site) -> None:
    """After a deployment by a pipeline, say."""
    done = trial.run("provision", "--env", ENVIRONMENT)

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("provisioned authentication, location, profile\n")
