"""A location service in trouble: what it costs profile, and who hears of it."""

from __future__ import annotations

import json
import threading

import pytest
import requests

from hereabouts.profile import ProfileClient
from pactwright.client.errors import NotFound
from pactwright.wire import ResponseMessage
from tests.services.answers import refused
from tests.services.composition import Hereabouts, SignedIn
from tests.services.faults import FAULTS

pytestmark = [pytest.mark.any_table, pytest.mark.usefixtures("located")]

REQUESTS = 60
BUDGET = 20


def test_degraded_answers_are_counted(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn
) -> None:
    """They are no errors, but whoever is on call can see them: in the log and as a metric."""
    told = hereabouts.profile.told
    anyone.get_profile(ines.user_id)
    assert told.records[-1].degraded == ()
    assert "Degraded" not in told.stream.getvalue()
    hereabouts.to_location.fault = FAULTS["503"]

    anyone.get_profile(ines.user_id)
    anyone.profile_page("ines")

    assert [record.degraded for record in told.records[-2:]] == [("location",)] * 2
    lines = [json.loads(line) for line in told.stream.getvalue().splitlines()]
    assert [line["Degraded"] for line in lines if "Degraded" in line] == [[1.0]] * 2
    assert [line["degraded"] for line in lines if "degraded" in line] == [["location"]] * 2


def test_services_that_are_down_are_soon_asked_once_for_each_request(
    hereabouts: Hereabouts, anyone: ProfileClient, ines: SignedIn
) -> None:
    """Retries don't multiply from hop to hop: they run out."""
    location, authentication = hereabouts.to_location, hereabouts.to_authentication
    authentication.fault = FAULTS["cut off"]
    location.calls = authentication.calls = 0

    for _ in range(REQUESTS):
        assert anyone.get_profile(ines.user_id).location_status == "unavailable"

    assert location.calls == REQUESTS, "it said in how many seconds to ask again"
    assert REQUESTS < authentication.calls <= REQUESTS + BUDGET
    location.fault, location.calls = FAULTS["cut off"], 0
    for _ in range(REQUESTS):
        anyone.get_profile(ines.user_id)
    assert REQUESTS < location.calls <= REQUESTS + BUDGET


def test_silent_location_service_delays_nothing_that_does_without_it(
    hereabouts: Hereabouts, anyone: ProfileClient
) -> None:
    """Anybody may ask for profiles that are not there; what that has asked for piles up."""
    over, answered = threading.Event(), list[int]()

    def silent(_: requests.PreparedRequest) -> ResponseMessage:
        over.wait(20)
        answered.append(1)
        raise requests.ReadTimeout("too late")

    hereabouts.to_location.fault = silent
    for _ in range(30):
        refused(NotFound, lambda: anyone.get_profile(hereabouts.chance.uuid()))

    assert [item.handle for item in anyone.list_profiles().items] == ["ines"]
    assert answered == [], "the list did not wait for any of them"
    over.set()
