"""Requests to authentication about accounts, and what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from hereabouts.authentication.models import (
    NewUser,
    PasswordChange,
)
from pactwright.client import Bearer
from pactwright.service.idempotency import LEASE_SECONDS, LIFE_SECONDS
from tests.services.model.admission import admitted, refused
from tests.services.model.worlds import (
    Account,
    Answer,
    Callers,
    Claim,
    Outcome,
    Step,
    World,
    moment,
)


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
