"""Passwords: how they are kept, and which are too easy to guess.

Hashing follows the OWASP Password Storage Cheat Sheet (argon2id); the rules follow NIST SP 800-63B
section 3.1.1: long, no composition rules, common ones refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class HashParameters:
    """What argon2id costs.

    Attributes:
        time_cost: passes over the memory.
        memory_cost: memory in KiB.
        parallelism: lanes.
    """

    time_cost: int
    memory_cost: int
    parallelism: int


OWASP: Final = HashParameters(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB, two passes, one lane: OWASP's first choice for a server."""

ONLY_FOR_TESTING: Final = HashParameters(time_cost=1, memory_cost=8, parallelism=1)
"""As little as argon2 takes. Hashes made with it protect nobody."""


class Passwords:
    """Hashes passwords and checks them.

    A check takes as long for a user who doesn't exist as for one who does: pass None as the hash.
    """

    def __init__(self, parameters: HashParameters = OWASP) -> None:
        self._hasher = PasswordHasher(
            time_cost=parameters.time_cost,
            memory_cost=parameters.memory_cost,
            parallelism=parameters.parallelism,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._nobody = self._hasher.hash("the hash of nobody's password")

    def hash(self, password: str) -> str:
        """The password's hash, with its salt and parameters, in PHC string format."""
        return self._hasher.hash(_normal(password))

    def are_outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(stored)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether it is the password of that hash; never with None, after the same work."""
        try:
            matches = self._hasher.verify(stored or self._nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return matches and stored is not None


def _normal(password: str) -> str:
    """One form for what keyboards and systems write in several (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password)


_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
_WORDS: Final = (
    "password|passwort|passphrase|motdepasse|contrasena|senha|iloveyou|ilove|letmein|welcome|admin|"
    "administrator|root|user|guest|login|master|monkey|dragon|sunshine|princess|football|baseball|"
    "superman|batman|trustno|shadow|michael|jordan|hello|secret|access|changeme|default|test|"
    "testing|qwerty|please|forever|computer|internet|pokemon|starwars|whatever|freedom|hereabouts|"
    "correcthorsebatterystaple|thequickbrownfox|jumpsoverthelazydog|my|the|is|me|you|this|not|a|i"
)
_COMMON_WORD: Final = re.compile(_WORDS)
_LEET: Final = str.maketrans("@4310$57!", "aaeiosstl")
_SHORTEST_RUN: Final = 4
_ENOUGH: Final = 6


def is_common(password: str, username: str = "") -> bool:
    """Whether the password is one of the first that others would try.

    At 15 characters or more, what people choose and lists hold is built from few parts: the
    username, common words, runs along the keyboard or the alphabet, repetitions. These are taken
    out; a password is common where fewer than six characters are left.
    """
    folded = password.casefold()
    candidates = {_letters(folded), _letters(folded.translate(_LEET))}
    names = [_letters(username.casefold())] if username else []
    return any(len(_without_repetition(_leftover(c, names))) < _ENOUGH for c in candidates)


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


def _leftover(text: str, names: list[str]) -> str:
    for name in filter(None, names):
        text = text.replace(name, "")
    return _COMMON_WORD.sub("", _without_runs(text)) if text else ""


def _without_runs(text: str) -> str:
    kept, position = "", 0
    while position < len(text):
        length = _run(text[position:])
        if length < _SHORTEST_RUN:
            kept, length = kept + text[position], 1
        position += length
    return kept


def _run(text: str) -> int:
    """How many characters from the start go along a row, forwards or backwards."""
    longest = 1
    for row in _ROWS:
        for direction in (row, row[::-1]):
            start = direction.find(text[0])
            while start != -1:
                length = 1
                while direction[start : start + length + 1] == text[: length + 1] and (
                    length < len(text) and start + length < len(direction)
                ):
                    length += 1
                longest = max(longest, length)
                start = direction.find(text[0], start + 1)
    return longest


def _without_repetition(text: str) -> str:
    """The shortest unit that the text is a repetition of, cut off at the end or not."""
    for length in range(1, len(text) // 2 + 1):
        unit = text[:length]
        if (unit * (len(text) // length + 1))[: len(text)] == text:
            return unit
    return text
