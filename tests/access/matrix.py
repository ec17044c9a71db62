"""Who may do what, RULES.md §1, cell by cell in its own words, and the routes that each verb stands for.

A cell's words are the key of MEANING (what every route of the row answers) and, where they state a condition, of
the tests in CONDITIONS.
"""

from dataclasses import dataclass
from typing import Final

from ocop_points.core.access import Role

A, V, M, O, P = Role  # noqa: E741  administrator, viewer, manager, officer, operator of a point
NO: Final = "–"


@dataclass(frozen=True)
class Row:
    """A verb, the cells of the five roles in the order of Role, and its routes."""

    verb: str
    cells: tuple[str, str, str, str, str]
    routes: frozenset[str]

    def cell(self, role: Role) -> str:
        return self.cells[list(Role).index(role)]


def _row(verb: str, cells: tuple[str, str, str, str, str], routes: str) -> Row:
    return Row(verb, cells, frozenset(routes.split()))


MATRIX = [
    _row(
        "read points, stock",
        ("all", "all", "reach", "reach", "own points"),
        "points.point_list points.point_show "
        "stock.choose_point stock.ledger stock.on_hand stock.voucher_list stock.voucher_show stock.voucher_print "
        "stock.month_list stock.month_show stock.transfer_list stock.alert_list stock.point_alerts "
        "stock.recall_show stock.recall_search stock.label_sheet stock.label_print "
        "stock.stocktake_list stock.stocktake_show stock.stocktake_sheet stock.stocktake_minutes",
    ),
    _row(
        "register, edit, propose, survey a point",
        (NO, NO, "yes", "yes", "own phone, opening hours"),
        "points.point_new points.point_new_wards points.point_edit points.point_edit_wards points.ward_choices "
        "points.point_step points.point_contact points.tourism_new points.tourism_edit points.tourism_delete "
        "imports.points_import imports.points_template",
    ),
    _row(
        "choose, refuse, open, suspend, resume, close",
        (NO, NO, "yes", NO, NO),
        "points.point_step#choose",
    ),
    _row(
        "start a visit, answer, submit, withdraw, delete own draft",
        (NO, NO, "yes, as team member", "team member", NO),
        "assessments.visit_new assessments.visit_edit assessments.visit_begin assessments.checklist "
        "assessments.answers_save assessments.answer_save assessments.visit_submit assessments.visit_withdraw "
        "assessments.visit_cancel assessments.visit_delete photos.line_photos_add photos.photo_edit "
        "photos.photo_turn photos.photo_delete "
        "minutes.scan_attach minutes.scan_delete findings.remedies",
    ),
    _row(
        "approve, return a visit",
        (
            "only where the department has no other manager, with a reason",
            NO,
            "if neither team member nor submitter",
            NO,
            NO,
        ),
        "assessments.visit_approve assessments.visit_return assessments.visit_void minutes.minutes_keep "
        "amendments.amendment_new amendments.amendment_keep",
    ),
    _row(
        "read visits",
        ("all", "submitted and after", "reach", "reach", "approved, own points"),
        "assessments.visit_list assessments.point_visits assessments.visit_show photos.line_photos photos.photo "
        "photos.photo_small minutes.minutes sheets.of_visit minutes.scan minutes.scan_small "
        "measures.behind "
        "amendments.amendment_paper amendments.papers",
    ),
    _row(
        "plan visits, minutes of a visit to edit",
        (NO, NO, "yes", "yes", NO),
        "planning.plan planning.replan minutes.minutes_word_file",
    ),
    _row(
        "own private address of the calendar",
        (NO, NO, "own", "own", NO),
        "feed.own feed.revoke",
    ),
    _row(
        "read the calendar of visits",
        ("read", "read", "read", "read", "read"),
        "planning.month planning.month_paper",
    ),
    _row(
        "read findings",
        ("all", "all", "reach", "reach", "own points"),
        "findings.finding_list findings.finding_show findings.finding_file findings.finding_file_small",
    ),
    _row(
        "report that a finding was put right",
        (NO, NO, "yes", "yes", "own points"),
        "findings.finding_report",
    ),
    _row(
        "assign, verify, reopen a finding",
        (NO, NO, "yes, never the own report", "yes, never the own report", NO),
        "findings.finding_assign findings.finding_verify findings.finding_reopen",
    ),
    _row(
        "write to points about overdue findings",
        (NO, NO, "yes", "yes", NO),
        "findings.late_letters",
    ),
    _row(
        "suppliers, products, certificates: read",
        ("all", "all", "all", "all", "all but phone and tax code"),
        "catalogue.supplier_list catalogue.supplier_show catalogue.supplier_choices catalogue.product_list "
        "catalogue.product_show catalogue.certificate_list catalogue.certificate_calendar catalogue.product_scan "
        "catalogue.product_scan_small catalogue.product_picture catalogue.product_picture_small",
    ),
    _row(
        "suppliers, products, certificates: edit",
        ("all", NO, "those of own localities", "those of own localities", NO),
        "catalogue.supplier_new catalogue.supplier_new_wards catalogue.supplier_edit catalogue.supplier_edit_wards "
        "catalogue.ward_choices catalogue.product_new catalogue.product_new_producers catalogue.product_edit "
        "catalogue.product_edit_producers catalogue.certificate_new catalogue.certificate_withdraw "
        "catalogue.certificate_edit catalogue.certificate_delete catalogue.certificate_scan catalogue.basis_scan "
        "catalogue.product_scan_delete catalogue.notice_take_back catalogue.notices_send catalogue.notice_letters "
        "catalogue.supplier_duplicates catalogue.supplier_twins catalogue.supplier_compare catalogue.supplier_merge "
        "catalogue.supplier_apart catalogue.supplier_apart_undo "
        "catalogue.contact_new catalogue.contact_edit catalogue.contact_delete catalogue.product_picture_new "
        "catalogue.product_picture_delete imports.suppliers_import imports.suppliers_template imports.products_import "
        "imports.products_template",
    ),
    _row(
        "files on their way in",
        ("own files", NO, "own files", "own files, one here", "own files"),
        "imports.import_list imports.import_show imports.import_confirm imports.import_again imports.import_forget "
        "imports.import_faults",
    ),
    _row(
        "draft and post vouchers",
        (NO, NO, "yes", "yes", "own points"),
        "stock.voucher_new stock.voucher_new_post stock.voucher_new_find stock.voucher_new_add "
        "stock.voucher_new_remove stock.voucher_new_propose stock.voucher_new_products stock.voucher_edit "
        "stock.voucher_edit_post stock.voucher_edit_find stock.voucher_edit_add stock.voucher_edit_remove "
        "stock.voucher_edit_propose stock.voucher_edit_products stock.voucher_delete stock.transfer_receive "
        "stock.transfer_return stock.till_show stock.till_ring stock.till_undo stock.till_post "
        "stock.minimums_edit imports.opening_import imports.opening_template",
    ),
    _row(
        "count a point's stock, post it",
        (NO, NO, "yes", "yes", "own points"),
        "stock.stocktake_new stock.stocktake_count stock.stocktake_found stock.stocktake_found_of "
        "stock.stocktake_settle stock.stocktake_post stock.stocktake_cancel",
    ),
    _row(
        "reverse a voucher",
        (NO, NO, "yes", "own, same day", NO),
        "stock.voucher_reverse",
    ),
    # Not in RULES.md §1: who takes goods off the shelves of a locality is its department.
    _row(
        "letters of a recall",
        (NO, NO, "reach", "reach", NO),
        "stock.recall_send stock.recall_letters",
    ),
    # Not in RULES.md §1: as points and stock are read; written by the staff of the locality that keeps the record.
    _row(
        "agreements: read",
        ("all", "all", "reach", "reach", "own points"),
        "agreements.agreement_list agreements.agreement_show agreements.agreement_scan "
        "agreements.agreement_scan_small agreements.settlement agreements.settlement_pdf",
    ),
    _row(
        "agreements: write, price, end, attach",
        (NO, NO, "reach", "reach", NO),
        "agreements.agreement_new agreements.agreement_new_producers agreements.agreement_edit "
        "agreements.agreement_prices agreements.agreement_end agreements.agreement_scan_add "
        "agreements.agreement_scan_delete agreements.ending_letters",
    ),
    _row(
        "read support and duty",
        ("all", "all", "reach", "reach", NO),
        "programme.support_list programme.support_totals programme.duty_list programme.point_support",
    ),
    _row(
        "write down support and its payments",
        (NO, NO, "yes", "yes", NO),
        "programme.support_new programme.support_edit programme.support_delete programme.payment_new "
        "programme.payment_delete",
    ),
    _row(
        "write down guidance visits of the ministry",
        ("all", NO, "reach", "reach", NO),
        "programme.guidance_new programme.guidance_edit programme.guidance_delete",
    ),
    _row(
        "overview of localities",
        ("all", "all", "own", "own", NO),
        "reports.overview_show",
    ),
    # Not in RULES.md §1 (docs/decisions/0039): the department reads its own, the ministry what was sent.
    _row(
        "period reports: read",
        ("all", "all", "reach", "reach", NO),
        "period_reports.report_list period_reports.report_show period_reports.report_pdf "
        "period_reports.report_word",
    ),
    _row(
        "period reports: summary of the country",
        ("all", "all", NO, NO, NO),
        "period_reports.summary_show period_reports.summary_pdf period_reports.summary_word",
    ),
    _row(
        "period reports: write the remarks",
        (NO, NO, "reach", "reach", NO),
        "period_reports.report_edit",
    ),
    _row(
        "period reports: send to the ministry",
        (NO, NO, "reach", NO, NO),
        "period_reports.report_submit",
    ),
    _row(
        "period reports: return, accept",
        ("all", NO, NO, NO, NO),
        "period_reports.report_return period_reports.report_accept",
    ),
    _row(
        "certificate gate of a locality",
        ("all", NO, "reach", NO, NO),
        "stock.gate_edit",
    ),
    _row(
        "close months of the stock, open them again",
        (NO, NO, "yes", NO, NO),
        "stock.month_close stock.month_reopen",
    ),
    _row(
        "users",
        (
            "all",
            NO,
            "officers and operators whose whole reach lies inside the manager's",
            NO,
            NO,
        ),
        "desk.user_list desk.user_new desk.user_edit desk.user_reset_password desk.user_activity desk.user_history "
        "imports.users_import imports.users_template",
    ),
    # Not in RULES.md §1: whoever makes the users of a locality lets programs read it.
    _row(
        "keys to the API",
        ("all", NO, "reach", NO, NO),
        "tokens.token_list tokens.token_new tokens.token_revoke",
    ),
    _row(
        "localities, departments, criteria: read",
        ("read", "read", "read", "read", NO),
        "localities.locality_list localities.department_list criteria.edition_list criteria.edition_show "
        "criteria.edition_file criteria.edition_compare previews.preview "
        "sheets.blank",
    ),
    _row(
        "localities, departments, criteria: edit",
        ("edit", NO, "own edition: edit", NO, NO),
        "localities.locality_edit localities.department_edit desk.department_merges desk.department_merge "
        "criteria.edition_publish criteria.edition_retire "
        "criteria.edition_new criteria.edition_edit criteria.edition_head criteria.edition_delete criteria.section_new "
        "criteria.section_edit criteria.section_move criteria.section_delete criteria.line_new criteria.line_edit "
        "criteria.line_move criteria.line_copy criteria.line_delete criteria.edition_import criteria.edition_replace",
    ),
    _row(
        "audit",
        ("all", NO, "records in reach", "records in reach", NO),
        "desk.audit_list points.point_history",
    ),
    # Not in RULES.md §1: a backup holds everything of everybody.
    _row("backup", ("all", NO, NO, NO, NO), "desk.backup"),
    # Nor this: who is written to, and what the mail server said.
    _row("letters by e-mail", ("all", NO, NO, NO, NO), "desk.reminders"),
]

