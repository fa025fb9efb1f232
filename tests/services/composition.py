"""The three services in this process: each calls those before it, and tests call all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from hereabouts.authentication import AuthenticationClient
from hereabouts.authentication import operations as authentication_operations
from hereabouts.authentication.models import Credentials, NewUser, TokenRequest
from hereabouts.location import LocationClient
from hereabouts.location import operations as location_operations
from hereabouts.profile import ProfileClient
from hereabouts.profile import operations as profile_operations
from pactwright.client import (
    Basic,
    Bearer,
    ClientCredentials,
    RetryPolicy,
)
from pactwright.client import Clock as ClientClock
from pactwright.service.dynamodb import Table
from services.authentication import application as authentication
from services.authentication import clients
from services.authentication.records import ServiceClient
from services.authentication.table import AuthenticationTable
from services.authentication.throttle import Limits
from services.location import application as location
from services.profile import application as profile
from tests.services.deliveries import Queue, Stream, Topic
from tests.services.doubles import Chance, Clock, CountedPasswords, Told
from tests.services.observations import Observation
from tests.services.running import Line, Running

MakeTable = Callable[[str], Table]

PASSWORD: Final = "tram 28 climbs to Graça"
SECRET: Final = "the-secret-of-a-service-in-a-test"
ISSUER: Final = "https://authentication.test"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user with the tokens of a session."""

    user_id: UUID
    username: str
    access: str
    refresh: str

    @property
    def bearer(self) -> Bearer:
        """What the user calls with."""
        return Bearer(self.access)


class Hereabouts:
    """The three services, made as the first one of them is used.

    Args:
        make_table: makes a service's table.
        seen: where it is noted what tests got.
        limits: how often somebody may try to sign in.

    Attributes:
        to_authentication: the way to authentication from the other two.
        to_location: the way from profile to location.
        queues: where messages wait for the services that take them, by their names.
        topic: where authentication publishes what goes into them.
        retries: how the services' clients try again.
    """

    retries = RetryPolicy()

    def __init__(
        self, make_table: MakeTable, seen: set[Observation], limits: Limits | None = None
    ) -> None:
        self.clock = Clock()
        self.chance = Chance()
        self.passwords = CountedPasswords()
        self.queues = {"location": Queue(), "profile": Queue()}
        self.topic = Topic(self.queues)
        self._make_table = make_table
        self._seen = seen
        self._limits = limits or Limits()
        self._ticks = ClientClock(wall=self.clock, sleep=lambda _: None)

    @cached_property
    def kept(self) -> AuthenticationTable:
        """What authentication keeps."""
        return AuthenticationTable(self.authentication.table)

    @cached_property
    def to_authentication(self) -> Line:
        """The way there, which can be broken."""
        return Line(self.authentication.adapter())

    @cached_property
    def to_location(self) -> Line:
        """The way there, which can be broken."""
        return Line(self.location.adapter())

    @cached_property
    def stream(self) -> Stream:
        """The stream of authentication's table."""
        return Stream(self._make_table("authentication"), self.clock)

    @cached_property
    def authentication(self) -> Running[AuthenticationClient]:
        """The authentication service."""
        table, told = self.stream.table, Told("authentication")
        application = authentication.build(
            table,
            self.topic,
            issuer=lambda _: ISSUER,
            clock=self.clock,
            random_bytes=self.chance.random_bytes,
            new_id=self.chance.uuid,
            passwords=self.passwords,
            limits=self._limits,
            telemetry=told,
        )
        operations, make = authentication_operations.OPERATIONS, AuthenticationClient
        return Running("authentication", application, operations, make, self._seen, table, told)

    @cached_property
    def location(self) -> Running[LocationClient]:
        """The location service, which is a client of authentication."""
        table, told = self._make_table("location"), Told("location")
        application = location.build(
            table,
            self._authentication_for("location"),
            clock=self.clock,
            new_revision=self.chance.revision,
            telemetry=told,
        )
        operations, make = location_operations.OPERATIONS, LocationClient
        return Running("location", application, operations, make, self._seen, table, told)

    @cached_property
    def profile(self) -> Running[ProfileClient]:
        """The profile service, which is a client of the two others."""
        table, told = self._make_table("profile"), Told("profile")
        own = self._authentication_for("profile", "locations:read", audience=("location",))
        tokens = ClientCredentials(profile.service_token(own), clock=self._ticks)
        application = profile.build(
            table,
            own,
            LocationClient(
                "http://location",
                credentials=tokens,
                transport=self.to_location,
                retries=self.retries,
                clock=self._ticks,
            ),
            cursor_key=self.cursor_key,
            clock=self.clock,
            new_revision=self.chance.revision,
            pause=lambda _: None,
            telemetry=told,
        )
        operations, make = profile_operations.OPERATIONS, ProfileClient
        return Running("profile", application, operations, make, self._seen, table, told)

    def deliver(self) -> int:
        """Have deletions of accounts told to the services that take them, once through.

        What fails waits for the next time, in the stream or in a queue; what failed too often is a
        dead letter.

        Returns:
            How many still wait.
        """
        self.stream.flow(self.authentication.handler)
        for name, queue in self.queues.items():
            if queue.waiting:
                queue.flow(self.service(name).handler)
        return len(self.stream.waiting) + sum(len(q.waiting) for q in self.queues.values())

    def cursor_key(self) -> bytes:
        """The secret that signs cursors."""
        return b"a key for the tests"

    def service(self, name: str) -> Running[Any]:
        """One of them, by its name."""
        services: dict[str, Callable[[], Running[Any]]] = {
            "authentication": lambda: self.authentication,
            "location": lambda: self.location,
            "profile": lambda: self.profile,
        }
        return services[name]()

    def _authentication_for(
        self, name: str, *scopes: str, audience: tuple[str, ...] = ()
    ) -> AuthenticationClient:
        return AuthenticationClient(
            "http://authentication",
            credentials=self.service_client(name, *scopes, audience=audience),
            transport=self.to_authentication,
            retries=self.retries,
            clock=self._ticks,
        )

    def service_client(self, name: str, *scopes: str, audience: tuple[str, ...] = ()) -> Basic:
        """Register a service, and give its credentials."""
        wanted = ServiceClient(name, (), frozenset(scopes), audience)
        clients.register(self.kept, wanted, SECRET)
        return Basic(name, SECRET)

    def service_token(self, name: str, *scopes: str, audience: tuple[str, ...] = ()) -> Bearer:
        """Register a service, and give a token of its own."""
        client = self.authentication.client(self.service_client(name, *scopes, audience=audience))
        return Bearer(
            client.issue_token(TokenRequest(grant_type="client_credentials")).access_token
        )

    def register(self, username: str, password: str = PASSWORD) -> UUID:
        """Register a user."""
        return (
            self.authentication.client()
            .register_user(NewUser(username=username, password=password))
            .user_id
        )

    def sign_in(self, username: str, password: str = PASSWORD) -> SignedIn:
        """Sign a registered user in."""
        tokens = self.authentication.client().sign_in(
            Credentials(username=username, password=password)
        )
        assert tokens.user_id is not None
        assert tokens.refresh_token is not None
        return SignedIn(tokens.user_id, username, tokens.access_token, tokens.refresh_token)

    def person(self, username: str) -> SignedIn:
        """Register a user and sign in."""
        self.register(username)
        return self.sign_in(username)
