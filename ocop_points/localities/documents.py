"""The list of localities as it leaves the house."""

from collections.abc import Iterable

from flask_babel import gettext as _

from ocop_points.core.tables_out import Column, Table
from ocop_points.localities.models import Locality


def localities_table(localities: Iterable[Locality]) -> Table:
    """The localities of the filter, with province and department loaded."""
    columns = [
        Column(_("Địa phương"), 20), Column(_("Ký hiệu"), 9), Column(_("Vùng"), 32),
        Column(_("Tỉnh hiện nay"), 24), Column(_("Sở phụ trách"), 40), Column(_("Được hỗ trợ"), 10),
    ]  # fmt: skip
    rows = (
        (
            one.name,
            one.short_code,
            one.region,
            f"{one.province.kind} {one.province.name}",
            one.department.name,
            one.supported,
        )
        for one in localities
    )
    return Table(columns, rows, sheet=_("Địa phương"))
