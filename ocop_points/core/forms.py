"""Forms: Vietnamese input and messages, the one-time key, conflicts, and carrying a verb out."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from wtforms import BooleanField, Field

from ocop_points.core import htmx, once
from ocop_points.core.db import write
from ocop_points.core.errors import Conflict, Refused
from ocop_points.core.fields import Carried, ParsedField

RESTORED = "_restored"
_PLUMBING = {"csrf_token", once.KEY_FIELD, "version", "seen"}


class Done(NamedTuple):
    """What a verb led to: the page to go to, and what to say there."""

    location: str
    message: str | Markup = ""
    category: str = "ok"


@dataclass(frozen=True)
class FieldConflict:
    """Two texts for one field; `prefer` is the one that was changed since the form was opened."""

    field: Any
    theirs: str
    mine: str
    prefer: str


class BaseForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """A form with a one-time key; `form_errors` are refusals of the whole form."""

    form_key = Carried()
    version = Carried()
    seen = Carried()

    # Fields that help to fill the form in and are no part of the record.
    helpers: frozenset[str] = frozenset()

    def __init__(self, *args: Any, obj: Any = None, fresh: bool = False, **kwargs: Any) -> None:
        """`fresh`: another form than the one that was sent, for the answer to a POST."""
        self.record = obj
        self.conflicts: dict[str, FieldConflict] = {}
        self.restored = RESTORED in request.form and not fresh
        sent = None if fresh else self._chosen(request.form, obj)
        super().__init__(sent, *args, obj=obj, **kwargs)
        if fresh or not self.is_submitted():
            self.renew_key()
            if obj is not None and hasattr(obj, "version"):
                self.version.data = str(obj.version)
                self.seen.data = self._digests()

    def _chosen(self, sent: ImmutableMultiDict[str, str], obj: Any) -> Any:
        """The form as sent, with the record's value where the user chose theirs in a conflict."""
        if request.method not in {"POST", "PUT"}:
            return None
        theirs = [name for name in type(self)._names() if sent.get(f"choose-{name}") == "theirs"]
        files = request.files
        merged: MultiDict[str, Any] = MultiDict(sent)
        merged.update(files)
        if theirs and obj is not None:
            current = type(self)._of_record(obj, self)
            for name in theirs:
                merged.setlist(name, raw_values(current[name]))
        return ImmutableMultiDict(merged)

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in dir(cls) if hasattr(getattr(cls, name), "field_class")]

    @classmethod
    def _of_record(cls, obj: Any, like: "BaseForm") -> Any:
        blank = cls.__new__(cls)
        blank.record, blank.conflicts, blank.restored = obj, {}, False
        FlaskForm.__init__(blank, None, obj=obj)
        return blank

    def renew_key(self) -> None:
        """Give the form a new key: at its first showing, and after a key was used up."""
        if current_user.is_authenticated:
            self.form_key.data = once.new_key(current_user.id)
            self.form_key.raw_data = None

    @property
    def failed(self) -> bool:
        return bool(self.errors)

    def validate(self, extra_validators: Any = None) -> bool:
        """A form that was only brought back after signing in again is shown, not carried out."""
        valid = bool(super().validate(extra_validators))
        if self.restored:
            for field in self:
                field.errors = []
            return False
        return valid

    def refuse(self, error: Refused) -> None:
        """Show a refusal at its field, or above the form."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    def guard_version(self, record: Any) -> None:
        """Call inside the verb: raises Conflict when the record moved on since the form was opened."""
        if self.version.data != str(record.version):
            raise Conflict(record)

    def show_conflict(self, record: Any) -> None:
        """Set both texts beside each other; the next sending counts against the record as it is now."""
        current = type(self)._of_record(record, self)
        seen = dict(part.split("=", 1) for part in (self.seen.data or "").split(",") if "=" in part)
        for name, field in self._content():
            if name not in current or raw_values(field) == raw_values(current[name]):
                continue
            if hasattr(field, "choices"):
                current[name].choices = field.choices
            prefer = "theirs" if seen.get(name) == _digest(raw_values(field)) else "mine"
            texts = self.in_words(name, current[name]), self.in_words(name, field)
            self.conflicts[name] = FieldConflict(field, *texts, prefer)
        self.version.data = str(record.version)
        self.version.raw_data = None
        self.seen.data, self.seen.raw_data = current._digests(), None

    def in_words(self, _name: str, field: Any) -> str:
        """A field's content for somebody who compares two texts."""
        return shown(field)

    def _content(self) -> list[tuple[str, Any]]:
        return [
            (name, field)
            for name, field in self._fields.items()
            if name not in _PLUMBING and name not in self.helpers
        ]

    def _digests(self) -> str:
        return ",".join(f"{name}={_digest(raw_values(field))}" for name, field in self._content())


