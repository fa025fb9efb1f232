"""The smoke test of deployed environments, against the system that runs here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import smoke

from hereabouts.authentication import AuthenticationClient, NewUser
from hereabouts.profile import ProfileClient
from pactwright.client import errors
from pactwright.local.loopback import Handler, Server
from pactwright.local.system import System

PASSWORD = "tram 28 climbs to Graça"


class Ill(Handler):
    """A service that answers 500 to all but deletions."""

    def serve(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response_only(204 if self.command == "DELETE" else 500)
        if self.command != "DELETE":
            self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def ill() -> Iterator[str]:
    """The URL of a service that fails."""
    server = Server(0, Ill)
    with server.serving():
        yield f"http://127.0.0.1:{server.port}"


def is_free(system: System, name: str) -> bool:
    """Whether a username is nobody's: whoever has it is not let in by anyone else."""
    with AuthenticationClient(system.urls["authentication"]) as client:
        try:
            client.register_user(NewUser(username=name, password=PASSWORD))
        except errors.Conflict:
            return False
    return True


def test_a_well_environment_passes(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    """All three services, each told of."""
    assert smoke.main([f"{name}={url}" for name, url in system.urls.items()]) == 0

    said = capsys.readouterr().out
    assert said.startswith("authentication: ok\nlocation: ok\nprofile: ok\nall well after ")


def test_what_is_not_there_yet_is_left_out(
    system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first service of a new environment is tested alone."""
    assert smoke.main([f"authentication={system.urls['authentication']}"]) == 0

    assert "location" not in capsys.readouterr().out


def test_everything_is_deleted(system: System) -> None:
    """User, profile and handle: nothing of the person is found afterwards."""
    smoke.smoke(system.urls, "smoke-leaves")

    with ProfileClient(system.urls["profile"]) as client, pytest.raises(errors.NotFound):
        client.find_profile("smoke_leaves")
    assert is_free(system, "smoke-leaves")


@pytest.mark.parametrize("sick", ["location", "profile"])
def test_a_failure_is_told_and_leaves_nobody_behind(system: System, ill: str, sick: str) -> None:
    """Whichever service fails, the person is deleted; the error is the first one."""
    with pytest.raises(errors.InternalServerError):
        smoke.smoke({**system.urls, sick: ill}, f"smoke-{sick}")

    assert is_free(system, f"smoke-{sick}")


def test_a_sick_environment_fails(ill: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With a status for the pipeline, and one line that says why."""
    assert smoke.main([f"authentication={ill}"]) == 1

    said = capsys.readouterr().err
    assert "smoke test failed: " in said
    assert "can't be deleted" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no service is named"),
        (["profile=http://p"], "without authentication and location"),
        (["weather=http://w"], "weather=http://w is not SERVICE=URL"),
        (["authentication"], "authentication= is not SERVICE=URL"),
    ],
)
def test_a_wrong_call_is_told(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is asked of anyone."""
    assert smoke.main(arguments) == 1

    assert said in capsys.readouterr().err
