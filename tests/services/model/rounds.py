"""What is done at once, by chance, to the same few things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final
from uuid import UUID

from tests.services.model import accounts, places, profiles, sessions, showings
from tests.services.model.histories import History, play_together
from tests.services.model.players import Player
from tests.services.model.worlds import Step

THREADS: Final = 3
STEPS: Final = 3
FIRST: Final = "tram 28 climbs to Graça"
SECOND: Final = "the ferry leaves at seven"
THIRD: Final = "no bus on Sundays, ever"

Prepared = Callable[[Random], Step]
"""Makes a step, by chance."""


def signed_in(player: Player, name: str, password: str = FIRST) -> tuple[str, str, UUID]:
    """Sign in: the access token, the refresh token, and who it is."""
    tokens = player.play(sessions.SignIn(name, password)).body
    return tokens["access_token"], tokens["refresh_token"], UUID(tokens["user_id"])


def two_sessions(player: Player, number: int) -> Prepared:
    """One account with two sessions, whose tokens are spent, revoked and asked about."""
    name = f"ines-{number}"
    player.play(accounts.Register(name, FIRST, f"the-first-key-of-{name}"))
    access, refresh, _ = signed_in(player, name)
    other, kept, _ = signed_in(player, name)
    usual: list[Step] = [
        sessions.Refresh(refresh, f"some-key-of-{name}"),
        sessions.Refresh(kept, f"other-key-of-{name}"),
        sessions.Introspect(access),
        accounts.WhoAmI(other),
        sessions.SignIn(name, FIRST),
    ]
    rare: list[Step] = [
        sessions.Revoke(refresh),
        sessions.Revoke(access),
        sessions.SignOut(other),
        accounts.ChangePassword(access, FIRST, SECOND),
        accounts.ChangePassword(other, FIRST, THIRD),
        accounts.DeleteAccount(other),
        accounts.Register(name, SECOND, f"the-second-key-of-{name}"),
    ]
    return lambda random: random.choice([*usual, *usual, *rare])


def handles(player: Player, number: int) -> Prepared:
    """Two profiles, whose owners want the same handles."""
    people = []
    for name in (f"kamau-{number}", f"yuki-{number}"):
        player.play(accounts.Register(name, FIRST, f"the-first-key-of-{name}"))
        access, _, user_id = signed_in(player, name)
        people.append((access, user_id))
        own = profiles.PutProfile(access, user_id, name.replace("-", "_"), name)
        player.play(own)
    wanted = (f"one_{number}", f"two_{number}")

    def step(random: Random) -> Step:
        token, user_id = random.choice(people)
        handle = random.choice(wanted)
        (world, *_) = player.worlds
        profile = world.profiles.get(user_id)
        tag = f'"{profile.revision}-x"' if profile and profile.revision else "*"
        changes = {"handle": handle, "bio": f"{random.random()}"}
        kinds: list[Step] = [
            profiles.PatchProfile(token, user_id, changes),
            profiles.PatchProfile(token, user_id, {"bio": f"{random.random()}"}, tag),
            profiles.PutProfile(token, user_id, handle, f"{random.random()}", if_match=tag),
            profiles.PutProfile(token, user_id, handle, f"{random.random()}", create=True),
            profiles.DeleteProfile(token, user_id),
            showings.FindProfile(handle),
            showings.GetProfile(user_id),
        ]
        return random.choice(kinds)

    return step


def whereabouts(player: Player, number: int) -> Prepared:
    """One location, written with and without conditions."""
    name = f"asha-{number}"
    player.play(accounts.Register(name, FIRST, f"the-first-key-of-{name}"))
    token, _, user_id = signed_in(player, name)
    player.play(places.PutLocation(token, user_id, places.Where(1.0, 2.0)))

    def step(random: Random) -> Step:
        (world, *_) = player.worlds
        place = world.places.get(user_id)
        tag = f'"{place.revision}"' if place else "*"
        where = places.Where(float(random.randrange(90)), 3.0)
        kinds: list[Step] = [
            places.PutLocation(token, user_id, where),
            places.PutLocation(token, user_id, where, if_match=tag),
            places.PutLocation(token, user_id, where, if_match=tag),
            places.PutLocation(token, user_id, where, create=True),
            places.DeleteLocation(token, user_id, tag),
            places.DeleteLocation(token, user_id),
            places.GetLocation(token, user_id),
        ]
        return random.choice(kinds)

    return step


KINDS: Final = {"sessions": two_sessions, "handles": handles, "whereabouts": whereabouts}


def play_rounds(
    player: Player, prepare: Callable[[Player, int], Prepared], numbers: Sequence[int]
) -> None:
    """Play rounds of steps at once, one after the other.

    Args:
        player: plays what comes before each.
        prepare: makes what a round is about.
        numbers: of the rounds; each is drawn by its number.
    """
    history = History([player.asker() for _ in range(THREADS)])
    for number in numbers:
        prepared, random = prepare(player, number), Random(number)  # noqa: S311 - reproducible
        steps = [[prepared(random) for _ in range(STEPS)] for _ in range(THREADS)]
        play_together(player, history, steps)
