"""Verbs of agreements: write down, change, price, end, attach what was signed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import assign, created, record
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import hang_on
from ocop_points.points.models import SalesPoint
from ocop_points.programme import agreements_queries as queries
from ocop_points.programme.agreements_models import Agreement, AgreementPrice, AgreementScan
from ocop_points.programme.agreements_rules import OTHER_CHAIN, Terms, chains

MOST_SCANS = 20


@dataclass(frozen=True)
class AgreementFacts:
    """What was agreed on; money in whole ₫, `discount_hundredths` of a percent."""

    terms: Terms
    signed_on: date
    valid_from: date
    valid_to: date
    number: str = ""
    chain_code: str = ""
    chain_name: str = ""
    discount_hundredths: int = 0
    return_days: int | None = None
    least_value: int | None = None
    conference: str = ""
    note: str = ""


def write_agreement(
    producer: Supplier, point: SalesPoint | None, facts: AgreementFacts, *, by: User
) -> Agreement:
    """Write an agreement down; without a point it is with the chain of the facts.

    Raises Refused for a trader, no buyer or two, or days in the wrong order.
    """
    _refuse_unsound(producer, point, facts)
    agreement = Agreement(
        **asdict(facts),
        producer_id=producer.id,
        point_id=point.id if point else None,
        locality_id=point.locality_id if point else producer.locality_id,
        ended_reason="",
        created_at=clock.now(),
        version=1,
    )
    agreement.producer, agreement.point = producer, point
    db.session.add(agreement)
    db.session.flush()
    known = {**asdict(facts), "producer": producer.name, "point": point.code if point else ""}
    record(Action.AGREEMENT_WRITTEN, agreement.subject(), by=by, changes=created(known))
    return agreement


def change_agreement(agreement: Agreement, facts: AgreementFacts, *, by: User) -> None:
    """Change the terms; producer and point stay, and are loaded. Raises Refused as above, and for an ended one."""
    _refuse_ended(agreement)
    _refuse_unsound(agreement.producer, agreement.point, facts)
    changes = assign(agreement, asdict(facts))
    if changes:
        agreement.version += 1
        record(Action.AGREEMENT_CHANGED, agreement.subject(), by=by, changes=changes)


def set_prices(agreement: Agreement, prices: Mapping[Product, int], *, by: User) -> None:
    """The whole price list anew, ₫ a base unit. Raises Refused for an ended agreement."""
    _refuse_ended(agreement)
    before = queries.prices_of(agreement.id)
    after = {product.id: price for product, price in prices.items()}
    if before == after:
        return
    held = {one.id: one.code for one in queries.goods_of(agreement.producer_id, also=before)}
    codes = held | {product.id: product.code for product in prices}
    db.session.execute(delete(AgreementPrice).where(AgreementPrice.agreement_id == agreement.id))
    if after:
        rows = [
            {"agreement_id": agreement.id, "product_id": id_, "price": price}
            for id_, price in after.items()
        ]
        db.session.execute(insert(AgreementPrice), rows)
    agreement.version += 1
    words = [[f"{codes[id_]} = {price}" for id_, price in one.items()] for one in (before, after)]
    changes: dict[str, list[Any]] = {"prices": words}
    record(Action.AGREEMENT_PRICED, agreement.subject(), by=by, changes=changes)


def end_agreement(agreement: Agreement, *, on: date, reason: str, by: User) -> None:
    """End it before time: `on` is the first day without force. Raises Refused for a second time or a day outside."""
    _refuse_ended(agreement)
    if not agreement.valid_from <= on <= agreement.valid_to:
        days = {"a": vi_date(agreement.valid_from), "b": vi_date(agreement.valid_to)}
        raise Refused(_("Chọn ngày từ %(a)s đến %(b)s", **days), "on")
    agreement.ended_on, agreement.ended_reason = on, reason
    agreement.version += 1
    changes = {"ended_on": [None, on.isoformat()]}
    record(Action.AGREEMENT_ENDED, agreement.subject(), by=by, changes=changes, note=reason)


def attach_scan(agreement: Agreement, prepared: Sequence[Prepared], *, by: User) -> int:
    """Hang what was signed on the agreement; how many were new. Raises Refused for too many."""
    make = partial(AgreementScan, agreement_id=agreement.id, added_by_id=by.id)
    fresh = hang_on(prepared, queries.scans_of(agreement.id), make, most=MOST_SCANS)
    if fresh:
        changes: dict[str, list[Any]] = {
            "scans": [None, [one.name for one in fresh]],
            "sha256": [None, [one.sha256 for one in fresh]],
        }
        record(Action.AGREEMENT_SCAN_ADDED, agreement.subject(), by=by, changes=changes)
    return len(fresh)


def remove_scan(agreement: Agreement, scan: AgreementScan, *, by: User) -> None:
    """Take a scan off that was attached by mistake; its file is loaded and stays for a week."""
    changes: dict[str, list[Any]] = {
        "scans": [[scan.name], None],
        "sha256": [[scan.file.sha256], None],
    }
    db.session.delete(scan)
    db.session.flush()
    record(Action.AGREEMENT_SCAN_REMOVED, agreement.subject(), by=by, changes=changes)


def _refuse_ended(agreement: Agreement) -> None:
    if agreement.ended_on is not None:
        raise Refused(_("Thỏa thuận đã chấm dứt trước hạn nên không sửa được nữa"))


def _refuse_unsound(producer: Supplier, point: SalesPoint | None, facts: AgreementFacts) -> None:
    if not producer.kind.may_produce:
        raise Refused(_("Đơn vị thương mại không phải là chủ thể OCOP"), "producer_id")
    if (point is None) == (facts.chain_code == ""):
        raise Refused(_("Chọn một bên mua: một điểm bán, hoặc một chuỗi bán lẻ"), "point_id")
    if facts.chain_code and facts.chain_code != OTHER_CHAIN and facts.chain_code not in chains():
        raise Refused(_("Chọn một mục trong danh sách"), "chain_code")
    if (facts.chain_code == OTHER_CHAIN) != bool(facts.chain_name):
        raise Refused(
            _("Ghi tên chuỗi khi chọn “Chuỗi khác”, nếu không thì bỏ trống"), "chain_name"
        )
    if facts.valid_to < facts.valid_from:
        raise Refused(_("Ngày cuối không được trước ngày bắt đầu"), "valid_to")
    if facts.signed_on > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "signed_on")
