import pytest

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication.models import TokenRequest, Tokens
from hereabouts.authentication.operations import ISSUE_TOKEN
from pactwright.contract.recording.recorder import Recorder, only
from services.profile.application import service_token
from tests.contracts.cast import PROFILE


@pytest.mark.pact("profile", "authentication")
def test_profile_gets_a_token_that_may_read_locations(pact: Recorder) -> None:
    """Profile gets a token of its own, and learns for how long it works."""
    pact.expect(
        "a token of profile's own",
        ISSUE_TOKEN,
        body=TokenRequest(grant_type="client_credentials", scope="locations:read"),
        given=[PROFILE.registered],
        credentials=PROFILE.basic,
        answer=only(Tokens, access_token=PROFILE.access_token, expires_in=900),
    )
    fetch = service_token(pact.client(AuthenticationClient, credentials=PROFILE.basic))

    assert fetch() == (PROFILE.access_token, 900)