# For everyone, signed in or not; and what everybody does with their own account.
PUBLIC = frozenset(
    {
        "static",
        "health",
        "accounts.sign_in",
        "accounts.sign_out",
        "minutes.check",
        "feed.calendar",
        "api.description",
        "api.records",
        "public.point_list",
        "public.point_show",
        "public.data",
        "public.point_file",
        "public.goods_file",
        "field.worker",
    }
)
OWN = frozenset(
    {
        "desk.home",
        "desk.search",
        "desk.search_quick",
        "accounts.profile",
        "accounts.password",
        "accounts.sign_out_everywhere",
        "field.session",
    }
)

# What the words of a cell demand beyond coming in, and the tests that ask it.
CONDITIONS = {
    "own points": "stock/test_voucher_pages.py::test_others_find_nothing "
    "stock/test_voucher_pages.py::test_an_operator_drafts_and_posts_at_the_own_point "
    "points/test_list.py::test_an_operator_sees_the_own_points_only",
    "own files": "exchange/test_imports.py::test_own_files_only_and_only_while_the_right_lasts",
    "own files, one here": "exchange/test_imports.py::test_own_files_only_and_only_while_the_right_lasts",
    "own phone, opening hours": "points/test_life.py"
    "::test_an_operator_edits_telephone_and_hours_of_the_own_point_only",
    "yes, as team member": "access/test_conditions.py::test_a_manager_works_in_the_team_only",
    "team member": "assessments/test_checklist.py::test_who_may_not_answer "
    "assessments/test_decisions.py::test_only_the_submitter_withdraws_and_only_before_a_decision "
    "assessments/test_decisions.py::test_the_starter_deletes_a_draft_that_was_never_submitted",
    "only where the department has no other manager, with a reason": "assessments/test_decisions.py"
    "::test_the_administrator_decides_where_no_manager_may_and_says_why",
    "if neither team member nor submitter": "assessments/test_decisions.py"
    "::test_a_manager_in_the_team_does_not_decide_and_is_told_why assessments/test_visit_life.py::test_who_may_decide",
    "submitted and after": "assessments/test_records.py::test_who_reads_which_state",
    "approved, own points": "assessments/test_records.py::test_the_operator_of_another_point_reads_nothing "
    "assessments/test_records.py::test_who_reads_which_state",
    "yes, never the own report": "assessments/test_findings.py::test_from_the_visit_to_the_closed_finding",
    "all but phone and tax code": "catalogue/test_suppliers.py::test_an_operator_sees_neither_tax_code_nor_telephone "
    "catalogue/test_suppliers.py::test_an_operator_cannot_find_out_a_tax_code_by_searching",
    "those of own localities": "catalogue/test_suppliers.py"
    "::test_staff_of_the_owning_locality_and_the_administrator_edit",
    "own, same day": "stock/test_vouchers.py::test_who_may_reverse_when",
    "officers and operators whose whole reach lies inside the manager's": "desk/test_users.py"
    "::test_a_manager_only_those_wholly_inside_the_own_reach desk/test_users.py::test_whose_pages_one_opens",
    "own edition: edit": "access/test_conditions.py::test_a_manager_publishes_and_retires_the_own_edition_only",
    "records in reach": "desk/test_home_and_audit.py::test_the_audit_page_shows_what_lies_in_reach",
}
