"""Neither wording nor work tells whether an account exists."""

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask

from ocop_points.accounts import service
from ocop_points.core.db import write
from tests import people
from tests.browser import Browser, Page

Open = Callable[[str | None], Browser]
WRONG = "sai mật khẩu rồi"
UNKNOWN, KNOWN = "khong.co", "qni.canbo"


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that are checked, in order: a check is what takes the time."""
    checked: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(stored)
        return bool(real(self, stored, password))

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return checked


def attempt(browser: Open, name: str, password: str, status: int = 422) -> Page:
    return browser(None).sign_in(name, password, status=status)


def told(page: Page, name: str) -> tuple[int, str, list[str]]:
    """The answer without the name that was typed and what is random in every page."""
    text = re.sub(r"[\w-]+\.[\w-]{6}\.[\w-]{27}", "", page.text.replace(name, ""))
    return page.status, text, sorted(key for key, _value in page.answer.headers)


def test_the_answers_are_the_same(browser: Open) -> None:
    answers = [told(attempt(browser, UNKNOWN, WRONG), UNKNOWN)]
    answers.append(told(attempt(browser, KNOWN, WRONG), KNOWN))
    write(lambda: service.deactivate(people.user("officer"), by=people.user("admin")))
    answers.append(told(attempt(browser, KNOWN, WRONG), KNOWN))
    answers.append(told(attempt(browser, KNOWN, people.PASSWORD), KNOWN))
    assert all(answer == answers[0] for answer in answers)


def test_the_same_work_is_done(app: Flask, browser: Open, verified: list[str]) -> None:
    for name in (UNKNOWN, KNOWN, "x" * 40, "QNI.CANBO"):
        attempt(browser, name, WRONG)
    write(lambda: service.deactivate(people.user("officer"), by=people.user("admin")))
    attempt(browser, KNOWN, people.PASSWORD)
    assert len(verified) == 5
    parameters = {re.match(r"\$argon2id\$v=\d+\$[^$]+\$", stored)[0] for stored in verified}  # type: ignore[index]
    assert len(parameters) == 1


@pytest.mark.parametrize("name", [UNKNOWN, KNOWN])
def test_too_many_attempts_are_told_alike(browser: Open, verified: list[str], name: str) -> None:
    for _ in range(10):
        attempt(browser, name, WRONG)
    page = attempt(browser, name, people.PASSWORD, 429)
    assert "Sai quá nhiều lần. Đợi 15 phút rồi thử lại." in page.words
    assert len(verified) == 10


def test_locked_pages_are_the_same(browser: Open) -> None:
    answers = []
    for name in (UNKNOWN, KNOWN):
        for _ in range(10):
            attempt(browser, name, WRONG)
        answers.append(told(attempt(browser, name, WRONG, 429), name))
    assert answers[0] == answers[1]
