"""The words of the screen. What stands in `_()` is Vietnamese, and its own translation while there is no catalogue.

Flask-Babel looks for catalogues on the disk at each request, and for context, locale and catalogue at each word: a
sixth of a page's time, to give the same word back. So without any catalogue it is not asked; with one it is, as usual.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain
from markupsafe import Markup


class _AsWritten(Domain):  # type: ignore[misc]  # the library has no types
    """Every text as it stands in the source."""

    def gettext(self, string: str, **variables: Any) -> str:
        return string % variables if variables else string

    def ngettext(self, singular: str, plural: str, num: int, **variables: Any) -> str:
        return (singular if num == 1 else plural) % {"num": num, **variables}


class Words(Babel):  # type: ignore[misc]  # the library has no types
    """Flask-Babel with one domain a process, not one a request."""

    def init_app(self, app: Flask, *args: Any, **kwargs: Any) -> None:
        super().init_app(app, *args, **kwargs)
        folders = app.extensions["babel"].translation_directories
        if any(True for folder in folders for _found in Path(folder).glob("*/LC_MESSAGES/*.mo")):
            self._domain = Domain()
            return
        self._domain = _AsWritten()
        app.jinja_env.globals.update(_=_in_page, gettext=_in_page)

    @property
    def domain_instance(self) -> Domain:
        return self._domain


@lru_cache(maxsize=4096)
def _markup(text: str) -> Markup:
    return Markup(text)  # noqa: S704  # a text of a template, as Jinja's own gettext takes it


def _in_page(text: str, /, **variables: Any) -> Markup:
    """As Jinja's new-style gettext: the text is markup, what is put into it is escaped."""
    return _markup(text) % variables if variables or "%" in text else _markup(text)
