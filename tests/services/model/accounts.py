"""Requests to authentication, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from hereabouts.authentication.models import (
    Credentials,
    IntrospectionRequest,
    NewUser,
    PasswordChange,
    RevocationRequest,
    TokenRequest,
)
from pactwright.client import Bearer
from pactwright.service.idempotency import LEASE_SECONDS, LIFE_SECONDS
from services.authentication.sessions import ACCESS_SECONDS, REPEAT_SECONDS, SESSION_SECONDS
from tests.services.model.worlds import (
    Account,
    Answer,
    Callers,
    Claim,
    Outcome,
    Spending,
    Step,
    Token,
    World,
    moment,
)

SERVICE: Final = "monitor"
"""The service client that introspects, and has tokens of its own."""


def refused(world: World) -> Outcome:
    """The token does not work."""
    return Outcome(401, world, "unauthenticated")


@dataclass(frozen=True)
class Register(Step):
    """Create an account, or be told again of the one that was created with the same key."""

    claims = True
    username: str
    password: str
    key: str
    has_claimed: bool = False

    def send(self, to: Callers) -> None:
        body = NewUser(username=self.username, password=self.password)
        to.authentication.register_user(body, idempotency_key=f'"{self.key}"')

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:
        claim = world.keys.get(self.key)
        if claim is not None and claim.expires_at > world.now:
            if claim.username != self.username:
                yield Outcome(422, world, "idempotency-key-reused")
                return
            if claim.leased_until is None:
                yield self._repeated(world)
                return
            if claim.leased_until > world.now and not self.has_claimed:
                yield Outcome(409, world, "idempotency-key-in-use")
                return
        yield from self._done(world)
        if disturbed:
            yield from self._leased(world)

    def parts(self, answer: Answer) -> Sequence[tuple[Step, Answer]]:
        """The key is claimed before the account is made, and others may see it so."""
        if answer.kind not in (None, "username-taken"):
            return [(self, answer)]
        return [(ClaimKey(self), Answer(200)), (replace(self, has_claimed=True), answer)]

    def leased(self, world: World) -> World:
        """With the key claimed, for as long as a function may run."""
        lease = Claim(self.username, world.now + LIFE_SECONDS, world.now + LEASE_SECONDS)
        return world.with_key(self.key, lease)

    def _repeated(self, world: World) -> Outcome:
        """Who made the account is told of it, as long as it is there."""
        account = world.accounts.get(self.username)
        if account is None or (account.key, account.password) != (self.key, self.password):
            return Outcome(422, world, "idempotency-key-reused")
        return self._told(world, account)

    def _done(self, world: World) -> Iterator[Outcome]:
        free = world.with_key(self.key, None)
        if self.username in world.accounts:
            yield Outcome(409, free, "username-taken")
            return
        account = Account(self.password, self.key, world.now)
        done = Claim(self.username, world.now + LIFE_SECONDS)
        yield self._told(free.with_key(self.key, done), account)

    def _leased(self, world: World) -> Iterator[Outcome]:
        """The key may stay claimed where it could not be given back."""
        leased = self.leased(world)
        yield Outcome(0, leased)
        if self.username in world.accounts:
            yield Outcome(409, leased, "username-taken")

    def _told(self, world: World, account: Account) -> Outcome:
        def after(user_id: UUID | None) -> World:
            return world.with_account(self.username, replace(account, user_id=user_id))

        return Outcome(
            201,
            after(account.user_id),
            fits=lambda a: (
                a.body["username"] == self.username
                and moment(a.body["created_at"]) == account.created_at
                and account.user_id in (None, UUID(a.body["user_id"]))
            ),
            learned=lambda a: after(UUID(a.body["user_id"])),
        )


@dataclass(frozen=True)
class ClaimKey(Step):
    """The part of a registration in which its key is claimed, or found to be done."""

    registration: Register

    def send(self, to: Callers) -> None:
        raise NotImplementedError("it is a part of a registration")

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        claim = world.keys.get(self.registration.key)
        known = claim is not None and claim.expires_at > world.now
        if known and claim and claim.leased_until is None:
            yield Outcome(200, world)
        elif not known or not claim or (claim.leased_until or 0) <= world.now:
            yield Outcome(200, self.registration.leased(world))


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
class WhoAmI(Step):
    """Ask whose token it is."""

    token: str

    def send(self, to: Callers) -> None:
        to.authentication.get_current_user(credentials=Bearer(self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.live(self.token, "access")
        if token is None:
            yield refused(world)
            return
        said = {"user_id": str(token.user_id), "username": token.username}
        yield Outcome(200, world, fits=lambda a: said.items() <= a.body.items())


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
class Admitted(Step):
    """The part of a request in which its token is looked at, and works."""

    token: str

    def send(self, to: Callers) -> None:
        raise NotImplementedError("it is a part of other requests")

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        if world.live(self.token, "access"):
            yield Outcome(200, world)


def admitted(step: Step, token: str, answer: Answer) -> Sequence[tuple[Step, Answer]]:
    """What an admitted request is done in: what it is for is done later than its token is read."""
    return [(Admitted(token), Answer(200)), (step, answer)]


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


@dataclass(frozen=True)
class ChangePassword(Step):
    """Set a new password; the user's other sessions end."""

    token: str
    current: str
    new: str
    is_admitted: bool = False

    def send(self, to: Callers) -> None:
        change = PasswordChange(current_password=self.current, new_password=self.new)
        to.authentication.change_password(change, credentials=Bearer(self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.tokens.get(self.token) if self.is_admitted else None
        token = token or world.live(self.token, "access")
        account = world.accounts.get(token.username or "") if token else None
        is_there = token is not None and account is not None and account.user_id == token.user_id
        if token is None or token.username is None or account is None or not is_there:
            yield refused(world)
            return
        if account.password != self.current:
            yield Outcome(403, world, "wrong-password")
            return
        if not world.has_session(token.session):
            yield refused(world)
            return
        changed = world.with_account(token.username, replace(account, password=self.new))
        yield Outcome(
            204,
            changed.ending(
                lambda other: other.username == token.username and other.session != token.session
            ),
        )

    def parts(self, answer: Answer) -> Sequence[tuple[Step, Answer]]:
        """The session has to be live until the password is changed; the token may be revoked."""
        if answer.status not in (204, 403):
            return [(self, answer)]
        return admitted(replace(self, is_admitted=True), self.token, answer)


@dataclass(frozen=True)
class DeleteAccount(Step):
    """Delete the account; its tokens end."""

    claims = True
    token: str
    is_admitted: bool = False

    def send(self, to: Callers) -> None:
        to.authentication.delete_current_user(credentials=Bearer(self.token))

    def outcomes(self, world: World, *, disturbed: bool) -> Iterator[Outcome]:  # noqa: ARG002
        token = world.tokens.get(self.token) if self.is_admitted else None
        token = token or world.live(self.token, "access")
        if token is None or token.username is None:
            yield refused(world)
            return
        account = world.accounts.get(token.username)
        is_there = account is not None and account.user_id == token.user_id
        yield Outcome(204, world.with_account(token.username, None) if is_there else world)

    def parts(self, answer: Answer) -> Sequence[tuple[Step, Answer]]:
        if answer.status != 204:
            return [(self, answer)]
        return admitted(replace(self, is_admitted=True), self.token, answer)
