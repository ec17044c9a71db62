"""Verbs of the contacts of a supplier."""

from dataclasses import asdict, dataclass

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import assign, created, record
from ocop_points.catalogue.contacts_models import SupplierContact
from ocop_points.catalogue.merges_queries import contacts_of
from ocop_points.catalogue.models import Supplier
from ocop_points.core.db import db
from ocop_points.core.errors import Refused

MOST_CONTACTS = 10


@dataclass(frozen=True)
class ContactFacts:
    """Who it is and how to reach them: a telephone number, an e-mail address, or both."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


def add_contact(supplier: Supplier, facts: ContactFacts, *, by: User) -> SupplierContact:
    """Add a contact. Raises Refused for too many, or one that cannot be reached."""
    _refuse_unreachable(facts)
    if len(contacts_of([supplier.id])[supplier.id]) >= MOST_CONTACTS:
        raise Refused(_("Mỗi đơn vị tối đa %(n)d người liên hệ", n=MOST_CONTACTS))
    made = SupplierContact(**asdict(facts), supplier_id=supplier.id, version=1)
    db.session.add(made)
    db.session.flush()
    changes = _told(created(asdict(facts)))
    record(Action.CONTACT_ADDED, supplier.subject(), by=by, changes=changes)
    return made


def edit_contact(contact: SupplierContact, facts: ContactFacts, *, by: User) -> None:
    """Change a contact; its supplier is loaded. Raises Refused for one that cannot be reached."""
    _refuse_unreachable(facts)
    before = contact.name
    changes = assign(contact, asdict(facts))
    if changes:
        contact.version += 1
        changes.setdefault("name", [before, before])
        record(Action.CONTACT_EDITED, contact.supplier.subject(), by=by, changes=_told(changes))


def remove_contact(contact: SupplierContact, *, by: User) -> None:
    """Take a contact off; its supplier is loaded."""
    subject, name = contact.supplier.subject(), contact.name
    db.session.delete(contact)
    db.session.flush()
    record(Action.CONTACT_REMOVED, subject, by=by, changes={"name": [name, None]})


def _told(changes: dict[str, list[object]]) -> dict[str, list[object]]:
    """`role` is a user's role elsewhere in the audit."""
    return {"contact_role" if name == "role" else name: pair for name, pair in changes.items()}


def _refuse_unreachable(facts: ContactFacts) -> None:
    if not (facts.phone or facts.email):
        raise Refused(_("Ghi điện thoại hoặc thư điện tử"), "phone")
