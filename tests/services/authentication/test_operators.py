"""The operators' command for service clients, on a real table."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pactwright.service.dynamodb import Table
from services import operators
from services.authentication import clients
from services.authentication.records import ServiceClient
from services.authentication.sessions import Sessions
from services.authentication.table import AuthenticationTable
from services.authentication.tokens import client_secret, digest
from tests.services.doubles import Chance
from tests.services.racing import everything, race


@dataclass(frozen=True)
class Ran:
    """What a run of the command came to."""

    status: int
    output: str
    remarks: str

    @property
    def secret(self) -> str:
        return self.output.strip()


Run = Callable[..., Ran]


@pytest.fixture
def run(kept: AuthenticationTable, chance: Chance) -> Run:
    """Runs the command on the table."""

    def run(*arguments: str) -> Ran:
        output, remarks = io.StringIO(), io.StringIO()
        status = operators.main(
            ["--env", "test", *arguments],
            connect=lambda _: kept,
            random_bytes=chance.random_bytes,
            output=output,
            remarks=remarks,
        )
        return Ran(status, output.getvalue(), remarks.getvalue())

    return run


BILLING = ("create", "billing", "--scope", "locations:read", "--audience", "location")


def test_created_client_authenticates(run: Run, kept: AuthenticationTable) -> None:
    """With the secret that is shown, for the scopes and the audience that were given."""
    ran = run(*BILLING)

    client = clients.authenticate(kept, "billing", ran.secret)
    assert ran.status == 0
    assert client is not None
    assert client.scopes == frozenset({"locations:read"})
    assert client.audience == ("location",)


def test_secret_is_shown_once_and_kept_as_a_hash(run: Run, table: Table) -> None:
    """On standard output alone; neither remarks nor the list nor the table have it."""
    made, rotated = run(*BILLING), run("rotate", "billing")
    listed = run("list")

    kept = repr(everything(table))
    for secret in (made.secret, rotated.secret):
        assert secret.startswith("hacs_")
        assert secret not in made.remarks + rotated.remarks + listed.output + listed.remarks + kept
        assert digest(secret) in kept
        assert digest(secret) not in listed.output
    assert made.output == f"{made.secret}\n"


def test_list_tells_who_there_is(run: Run) -> None:
    """With what each may and how many secrets it has, in the order of their ids."""
    run(*BILLING)
    run("create", "audit")
    run("create", "weather")
    run("rotate", "billing")
    run("revoke", "weather")

    assert run("list").output.splitlines() == [
        "audit: one secret; scopes none; audience any",
        "billing: two secrets; scopes locations:read; audience location",
        "weather: revoked; scopes none; audience any",
    ]


def test_rotation_leaves_both_secrets_valid(run: Run, kept: AuthenticationTable) -> None:
    """Until the older one is dropped; a third is refused, for it would end one in use."""
    first, second = run(*BILLING).secret, run("rotate", "billing").secret
    assert clients.authenticate(kept, "billing", first)
    assert clients.authenticate(kept, "billing", second)

    third = run("rotate", "billing")
    assert (third.status, third.output) == (1, "")
    assert "two secrets of billing are valid" in third.remarks

    assert run("drop", "billing").status == 0
    assert clients.authenticate(kept, "billing", first) is None
    assert clients.authenticate(kept, "billing", second)
    assert run("drop", "billing").status == 1


@pytest.mark.parametrize("end", [(), ("--end-tokens",)])
def test_dropping_may_end_tokens(
    run: Run, kept: AuthenticationTable, sessions: Sessions, end: tuple[str, ...]
) -> None:
    """For a secret that leaked: what it got goes at once, and the next token works."""
    run(*BILLING)
    secret = run("rotate", "billing").secret
    client = clients.authenticate(kept, "billing", secret)
    assert client is not None
    token = sessions.issue_to(client).access_token

    run("drop", "billing", *end)

    assert (sessions.introspect(token) is None) is bool(end)
    now = clients.authenticate(kept, "billing", secret)
    assert now is not None
    assert sessions.introspect(sessions.issue_to(now).access_token)


def test_revoked_client_is_gone_at_once(
    run: Run, kept: AuthenticationTable, sessions: Sessions
) -> None:
    """With its secrets and its tokens, also once there is a client of that id again."""
    secret = run(*BILLING).secret
    client = clients.authenticate(kept, "billing", secret)
    assert client is not None
    token = sessions.issue_to(client).access_token

    assert run("revoke", "billing").status == 0

    assert clients.authenticate(kept, "billing", secret) is None
    assert sessions.introspect(token) is None
    again = run(*BILLING)
    assert again.status == 0
    assert clients.authenticate(kept, "billing", again.secret)
    assert clients.authenticate(kept, "billing", secret) is None
    assert sessions.introspect(token) is None


def test_token_issued_while_its_client_is_revoked_does_not_work(
    run: Run, kept: AuthenticationTable, sessions: Sessions
) -> None:
    """Who had authenticated before gets a token of the generation that has ended."""
    client = clients.authenticate(kept, "billing", run(*BILLING).secret)
    assert client is not None
    run("revoke", "billing")

    token = sessions.issue_to(client).access_token

    assert sessions.introspect(token) is None


@pytest.mark.parametrize("ended", ["drop", "revoke"])
def test_dropped_secret_never_comes_back(run: Run, kept: AuthenticationTable, ended: str) -> None:
    """Not with the next deployment either, which finds it in Secrets Manager still."""
    secret = run(*BILLING).secret
    run("rotate", "billing")
    run(ended, "billing")

    with pytest.raises(clients.SecretDropped):
        clients.register(kept, ServiceClient("billing", ()), secret)

    assert clients.authenticate(kept, "billing", secret) is None


def test_racing_rotations_lose_no_secret(run: Run, kept: AuthenticationTable) -> None:
    """One is made and shown; the others are told so, and show none."""
    first = run(*BILLING).secret

    shown = []
    for outcome in race(lambda _: run("rotate", "billing")):
        assert isinstance(outcome, Ran)
        shown += [outcome.secret] if outcome.status == 0 else []
        assert (outcome.output == "") is (outcome.status != 0)

    assert len(shown) == 1
    assert clients.authenticate(kept, "billing", shown[0])
    assert clients.authenticate(kept, "billing", first)


def test_racing_registrations_of_two_secrets_keep_both(kept: AuthenticationTable) -> None:
    """Two deployments at once: neither writes over what the other has written."""
    wanted = ServiceClient("profile", (), frozenset({"locations:read"}), ("location",))

    outcomes = race(lambda number: clients.register(kept, wanted, f"secret-{number}"), 2)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert clients.authenticate(kept, "profile", "secret-0")
    assert clients.authenticate(kept, "profile", "secret-1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rotate", "billing"), "there is no client billing"),
        (("drop", "billing"), "there is no client billing"),
        (("revoke", "billing"), "there is no client billing"),
        (("create", "audit"), "there is a client audit"),
        (("create", "billing", "--scope", "locations:read"), "--scope needs --audience"),
    ],
)
def test_refusal_says_why_and_changes_nothing(
    run: Run, table: Table, arguments: tuple[str, ...], said: str
) -> None:
    """With status 1, and nothing on standard output."""
    run("create", "audit")
    before = everything(table)

    ran = run(*arguments)

    assert (ran.status, ran.output) == (1, "")
    assert said in ran.remarks
    assert everything(table) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "hereabouts"),
        ("create", "Billing"),
        ("create", "a:b"),
        ("create", "billing", "--scope", "user", "--audience", "location"),
        ("create", "billing", "--scope", "two scopes", "--audience", "location"),
        (),
    ],
)
def test_wrong_call_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    """No client takes people's place, by its name or by its scope."""
    with pytest.raises(SystemExit) as ended:
        run(*arguments)

    assert ended.value.code == 2


def test_secrets_are_recognisable_and_differ(chance: Chance) -> None:
    """By prefix and checksum, for whoever scans for leaked ones."""
    one, other = client_secret(chance.random_bytes), client_secret(chance.random_bytes)

    assert one != other
    assert len(one) == len("hacs_") + 49
