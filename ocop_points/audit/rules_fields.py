"""Which fields the row of each action may carry. Pure."""

from collections.abc import Mapping

from ocop_points.audit.rules import Action, Change

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


def check_keys(action: Action, changes: Mapping[str, Change]) -> None:
    """Raise ValueError when a row would carry a field its action may not."""
    extra = set(changes) - ALLOWED[action]
    if extra:
        raise ValueError(f"{action} may not carry {sorted(extra)}")
