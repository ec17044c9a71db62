"""Without a catalogue a text is its own translation; with one it is looked up, on the page and in Python alike."""

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template_string
from flask_babel import gettext, ngettext

from ocop_points.core.words import Words

PAGE = "{{ _('Điểm bán') }}|{{ _('%(n)s dòng & 100 %%', n='<b>') }}"


def app_with(folder: Path) -> Flask:
    app = Flask("words")
    app.config.update(BABEL_DEFAULT_LOCALE="vi", BABEL_TRANSLATION_DIRECTORIES=str(folder))
    Words().init_app(app)
    return app


@pytest.fixture
def translated(tmp_path: Path) -> Path:
    catalogue = Catalog(locale="vi")
    catalogue.add("Điểm bán", "Shop")
    made = BytesIO()
    write_mo(made, catalogue)
    place = tmp_path / "vi" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.mo").write_bytes(made.getvalue())
    return tmp_path


@pytest.mark.parametrize("with_one", [False, True])
def test_a_text_is_looked_up_where_there_is_a_catalogue(translated: Path, with_one: bool) -> None:
    app = app_with(translated if with_one else translated / "none")
    said = "Shop" if with_one else "Điểm bán"
    with app.test_request_context("/"):
        assert render_template_string(PAGE) == f"{said}|&lt;b&gt; dòng & 100 %"
        assert gettext("Điểm bán") == said
        assert gettext("%(n)s dòng, 100 %%", n=2) == "2 dòng, 100 %"
        assert gettext("100 %") == "100 %"
        assert ngettext("%(num)d ảnh", "%(num)d ảnh", 3) == "3 ảnh"
