"""Requests to authentication about sessions and tokens, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from hereabouts.authentication.models import (
    Credentials,
    IntrospectionRequest,
    RevocationRequest,
    TokenRequest,
)
from pactwright.client import Bearer
from services.authentication.sessions import ACCESS_SECONDS, REPEAT_SECONDS, SESSION_SECONDS
from tests.services.model.admission import admitted, refused
from tests.services.model.worlds import (
    Answer,
    Callers,
    Outcome,
    Spending,
    Step,
    Token,
    World,
)

SERVICE: Final = "monitor"
"""The service client that introspects, and has tokens of its own."""


@dataclass(frozen=True)
class SignIn(Step):
    """Begin a session."""

    username: str
    password: str

    def send(self, to: Callers) -> None:
        to.authentication.sign_in(Credentials(username=self.username, password=self.password))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        account = world.accounts.get(self.username)
        if account is None or account.password != self.password:
            yield Outcome(401, world, "invalid-credentials")
            return

        def learned(answer: Answer) -> World:
            known = replace(account, user_id=UUID(answer.body["user_id"]))
            begun = world.with_account(self.username, known)
            return given(begun, self.username, answer.body, answer.body["access_token"], world.now)

        yield Outcome(
            201,
            world,
            fits=lambda a: account.user_id in (None, UUID(a.body["user_id"])),
            learned=learned,
        )


def given(world: World, username: str, tokens: Any, session: str, at: float) -> World:
    """With the tokens that an answer has, made at a certain time."""
    user_id = world.accounts[username].user_id
    access = Token("access", at + ACCESS_SECONDS, username, user_id, session)
    refresh = Token("refresh", at + SESSION_SECONDS, username, user_id, session)
    return world.with_token(tokens["access_token"], access).with_token(
        tokens["refresh_token"], refresh
    )


@dataclass(frozen=True)
class Refresh(Step):
    """Spend a refresh token for new ones; a spent one ends its session, but for a repetition."""

    token: str
    key: str

    def send(self, to: Callers) -> None:
        wanted = TokenRequest(grant_type="refresh_token", refresh_token=self.token)
        key = f'"{self.key}"'
        to.authentication.issue_token(wanted, idempotency_key=key, credentials=None)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.live(self.token, "refresh")
        if token is None:
            yield Outcome(400, world, "invalid_grant")
        elif token.spent is None:
            yield self._given(world, token, Spending(self.key, world.now))
        elif self._repeats(world, token.spent):
            yield self._given(world, token, token.spent)
        else:
            ended = world.ending(lambda other: other.session == token.session)
            yield Outcome(400, ended, "invalid_grant")

    def _repeats(self, world: World, spent: Spending) -> bool:
        """Whether it is the same request once more, and nothing was done with what came of it."""
        access, refresh = (
            world.tokens.get(spent.access or ""),
            world.tokens.get(spent.refresh or ""),
        )
        used = any(each and each.ended for each in (access, refresh)) or (refresh and refresh.spent)
        return spent.key == self.key and world.now < spent.at + REPEAT_SECONDS and not used

    def _given(self, world: World, token: Token, how: Spending) -> Outcome:
        known = how.access, how.refresh

        def after(access: str | None, refresh: str | None) -> World:
            spent = replace(how, access=access, refresh=refresh)
            return world.with_token(self.token, replace(token, spent=spent))

        def learned(answer: Answer) -> World:
            told = (answer.body["access_token"], answer.body["refresh_token"])
            spent = after(*told)
            if known == told:
                return spent
            return given(spent, token.username or "", answer.body, token.session, how.at)

        def fits(answer: Answer) -> bool:
            told = (answer.body["access_token"], answer.body["refresh_token"])
            return known in ((None, None), told)

        return Outcome(200, after(*known), fits=fits, learned=learned)


@dataclass(frozen=True)
class Revoke(Step):
    """End a token; with a refresh token its session. Nobody ends what another client has."""

    token: str
    by_service: bool = False

    def send(self, to: Callers) -> None:
        request = RevocationRequest(token=self.token)
        if self.by_service:
            to.authentication.revoke_token(request)
        else:
            to.authentication.revoke_token(request, credentials=None)

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.live(self.token, "access", "refresh", "service")
        if token is None:
            yield Outcome(200, world)
        elif self.by_service and token.kind != "service":
            yield Outcome(400, world, "invalid_grant")
        elif not self.by_service and token.kind == "service":
            yield Outcome(401, world, "invalid_client")
        elif token.kind == "refresh":
            yield Outcome(200, world.ending(lambda other: other.session == token.session))
        else:
            yield Outcome(200, world.with_token(self.token, replace(token, ended=True)))


@dataclass(frozen=True)
class Introspect(Step):
    """Ask what a token stands for."""

    token: str

    def send(self, to: Callers) -> None:
        to.authentication.introspect_token(IntrospectionRequest(token=self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.live(self.token, "access", "service")
        if token is None:
            yield Outcome(200, world, fits=lambda a: a.body == {"active": False})
            return
        subject = str(token.user_id or SERVICE)
        said = {"active": True, "sub": subject, "exp": int(token.expires_at)}
        yield Outcome(
            200,
            world,
            fits=lambda a: (
                said.items() <= a.body.items() and a.body.get("username") == token.username
            ),
        )


@dataclass(frozen=True)
class IssueServiceToken(Step):
    """Give a service a token of its own."""

    def send(self, to: Callers) -> None:
        to.authentication.issue_token(TokenRequest(grant_type="client_credentials"))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = Token("service", world.now + ACCESS_SECONDS)
        yield Outcome(200, world, learned=lambda a: world.with_token(a.body["access_token"], token))


@dataclass(frozen=True)
class SignOut(Step):
    """End the token's session."""

    token: str
    is_admitted: bool = False

    def send(self, to: Callers) -> None:
        to.authentication.sign_out(credentials=Bearer(self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if not self.is_admitted and world.live(self.token, "access") is None:
            yield refused(world)
        else:
            session = world.tokens[self.token].session
            yield Outcome(204, world.ending(lambda other: other.session == session))

    def parts(self, answer: Answer) -> Sequence[tuple[Step, Answer]]:
        if answer.status != 204:
            return [(self, answer)]
        return admitted(replace(self, is_admitted=True), self.token, answer)
