"""Who may change whom, what a password must be, when a session has been idle too long. Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from ocop_points.core.access import Role
from ocop_points.core.text import fold

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# The first words that somebody tries here (ASVS 5.0, 6.2.11); folded, without spaces.
_PROGRAMME_WORDS = ("ocop", "congthuong")
USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38}[a-z0-9])")

FAILURE_WINDOW = timedelta(minutes=15)
MOST_FAILURES = 10
MOST_FAILURES_OF_ADDRESS = 100

IDLE_IN_OFFICE = timedelta(minutes=60)
IDLE_IN_FIELD = timedelta(hours=12)
LONGEST_SESSION = timedelta(
    days=7
)  # however busy: a stolen session ends without anybody noticing it


class WeakPassword(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    HAS_USERNAME = "has_username"
    OF_THE_PROGRAMME = "of_the_programme"


@dataclass(frozen=True)
class Standing:
    """What decides about rights between two users: role, reach, points."""

    user_id: int
    role: Role
    localities: frozenset[int]
    point_localities: frozenset[int] = frozenset()

    @property
    def reach(self) -> frozenset[int]:
        """The localities this user touches: an operator's are those of the points."""
        return self.localities | self.point_localities


def weakness(password: str, username: str) -> WeakPassword | None:
    """Why this password may not be used, or None. At least 12 characters, none of the common ones (RULES.md §7)."""
    if len(password) < SHORTEST_PASSWORD:
        return WeakPassword.TOO_SHORT
    if len(password) > LONGEST_PASSWORD:
        return WeakPassword.TOO_LONG
    folded = fold(password)
    if folded in common_passwords() or len(set(folded)) <= 3:
        return WeakPassword.COMMON
    if username and fold(username) in folded:
        return WeakPassword.HAS_USERNAME
    if any(word in folded.replace(" ", "") for word in _PROGRAMME_WORDS):
        return WeakPassword.OF_THE_PROGRAMME
    return None


@cache
def common_passwords() -> frozenset[str]:
    """Known common passwords that are long enough to pass the length check."""
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(fold(line) for line in path.read_text(encoding="utf-8").splitlines() if line)


def roles_given_by(role: Role) -> tuple[Role, ...]:
    """Which roles this role may give (RULES.md §1)."""
    if role is Role.MINISTRY_ADMIN:
        return (
            Role.MANAGER,
            Role.OFFICER,
            Role.OPERATOR,
            Role.MINISTRY_VIEWER,
            Role.MINISTRY_ADMIN,
        )
    if role is Role.MANAGER:
        return (Role.OFFICER, Role.OPERATOR)
    return ()


def may_edit(actor: Standing, target: Standing) -> bool:
    """May actor change target? Nobody themselves, an equal or a superior (RULES.md §1).

    The ministry administrator edits everybody below; a manager only officers and operators whose whole reach
    lies inside the manager's.
    """
    if actor.user_id == target.user_id or target.role is Role.MINISTRY_ADMIN:
        return False
    if actor.role is Role.MINISTRY_ADMIN:
        return True
    return may_give(actor, target.role, target.reach)


def may_give(actor: Standing, role: Role, reach: Set[int]) -> bool:
    """May actor make a user of this role with this reach?"""
    if role not in roles_given_by(actor.role):
        return False
    if actor.role is Role.MINISTRY_ADMIN:
        return True
    return bool(reach) and set(reach) <= actor.localities


def reach_when_joined(role: Role, held: Set[int], both: Set[int]) -> frozenset[int]:
    """What somebody reaches after two departments became one, whose localities together are `both`.

    A manager of either answers for all of it from then on. An officer keeps their localities until the manager gives
    more: nobody else's desk fills up overnight, and nobody reaches less than before.
    """
    return frozenset(held | both) if role is Role.MANAGER and held & both else frozenset(held)


def idle_limit(*, in_field: bool) -> timedelta:
    """How long a session may rest: 60 minutes in the office, 12 hours on a checklist (RULES.md §7)."""
    return IDLE_IN_FIELD if in_field else IDLE_IN_OFFICE