class ConfirmForm(BaseForm):
    """Nothing but the question."""


def raw_values(field: Field) -> list[str]:
    """A field's content as a browser would send it."""
    if isinstance(field, BooleanField):
        return ["y"] if field.data else []
    data = field.data
    if isinstance(data, list | tuple | set):
        return sorted(str(getattr(one, "value", one)) for one in data)
    if isinstance(field, ParsedField):
        return [field.show(data)] if data is not None else []
    text = "" if data is None else str(getattr(data, "value", data))
    return [text] if text else []


def shown(field: Field) -> str:
    """A field's content in words, for the two columns of a conflict."""
    if isinstance(field, BooleanField):
        return str(_("có") if field.data else _("không"))
    chosen = set(raw_values(field))
    options = getattr(field, "choices", None)
    if options:
        labels = [str(text) for key, text in options if str(getattr(key, "value", key)) in chosen]
        return ", ".join(labels) or _("(để trống)")
    return ", ".join(raw_values(field)) or _("(để trống)")


def _digest(values: list[str]) -> str:
    return hashlib.sha256("\n".join(values).encode(errors="replace")).hexdigest()[:8]


def carry_out(form: BaseForm, verb: Callable[[], Done], *, device: bool = False) -> Response | None:
    """Run a verb once for this form, in one locked transaction.

    The answer is a redirect to where it led. None means that the form now says why it was refused: show it
    again with `answer_form`. A form sent twice leads to the first result. `device`: the key may be
    one that the page made without network.
    """
    user_id, key, body = current_user.id, form.form_key.data or "", once.body_hash()
    if once.owner_of(key, device=device) != user_id:
        form.renew_key()
        form.refuse(Refused(_("Biểu mẫu này đã cũ. Kiểm tra lại rồi gửi lần nữa.")))
        return None

    def once_only() -> Done:
        first = once.first_result(user_id, key, body)
        if first is not None:
            return Done(first)
        done = verb()
        once.remember(user_id, key, body, done.location)
        return done

    try:
        done = write(once_only)
    except once.Resent as resent:
        form.renew_key()
        form.refuse(Refused(_resent_message(resent.location)))
    except Conflict as conflict:
        form.show_conflict(conflict.record)
        form.refuse(conflict)
    except Refused as refused:
        form.refuse(refused)
    else:
        if done.message:
            flash(done.message, done.category)
        return htmx.go_to(done.location)
    return None


def _resent_message(location: str) -> Markup:
    return Markup('{} <a href="{}">{}</a>').format(
        _("Biểu mẫu này đã được gửi với nội dung khác. Muốn gửi thêm bản này thì bấm gửi lần nữa."),
        location,
        _("Xem bản đã gửi"),
    )


def answer_form(template: str, form: BaseForm, /, **context: Any) -> Response:
    """Show a form: 200 when it is opened, 422 as typed when something must be mended."""
    status = 422 if form.is_submitted() and form.errors else 200
    page = render_template(template, form=form, failed=status == 422, **context)
    return make_response(page, status)


def ask(form: BaseForm, verb: Callable[[], Done], /, **words: Any) -> Response:
    """The page that asks before something is done, and its answer: `words` are what shared/confirm.html shows.

    They are made before the verb, and so of plain text: what a refused verb had read was rolled back.
    """
    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form("shared/confirm.html", form, **words)
