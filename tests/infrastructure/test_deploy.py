"""`pactwright deploy` brings up an environment from nothing, and changes it while it serves."""

from __future__ import annotations

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
from tests.infrastructure.deploying import SERVICES, Api, Site, connected, site

PASSWORD = "tram 28 climbs to Graça"
FIRST_LINE = "from __future__ import annotations"
ENOUGH = 5
"""Calls of each kind that must have ended before a change and after it."""


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
            "pages": lambda: api.profile.profile_page(reader.handle),
            "writes": lambda: move(api, writer, 1),
            "tokens": lambda: api.authentication.get_current_user(credentials=reader.credentials),
        }
    )
    for service in SERVICES:
        edit(trial.root / f"services/{service}/handler.py", FIRST_LINE, f"{FIRST_LINE}  # again")
    edit(trial.root / "services/profile/page.py", "@{handle}</p>", "@{handle}, again</p>")
    before = api.profile.profile_page(reader.handle)

    with traffic.flowing():
        for service in SERVICES:
            traffic.await_more(ENOUGH)
            said = trial.deploy(service)
            assert f"{service}: Function UPDATE_COMPLETE" in said
        traffic.await_more(ENOUGH)

    assert traffic.failures == []
    assert "again</p>" not in before
    assert "again</p>" in api.profile.profile_page(reader.handle)
    assert api.profile.get_profile(reader.user_id).location_status == "known"
