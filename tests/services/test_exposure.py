"""No secret, token, password or place in anything that the services tell or log."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from hereabouts.authentication.models import (
    IntrospectionRequest,
    PasswordChange,
    RevocationRequest,
    TokenRequest,
)
from hereabouts.location import models as location_models
from hereabouts.profile.models import LocationInput, ProfileInput
from pactwright.client import Basic
from pactwright.client.errors import ClientError, StatusError
from tests.services.authentication.oauth import refreshing
from tests.services.composition import PASSWORD, SECRET, Hereabouts, SignedIn
from tests.services.faults import FAULTS
from tests.services.observations import SERVICES

NEW_PASSWORD = "ferries cross to Cacilhas at noon"
WRONG_PASSWORD = "some other words that were typed"
COMMON_PASSWORD = "passwordpassword"
LABEL = "Rua da Bica de Duarte Belo"
BIO = "I draw the trams of Lisbon."
PLACE = LocationInput(latitude=38.7109123, longitude=-9.1466321, label=LABEL, accuracy_m=654321.98)
SECRETS = {
    "password": PASSWORD,
    "new password": NEW_PASSWORD,
    "wrong password": WRONG_PASSWORD,
    "common password": COMMON_PASSWORD,
    "client secret": SECRET,
    "any token": "haat_",
    "any refresh token": "hart_",
    "any hash": "$argon2id$",
    "latitude": "38.7109123",
    "longitude": "9.1466321",
    "accuracy": "654321.98",
    "label": LABEL,
    "bio": BIO,
}
SECURITY = {
    "Content-Security-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Request-Id",
}


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Each record as a formatter would write it, and everything that it carries."""
    formatter = logging.Formatter("%(name)s %(levelname)s %(message)s")
    return "\n".join(f"{formatter.format(r)} {vars(r)!r}" for r in caplog.records)


def failing(call: Callable[[], object]) -> str:
    """What the error tells that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value
    body = error.response.body if isinstance(error, StatusError) and error.response else b""
    return f"{error!r} {body.decode()}"


def live(hereabouts: Hereabouts, ines: SignedIn) -> dict[str, str]:
    """Do what can be done with secrets; what must not be told, by its name."""
    authentication = hereabouts.authentication.client(ines.bearer)
    service = hereabouts.authentication.client(hereabouts.service_client("reader", "a:b"))
    profile = hereabouts.profile.client(ines.bearer)
    profile.put_profile(ines.user_id, ProfileInput(handle="ines", display_name="I", bio=BIO))
    profile.put_profile_location(ines.user_id, PLACE)
    profile.profile_page("ines")
    own = service.issue_token(TokenRequest(grant_type="client_credentials")).access_token
    service.introspect_token(IntrospectionRequest(token=ines.access))
    refreshed = authentication.issue_token(refreshing(ines.refresh))
    authentication.revoke_token(RevocationRequest(token=refreshed.access_token))
    return {
        "access token": ines.access,
        "refresh token": ines.refresh,
        "refreshed token": refreshed.access_token,
        "service token": own,
    }


def fail(hereabouts: Hereabouts, ines: SignedIn) -> list[str]:
    """Do what goes wrong; what the errors say."""
    authentication = hereabouts.authentication.client(ines.bearer)
    profile = hereabouts.profile.client(ines.bearer)
    impostor = hereabouts.authentication.client(Basic("reader", WRONG_PASSWORD))
    reader = hereabouts.location.client(hereabouts.service_token("reader", "a:b"))
    place = location_models.LocationInput(**PLACE.model_dump())
    change = PasswordChange(current_password=WRONG_PASSWORD, new_password=NEW_PASSWORD)
    calls: list[Callable[[], object]] = [
        lambda: hereabouts.sign_in("ines", WRONG_PASSWORD),
        lambda: hereabouts.register("ines", NEW_PASSWORD),
        lambda: hereabouts.register("kamau", COMMON_PASSWORD),
        lambda: authentication.change_password(change),
        lambda: impostor.introspect_token(IntrospectionRequest(token=ines.access)),
        lambda: reader.put_location(ines.user_id, place),
        lambda: profile.put_profile_location(hereabouts.chance.uuid(), PLACE),
    ]
    errors = [failing(call) for call in calls]
    for fault in FAULTS.values():
        hereabouts.to_location.fault = fault
        errors.append(failing(lambda: profile.put_profile_location(ines.user_id, PLACE)))
        profile.get_profile(ines.user_id)
    hereabouts.to_location.fault = None
    return [*errors, failing(lambda: authentication.issue_token(refreshing(ines.refresh)))]


def test_no_secret_is_told(
    hereabouts: Hereabouts, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """By no log line, metric, output or error, whatever goes well or wrong."""
    caplog.set_level(logging.INFO)
    for name in ("pactwright", "hereabouts"):
        caplog.set_level(logging.DEBUG, logger=name)
    ines = hereabouts.person("ines")
    secrets = SECRETS | live(hereabouts, ines)

    said = fail(hereabouts, ines)
    said += [logged(caplog), *capfd.readouterr()]
    for told in (hereabouts.service(name).told for name in SERVICES):
        said += [told.stream.getvalue(), repr(told.records), repr(told.failures)]

    everything = "\n".join(said)
    assert '"status":201' in everything.replace(" ", "")
    assert [name for name, secret in secrets.items() if secret in everything] == []


def test_every_answer_has_the_security_headers(hereabouts: Hereabouts) -> None:
    """Of success and of every kind of fault, and none that tells what runs behind."""
    ines = hereabouts.person("ines")
    profile = hereabouts.profile
    answers = [
        profile.send("GET", "/profiles"),
        profile.send("GET", "/people/nobody"),
        profile.send("GET", "/nothing/here"),
        profile.send("POST", "/profiles"),
        profile.send("PUT", f"/profiles/{ines.user_id}"),
        profile.send("GET", "/profiles?limit=0"),
        hereabouts.location.send("GET", f"/locations/{ines.user_id}"),
        hereabouts.authentication.send("POST", "/oauth2/token", "x"),
    ]

    for answer in answers:
        assert answer.headers.keys() >= SECURITY
        assert not {"server", "x-powered-by"} & {name.lower() for name in answer.headers}
