"""What callers rely on of the public page of a person."""

from __future__ import annotations

from typing import Final

import pytest

from hereabouts.profile import ProfileClient
from hereabouts.profile.operations import PROFILE_PAGE
from pactwright.client.errors import NotFound
from pactwright.contract.pacts import State
from pactwright.contract.recording.recorder import Recorder
from tests.contracts.cast import INES, KAMAU, LISBON
from tests.contracts.roles import Person

pytestmark = pytest.mark.pact("sdk", "profile")

MISSING: Final = "<!doctype html><title>Nobody here</title>"


@pytest.mark.parametrize(
    ("person", "given", "told"),
    [
        (INES, [INES.profile, INES.at(LISBON)], [*INES.described.values(), LISBON.label]),
        (KAMAU, [KAMAU.profile], KAMAU.described.values()),
    ],
    ids=["full", "bare"],
)
def test_a_page(pact: Recorder, person: Person, given: list[State], told: list[str]) -> None:
    """The page tells what the person says of themselves, and where they are."""
    page = f"<!doctype html><p>{'<p>'.join(told)}"
    pact.expect(
        f"the page of {person.handle}", PROFILE_PAGE, handle=person.handle, given=given, answer=page
    )
    client = pact.client(ProfileClient)

    assert client.profile_page(person.handle) == page


def test_a_page_that_there_is_not(pact: Recorder) -> None:
    """That nobody has the handle is told by a page, too."""
    pact.expect("the page of nobody", PROFILE_PAGE, handle=INES.handle, status=404, answer=MISSING)
    client = pact.client(ProfileClient)

    with pytest.raises(NotFound) as raised:
        client.profile_page(INES.handle)
    assert raised.value.body == MISSING
