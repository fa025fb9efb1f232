"""People for the tests of profiles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from services.profile.records import Person
from tests.services.doubles import START

NOW = datetime.fromtimestamp(START, UTC)

MakePerson = Callable[..., Person]
