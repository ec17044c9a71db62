"""The weekly letter: the list of the home page, as somebody reads it who is not signed in."""

from dataclasses import dataclass
from urllib.parse import urljoin

from flask import render_template, url_for
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.core.mail import Letter
from ocop_points.core.text import clean
from ocop_points.desk.home import home_of
from ocop_points.desk.waiting import SHOWN, Group


@dataclass(frozen=True)
class Entry:
    """One thing that waits, on one line, with its whole address."""

    title: str
    meta: str
    when: str
    url: str


@dataclass(frozen=True)
class Part:
    """Things of one kind; `count` in words; `more_url` leads to all of them, "" where there is no such list."""

    title: str
    count: str
    entries: list[Entry]
    more_url: str


def letter_to(user: User, public_url: str) -> Letter | None:
    """What waits for the user today, or None: nobody is written to about nothing.

    Addresses are made whole with `public_url`, whose request context must be there.
    """
    parts = [_part(group, public_url) for group in home_of(user).groups if group.work]
    if not parts:
        return None
    stop_url = urljoin(public_url, url_for("accounts.profile"))
    said = {
        "name": user.full_name,
        "day": vi_date(clock.today()),
        "parts": parts,
        "home_url": urljoin(public_url, url_for("desk.home")),
        "stop_url": stop_url,
    }
    return Letter(
        subject=_("Điểm OCOP: việc đang chờ bạn, %(day)s", day=said["day"]),
        text=render_template("mail/reminder.txt", **said),
        html=render_template("mail/reminder.html", **said),
        stop_url=stop_url,
    )


def _part(group: Group, public_url: str) -> Part:
    entries = [
        Entry(
            clean(str(item.title)),
            clean(str(item.meta)),
            clean(str(item.when)),
            urljoin(public_url, item.url),
        )
        for item in group.items
    ]
    more = urljoin(public_url, group.more) if group.more else ""
    return Part(str(group.title), _count(group), entries, more)


def _count(group: Group) -> str:
    """How many; where the page itself shows the first ones only, that they are the first."""
    if group.total is None and len(group.items) >= SHOWN:
        return _("%(n)s việc đầu", n=SHOWN)
    return vi_number(group.count)
