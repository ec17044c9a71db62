"""What is written down: the actions, and which fields each may carry."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

POINT_FIELDS = frozenset(
    {
        "code", "name", "kind_code", "ward_code", "address", "area_dm2", "latitude", "longitude",
        "operator_name", "operator_kind", "operator_tax_code", "accounting_regime", "representative",
        "phone", "phone_public", "opening_hours", "opened_on", "moit_supported", "status",
    }
)  # fmt: skip
USER_FIELDS = frozenset(
    {
        "username",
        "full_name",
        "position",
        "unit_name",
        "phone",
        "email",
        "reminders",
        "role",
        "localities",
        "points",
        "active",
    }
)
SUPPLIER_FIELDS = frozenset(
    {
        "kind", "name", "tax_code", "representative", "phone", "address", "ward_code", "active",
        "locality",
    }
)  # fmt: skip
PRODUCT_FIELDS = frozenset(
    {
        "code", "name", "producer", "group148", "old_group", "specification", "base_unit", "units",
        "barcode", "basis_b", "basis_b_paper", "basis_b_on", "basis_b_issuer", "basis_c", "basis_c_paper",
        "basis_c_on", "basis_c_issuer", "basis_d", "basis_d_paper", "basis_d_on", "basis_d_issuer",
        "shelf_life_days", "shelf_life_months", "reference_price", "active", "locality",
    }
)  # fmt: skip
SUPPORT_FIELDS = frozenset(
    {
        "support_source", "programme_year", "purpose", "amount", "decision_number", "decided_on",
        "acceptance_number", "accepted_on", "keep_open_until", "note",
    }
)  # fmt: skip
EDITION_FIELDS = frozenset(
    {
        "code", "title", "legal_number", "legal_issued_on", "legal_issuer", "valid_from", "valid_to",
        "mandatory_lines", "minimum_score",
    }
)  # fmt: skip
SECTION_FIELDS = frozenset({"section", "code", "title", "note", "minimum_score"})
LINE_FIELDS = frozenset(
    {
        "criterion", "section", "code", "line_kind", "text", "mandatory", "confirmed", "source",
        "allows_na", "photo_rule", "weight", "minimum", "maximum", "unit", "measure", "measure_by",
        "measure_stars", "measure_bases", "measure_least", "measure_most", "guidance", "choices",
    }
)  # fmt: skip
NOTHING: frozenset[str] = frozenset()


class Action(StrEnum):
    """Every change that leaves a row."""

    INSTALLED = "installation.installed"
    BACKUP_TAKEN = "installation.backup_taken"
    REFERENCE_LOADED = "reference.loaded"
    SIGNED_IN = "user.signed_in"
    SIGNED_OUT_EVERYWHERE = "user.signed_out_everywhere"
    USER_CREATED = "user.created"
    USER_EDITED = "user.edited"
    USER_DEACTIVATED = "user.deactivated"
    USER_REACTIVATED = "user.reactivated"
    PASSWORD_CHANGED = "user.password_changed"
    PASSWORD_RESET = "user.password_reset"
    LOCALITY_EDITED = "locality.edited"
    DEPARTMENT_EDITED = "department.edited"
    DEPARTMENT_MERGED = "department.merged"
    POINT_REGISTERED = "point.registered"
    POINT_EDITED = "point.edited"
    POINT_SURVEYED = "point.surveyed"
    POINT_CHOSEN = "point.chosen"
    POINT_REFUSED = "point.refused"
    POINT_OPENED = "point.opened"
    POINT_SUSPENDED = "point.suspended"
    POINT_RESUMED = "point.resumed"
    POINT_CLOSED = "point.closed"
    POINTS_IMPORTED = "points.imported"
    FILE_SENT = "file.sent"
    FILE_AGREED = "file.agreed"
    FILE_OFFERED_AGAIN = "file.offered_again"
    FILE_FORGOTTEN = "file.forgotten"
    FILE_IMPORTED = "file.imported"
    POINT_RESULT_SET = "point.result_set"
    POINT_DUTY_SET = "point.duty_set"
    TOURISM_ADDED = "point.tourism_added"
    TOURISM_EDITED = "point.tourism_edited"
    TOURISM_REMOVED = "point.tourism_removed"
    SUPPORT_ADDED = "support.added"
    SUPPORT_EDITED = "support.edited"
    SUPPORT_REMOVED = "support.removed"
    SUPPORT_PAID = "support.paid"
    SUPPORT_PAYMENT_REMOVED = "support.payment_removed"
    GUIDANCE_ADDED = "guidance.added"
    GUIDANCE_EDITED = "guidance.edited"
    GUIDANCE_REMOVED = "guidance.removed"
    FILES_SWEPT = "files.swept"
    PHOTOS_ADDED = "visit.photos_added"
    PHOTO_EDITED = "visit.photo_edited"
    PHOTO_REMOVED = "visit.photo_removed"
    MINUTES_MADE = "visit.minutes_made"
    SCAN_ATTACHED = "visit.scan_attached"
    SCAN_REMOVED = "visit.scan_removed"
    CRITERIA_LOADED = "criteria.loaded"
    CRITERIA_DRAFTED = "criteria.drafted"
    CRITERIA_EDITED = "criteria.edited"
    CRITERIA_SECTION_ADDED = "criteria.section_added"
    CRITERIA_SECTION_EDITED = "criteria.section_edited"
    CRITERIA_SECTION_REMOVED = "criteria.section_removed"
    CRITERIA_LINE_ADDED = "criteria.line_added"
    CRITERIA_LINE_EDITED = "criteria.line_edited"
    CRITERIA_LINE_REMOVED = "criteria.line_removed"
    CRITERIA_MOVED = "criteria.moved"
    CRITERIA_REPLACED = "criteria.replaced"
    CRITERIA_DRAFT_DELETED = "criteria.draft_deleted"
    CRITERIA_PUBLISHED = "criteria.published"
    CRITERIA_RETIRED = "criteria.retired"
    CRITERIA_FROZEN = "criteria.frozen"
    SUPPLIER_REGISTERED = "supplier.registered"
    SUPPLIER_EDITED = "supplier.edited"
    SUPPLIER_MERGED = "supplier.merged"
    SUPPLIERS_APART = "supplier.apart"
    CONTACT_ADDED = "supplier.contact_added"
    CONTACT_EDITED = "supplier.contact_edited"
    CONTACT_REMOVED = "supplier.contact_removed"
    PRODUCT_REGISTERED = "product.registered"
    PRODUCT_EDITED = "product.edited"
    PRODUCT_PICTURE_SET = "product.picture_set"
    CERTIFICATE_ADDED = "certificate.added"
    CERTIFICATE_WITHDRAWN = "certificate.withdrawn"
    CERTIFICATE_CORRECTED = "certificate.corrected"
    CERTIFICATE_REMOVED = "certificate.removed"
    NOTICE_SENT = "certificate.notice_sent"
    NOTICE_TAKEN_BACK = "certificate.notice_taken_back"
    CATALOGUE_SCAN_ADDED = "product.scan_added"
    CATALOGUE_SCAN_REMOVED = "product.scan_removed"
    AGREEMENT_WRITTEN = "agreement.written"
    AGREEMENT_CHANGED = "agreement.changed"
    AGREEMENT_PRICED = "agreement.priced"
    AGREEMENT_ENDED = "agreement.ended"
    AGREEMENT_SCAN_ADDED = "agreement.scan_added"
    AGREEMENT_SCAN_REMOVED = "agreement.scan_removed"
    REPORT_WRITTEN = "report.written"
    REPORT_SUBMITTED = "report.submitted"
    REPORT_RETURNED = "report.returned"
    REPORT_ACCEPTED = "report.accepted"
    VISIT_PLANNED = "visit.planned"
    VISIT_STARTED = "visit.started"
    VISIT_EDITED = "visit.edited"
    VISIT_ANSWERED = "visit.answered"
    VISIT_SUBMITTED = "visit.submitted"
    VISIT_WITHDRAWN = "visit.withdrawn"
    VISIT_APPROVED = "visit.approved"
    VISIT_RETURNED = "visit.returned"
    VISIT_VOIDED = "visit.voided"
    VISIT_DELETED = "visit.deleted"
    MINUTES_AMENDED = "amendment.added"
    AMENDMENT_MADE = "amendment.paper_made"
    VISIT_REMEDY_SET = "visit.remedy_set"
    FINDING_OPENED = "finding.opened"
    FINDING_ASSIGNED = "finding.assigned"
    FINDING_REPORTED = "finding.reported"
    FINDING_VERIFIED = "finding.verified"
    FINDING_REOPENED = "finding.reopened"
    FINDING_CARRIED = "finding.carried"
    FINDING_SEEN_MET = "finding.seen_met"
    FINDING_RESTORED = "finding.restored"
    FINDING_VOIDED = "finding.voided"
    CALENDAR_MADE = "user.calendar_made"
    CALENDAR_REVOKED = "user.calendar_revoked"
    TOKEN_MADE = "locality.token_made"
    TOKEN_REVOKED = "locality.token_revoked"
    VOUCHER_DRAFTED = "voucher.drafted"
    VOUCHER_DRAFT_DELETED = "voucher.draft_deleted"
    VOUCHER_POSTED = "voucher.posted"
    VOUCHER_REVERSED = "voucher.reversed"
    GOODS_LET_IN = "voucher.goods_let_in"
    GATE_SET = "locality.gate_set"
    MONTH_CLOSED = "stock.month_closed"
    MONTH_REOPENED = "stock.month_reopened"
    MINIMUMS_SET = "stock.minimums_set"
    RECALL_SENT = "stock.recall_sent"
    STOCKTAKE_STARTED = "stocktake.started"
    STOCKTAKE_COUNTED = "stocktake.counted"
    STOCKTAKE_FOUND = "stocktake.found"
    STOCKTAKE_SETTLED = "stocktake.settled"
    STOCKTAKE_POSTED = "stocktake.posted"
    STOCKTAKE_CANCELLED = "stocktake.cancelled"


_STEP = frozenset({"status", "date", "decision", "opened_on"})
_VISIT = frozenset(
    {
        "visit_kind", "edition", "date", "planned_on", "team", "guests", "representative",
        "representative_position", "visit_state",
    }
)  # fmt: skip
_REMEDY = frozenset({"remedy", "owner", "owner_name", "due_on"})
_AGREEMENT = frozenset(
    {
        "terms", "signed_on", "valid_from", "valid_to", "number", "chain_code", "chain_name",
        "discount_hundredths", "return_days", "least_value", "conference", "note",
    }
)  # fmt: skip
_CONTACT = frozenset({"name", "contact_role", "phone", "email"})
_CERTIFICATE = frozenset(
    {"stars", "score", "number", "decision", "issuer", "issued_on", "last_valid_day"}
)
_TOURISM = frozenset({"tourism_kind", "name", "place", "first_month", "last_month"})
_PAYMENT = frozenset({"decision_number", "paid_on", "amount", "document_number"})
_GUIDANCE = frozenset({"date", "people", "content"})
ALLOWED: dict[Action, frozenset[str]] = {
    Action.INSTALLED: frozenset({"demonstration"}),
    Action.BACKUP_TAKEN: frozenset({"stored_files", "size"}),
    Action.REFERENCE_LOADED: frozenset(
        {"provinces", "localities", "wards", "departments", "kinds"}
    ),
    Action.SIGNED_IN: NOTHING,
    Action.SIGNED_OUT_EVERYWHERE: NOTHING,
    Action.USER_CREATED: USER_FIELDS,
    Action.USER_EDITED: USER_FIELDS,
    Action.USER_DEACTIVATED: frozenset({"active"}),
    Action.USER_REACTIVATED: frozenset({"active"}),
    Action.PASSWORD_CHANGED: NOTHING,
    Action.PASSWORD_RESET: NOTHING,
    Action.LOCALITY_EDITED: frozenset({"supported", "department"}),
    Action.DEPARTMENT_EDITED: frozenset(
        {"name", "superior_body", "issuing_body", "place", "symbol"}
    ),
    Action.DEPARTMENT_MERGED: frozenset(
        {"merged_into", "merged_from", "localities", "users", "visits"}
    ),
    Action.POINT_REGISTERED: POINT_FIELDS | {"decision"},
    Action.POINT_EDITED: POINT_FIELDS,
    Action.POINT_SURVEYED: _STEP,
    Action.POINT_CHOSEN: _STEP,
    Action.POINT_REFUSED: _STEP,
    Action.POINT_OPENED: _STEP,
    Action.POINT_SUSPENDED: _STEP,
    Action.POINT_RESUMED: _STEP,
    Action.POINT_CLOSED: _STEP,
    Action.POINTS_IMPORTED: frozenset({"count", "codes"}),
    Action.FILE_SENT: frozenset({"kind"}),
    Action.FILE_AGREED: frozenset({"kind", "new", "changed", "same"}),
    Action.FILE_OFFERED_AGAIN: NOTHING,
    Action.FILE_FORGOTTEN: NOTHING,
    Action.FILE_IMPORTED: frozenset({"kind", "new", "changed", "same"}),
    Action.POINT_RESULT_SET: frozenset({"last_visit_on", "last_result", "last_score"}),
    Action.POINT_DUTY_SET: frozenset({"keep_open_until"}),
    Action.TOURISM_ADDED: _TOURISM,
    Action.TOURISM_EDITED: _TOURISM,
    Action.TOURISM_REMOVED: _TOURISM,
    Action.SUPPORT_ADDED: SUPPORT_FIELDS,
    Action.SUPPORT_EDITED: SUPPORT_FIELDS,
    Action.SUPPORT_REMOVED: SUPPORT_FIELDS,
    Action.SUPPORT_PAID: _PAYMENT,
    Action.SUPPORT_PAYMENT_REMOVED: _PAYMENT,
    Action.GUIDANCE_ADDED: _GUIDANCE,
    Action.GUIDANCE_EDITED: _GUIDANCE,
    Action.GUIDANCE_REMOVED: _GUIDANCE,
    Action.FILES_SWEPT: frozenset({"rows", "files"}),
    Action.PHOTOS_ADDED: frozenset({"criterion", "photos", "sha256"}),
    Action.PHOTO_EDITED: frozenset({"criterion", "photos", "sha256", "caption"}),
    Action.PHOTO_REMOVED: frozenset({"criterion", "photos", "sha256"}),
    Action.MINUTES_MADE: frozenset({"number", "sha256"}),
    Action.SCAN_ATTACHED: frozenset({"scans"}),
    Action.SCAN_REMOVED: frozenset({"scans"}),
    Action.CRITERIA_LOADED: frozenset({"code", "number", "lines"}),
    Action.CRITERIA_DRAFTED: EDITION_FIELDS | {"copy_of", "lines"},
    Action.CRITERIA_EDITED: EDITION_FIELDS | {"weights_dropped"},
    Action.CRITERIA_SECTION_ADDED: SECTION_FIELDS,
    Action.CRITERIA_SECTION_EDITED: SECTION_FIELDS,
    Action.CRITERIA_SECTION_REMOVED: SECTION_FIELDS | {"lines"},
    Action.CRITERIA_LINE_ADDED: LINE_FIELDS,
    Action.CRITERIA_LINE_EDITED: LINE_FIELDS,
    Action.CRITERIA_LINE_REMOVED: LINE_FIELDS,
    Action.CRITERIA_MOVED: frozenset({"criterion", "section", "order"}),
    Action.CRITERIA_REPLACED: EDITION_FIELDS | {"lines", "added", "removed", "changed"},
    Action.CRITERIA_DRAFT_DELETED: frozenset({"code", "lines"}),
    Action.CRITERIA_PUBLISHED: EDITION_FIELDS | {"edition_status"},
    Action.CRITERIA_RETIRED: frozenset({"edition_status"}),
    Action.CRITERIA_FROZEN: frozenset({"date"}),
    Action.SUPPLIER_REGISTERED: SUPPLIER_FIELDS,
    Action.SUPPLIER_EDITED: SUPPLIER_FIELDS,
    Action.SUPPLIER_MERGED: SUPPLIER_FIELDS
    | {"merged_into", "merged_from", "products", "contacts"},
    Action.SUPPLIERS_APART: frozenset({"apart_from"}),
    Action.CONTACT_ADDED: _CONTACT,
    Action.CONTACT_EDITED: _CONTACT,
    Action.CONTACT_REMOVED: frozenset({"name"}),
    Action.PRODUCT_REGISTERED: PRODUCT_FIELDS,
    Action.PRODUCT_EDITED: PRODUCT_FIELDS,
    Action.PRODUCT_PICTURE_SET: frozenset({"sha256"}),
    Action.CERTIFICATE_ADDED: _CERTIFICATE,
    Action.CERTIFICATE_CORRECTED: _CERTIFICATE,
    Action.CERTIFICATE_REMOVED: _CERTIFICATE | {"scans", "sha256"},
    Action.NOTICE_SENT: frozenset({"number", "sent_on", "sent_how", "last_valid_day"}),
    Action.NOTICE_TAKEN_BACK: frozenset({"number", "sent_on"}),
    Action.CATALOGUE_SCAN_ADDED: frozenset({"paper", "scans", "sha256"}),
    Action.CATALOGUE_SCAN_REMOVED: frozenset({"scans", "sha256"}),
    Action.CERTIFICATE_WITHDRAWN: frozenset({"number", "withdrawn_on", "void_from"}),
    Action.AGREEMENT_WRITTEN: _AGREEMENT | {"producer", "point"},
    Action.AGREEMENT_CHANGED: _AGREEMENT,
    Action.AGREEMENT_PRICED: frozenset({"prices"}),
    Action.AGREEMENT_ENDED: frozenset({"ended_on"}),
    Action.AGREEMENT_SCAN_ADDED: frozenset({"scans", "sha256"}),
    Action.AGREEMENT_SCAN_REMOVED: frozenset({"scans", "sha256"}),
    Action.VISIT_PLANNED: _VISIT,
    Action.VISIT_STARTED: _VISIT,
    Action.VISIT_EDITED: _VISIT,
    Action.VISIT_ANSWERED: frozenset({"criterion", "answer", "note", "figure"}),
    Action.REPORT_WRITTEN: frozenset({"results", "difficulties", "plans", "proposals"}),
    Action.REPORT_SUBMITTED: frozenset({"report_state", "number", "sha256"}),
    Action.REPORT_RETURNED: frozenset({"report_state", "sha256"}),
    Action.REPORT_ACCEPTED: frozenset({"report_state", "sha256"}),
    Action.VISIT_SUBMITTED: _VISIT | {"conclusion", "opinion", "result", "score"},
    Action.VISIT_WITHDRAWN: frozenset({"visit_state"}),
    Action.VISIT_APPROVED: frozenset({"visit_state", "number", "numbered_on", "result", "score"}),
    Action.VISIT_RETURNED: frozenset({"visit_state", "remarks"}),
    Action.VISIT_VOIDED: frozenset({"visit_state"}),
    Action.VISIT_DELETED: frozenset({"visit_state"}),
    Action.MINUTES_AMENDED: frozenset({"amendment_kind", "number", "numbered_on", "content"}),
    Action.AMENDMENT_MADE: frozenset({"number", "sha256"}),
    Action.VISIT_REMEDY_SET: _REMEDY | {"criterion"},
    Action.FINDING_OPENED: frozenset({"criterion", "severity", "date", "note", "due_on", "remedy"}),
    Action.FINDING_ASSIGNED: _REMEDY,
    Action.FINDING_REPORTED: frozenset({"finding_state", "evidence", "sha256"}),
    Action.FINDING_VERIFIED: frozenset({"finding_state"}),
    Action.FINDING_REOPENED: frozenset({"finding_state", "due_on"}),
    Action.FINDING_CARRIED: frozenset({"finding_state"}),
    Action.FINDING_SEEN_MET: frozenset({"seen_met"}),
    Action.FINDING_RESTORED: frozenset({"finding_state"}),
    Action.FINDING_VOIDED: frozenset({"finding_state"}),
    Action.CALENDAR_MADE: NOTHING,
    Action.CALENDAR_REVOKED: NOTHING,
    Action.TOKEN_MADE: frozenset({"name"}),
    Action.TOKEN_REVOKED: NOTHING,
    Action.VOUCHER_DRAFTED: frozenset(
        {
            "kind",
            "on_date",
            "supplier_id",
            "person",
            "person_address",
            "document_number",
            "document_date",
            "reason",
            "note",
            "to_point_id",
            "voucher_lines",
        }
    ),
    Action.VOUCHER_DRAFT_DELETED: frozenset({"kind"}),
    Action.VOUCHER_POSTED: frozenset({"number", "voucher_lines", "total"}),
    Action.VOUCHER_REVERSED: frozenset({"number"}),
    Action.GOODS_LET_IN: frozenset({"let_in"}),
    Action.GATE_SET: frozenset({"gate_soon_days", "gate_ended", "gate_none"}),
    Action.MONTH_CLOSED: frozenset({"closed_through"}),
    Action.MONTH_REOPENED: frozenset({"closed_through"}),
    Action.MINIMUMS_SET: frozenset({"minimums"}),
    Action.RECALL_SENT: frozenset({"recalled", "sent_on", "sent_how"}),
    Action.STOCKTAKE_STARTED: frozenset({"voucher_lines"}),
    Action.STOCKTAKE_COUNTED: frozenset({"counts"}),
    Action.STOCKTAKE_FOUND: frozenset({"counts"}),
    Action.STOCKTAKE_SETTLED: frozenset({"voucher_lines"}),
    Action.STOCKTAKE_POSTED: frozenset({"number"}),
    Action.STOCKTAKE_CANCELLED: NOTHING,
}

Change = list[Any]  # [before, after]


def check_keys(action: Action, changes: Mapping[str, Change]) -> None:
    """Raise ValueError when a row would carry a field its action may not."""
    extra = set(changes) - ALLOWED[action]
    if extra:
        raise ValueError(f"{action} may not carry {sorted(extra)}")


def row_hash(previous: str, facts: Mapping[str, Any]) -> str:
    """SHA-256 over the hash of the row before and this row's facts in a fixed order."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def first_broken(rows: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> int | None:
    """The id of the first row (id, previous hash, hash, facts) that does not follow from the one before."""
    last = ""
    for row_id, previous, own, facts in rows:
        if previous != last or own != row_hash(previous, facts):
            return row_id
        last = own
    return None
