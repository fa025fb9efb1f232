from __future__ import annotations

import pytest

from hereabouts.location import LocationClient
from tests.services.composition import Hereabouts, SignedIn


@pytest.fixture
def ines(hereabouts: Hereabouts) -> SignedIn:
    """A user."""
    return hereabouts.person("ines")


@pytest.fixture
def client(hereabouts: Hereabouts, ines: SignedIn) -> LocationClient:
    """With the user's token."""
    return hereabouts.location.client(ines.bearer)


@pytest.fixture
def reader(hereabouts: Hereabouts) -> LocationClient:
    """With the token of a service that may read all locations."""
    token = hereabouts.service_token("reader", "locations:read", audience=("location",))
    return hereabouts.location.client(token)
