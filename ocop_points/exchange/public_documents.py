"""The public list as data: the fields that everybody may have, and the files made of them."""

import io
import json
from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask_babel import lazy_gettext as _l

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.queries import standings_on
from ocop_points.catalogue.rules import Standing, Stars
from ocop_points.core.tables_out import Table, write_csv
from ocop_points.exchange import public_queries as queries
from ocop_points.exchange.public_queries import PublicFilter
from ocop_points.exchange.records import Field, as_json, cells, columns, words

POINT = (
    Field("code", _l("Mã điểm bán, không đổi")),
    Field("name", _l("Tên điểm bán")),
    Field("kind", _l("Loại địa điểm theo bộ tiêu chí của Bộ Công Thương")),
    Field("address", _l("Số nhà, đường, thôn")),
    Field("ward", _l("Xã, phường, đặc khu (từ 01/07/2025)")),
    Field("province", _l("Tỉnh, thành phố (từ 01/07/2025)")),
    Field("locality", _l("Địa phương của chương trình: tỉnh, thành phố trước 01/07/2025")),
    Field("latitude", _l("Vĩ độ, WGS 84"), "number", optional=True),
    Field("longitude", _l("Kinh độ, WGS 84"), "number", optional=True),
    Field("opening_hours", _l("Giờ mở cửa, như điểm bán ghi"), optional=True),
    Field("phone", _l("Điện thoại, khi điểm bán đồng ý công khai"), optional=True),
    Field("operator", _l("Đơn vị vận hành; bỏ trống khi là hộ kinh doanh"), optional=True),
    Field("opened_on", _l("Ngày khai trương"), "date", optional=True),
    Field("products", _l("Số sản phẩm đang có trên kệ theo sổ kho"), "integer"),
    Field("page", _l("Địa chỉ trang của điểm bán")),
)
GOODS = (
    Field("point_code", _l("Mã điểm bán, như trong danh sách điểm")),
    Field("product_code", _l("Mã sản phẩm, không đổi")),
    Field("product", _l("Tên sản phẩm")),
    Field("producer", _l("Chủ thể OCOP, như ghi trên nhãn hàng")),
    Field("group", _l("Nhóm sản phẩm")),
    Field(
        "stars",
        _l("Hạng sao đang có hiệu lực; bỏ trống khi chưa xếp hạng hoặc đã hết hiệu lực"),
        optional=True,
        among=[stars.value for stars in Stars],
    ),
    Field("certificate_until", _l("Ngày cuối giấy chứng nhận có hiệu lực"), "date", optional=True),
)


def points_records(wanted: PublicFilter, base: str, day: date) -> list[Any]:
    """The points with the count of their goods and the address of their page: two statements."""
    counts = queries.goods_counts(day)
    return [
        SimpleNamespace(
            **row._mapping, products=counts.get(row.id, 0), page=f"{base}/diem-ban/{row.code}"
        )
        for row in queries.points_for_file(wanted, day)
    ]


def with_standing(rows: list[Any], day: date) -> list[Any]:
    """Products with group and stars of the day: one statement more."""
    standings = standings_on({row.id for row in rows}, day)
    return [_product(row, standings[row.id]) for row in rows]


def _product(row: Any, standing: Standing) -> Any:
    old = words(catalogue.OLD_GROUP, row.old_group)
    return SimpleNamespace(
        **row._mapping,
        group=words(catalogue.GROUP, row.group148) or old,
        mark=catalogue.stars_mark(standing.stars) if standing.stars else "",
        stars=standing.stars,
        certificate_until=standing.certificate.last_day if standing.certificate else None,
    )


def goods_records(locality_id: int | None, day: date) -> list[Any]:
    """The products on all shelves: two statements."""
    return with_standing(queries.goods_for_file(locality_id, day), day)


def as_csv(fields: tuple[Field, ...], rows: list[Any]) -> bytes:
    target = io.BytesIO()
    write_csv(target, Table(columns(fields), cells(fields, rows), sheet=""), for_people=False)
    return target.getvalue()


def as_list(name: str, fields: tuple[Field, ...], rows: list[Any], day: date) -> bytes:
    """JSON: the day it stands for and the records."""
    return _json({"as_of": day.isoformat(), name: [as_json(fields, row) for row in rows]})


def as_geojson(rows: list[Any]) -> bytes:
    """RFC 7946: a feature a point, degrees east first; without coordinates its geometry is null."""
    return _json({"type": "FeatureCollection", "features": [_feature(row) for row in rows]})


def _feature(row: Any) -> Mapping[str, Any]:
    facts = as_json(POINT, row)
    east, north = facts.pop("longitude"), facts.pop("latitude")
    place = None if east is None else {"type": "Point", "coordinates": [east, north]}
    return {"type": "Feature", "id": row.code, "geometry": place, "properties": facts}


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
