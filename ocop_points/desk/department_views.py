"""Pages where one department is joined to another: chosen, shown with all that goes over, asked, done."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.desk import labels, merges_queries
from ocop_points.desk.forms import MergeForm
from ocop_points.desk.merges_service import merge_departments
from ocop_points.desk.views import bp
from ocop_points.localities import queries
from ocop_points.localities.models import Department

__all__ = ["bp"]


@bp.get("/admin/departments/<int:department_id>/merge")
@requires("localities.edit")
def department_merges(department_id: int) -> ResponseReturnValue:
    """Which department is joined to this one?"""
    kept = queries.get_department_or_404(department_id)
    if gone := _closed(kept):
        return gone
    return render_template(
        "desk/merge_choose.html",
        kept=kept,
        others=[one for one in queries.departments_list() if one.id != department_id],
        localities=queries.localities_by_department(),
    )


@bp.route("/admin/departments/<int:department_id>/merge/<int:merged_id>", methods=["GET", "POST"])
@requires("localities.edit")
def department_merge(department_id: int, merged_id: int) -> ResponseReturnValue:
    """Join `merged_id` to `department_id`, which stays. It cannot be undone."""
    kept, merged = queries.pair_to_join(department_id, merged_id)
    names = {"merged": merged.name, "kept": kept.name}
    form = MergeForm()

    def verb() -> Done:
        user = me()
        pair = queries.pair_to_join(department_id, merged_id, lock=True)
        merge_departments(*pair, basis=form.basis.data or "", by=user)
        said = _("Đã nhập %(merged)s vào %(kept)s. Xem lại tên in ở đầu văn bản.", **names)
        return Done(url_for("localities.department_edit", department_id=department_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    kept, merged = queries.pair_to_join(department_id, merged_id)  # a refused verb was rolled back
    if gone := _closed(merged) or _closed(kept):
        return gone
    moving = merges_queries.moving(kept, merged)
    return answer_form(
        "desk/merge.html", form, kept=kept, merged=merged, moving=moving, roles=labels.ROLE
    )


def _closed(department: Department) -> ResponseReturnValue | None:
    """Where somebody is led who asks for a department that was joined to another; None for one at work."""
    if queries.heir_of(department.id) == department.id:
        return None
    flash(_("%(name)s đã nhập vào Sở khác.", name=department.name), "warn")
    return redirect(url_for("localities.department_list"))
