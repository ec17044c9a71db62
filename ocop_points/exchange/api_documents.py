"""What the API tells of each kind of record, and the description of it: both from one table of fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.assessments.kinds import VisitKind, paper_number
from ocop_points.assessments.rules import Result
from ocop_points.catalogue.rules import (
    PRODUCER_KINDS,
    OldProductGroup,
    ProductGroup,
    Stars,
)
from ocop_points.exchange.records import Field
from ocop_points.points.rules import LastResult, OperatorKind, PointStatus

MOST, USUAL = 200, 50
PROBLEM = "application/problem+json"
_ID = "[0-9]{1,10}"
_Schema = dict[str, Any]


@dataclass(frozen=True)
class Resource:
    """One kind of record: its place in addresses, what it is, its fields."""

    name: str
    title: Any
    fields: tuple[Field, ...]
    # How many numbers the key of a row has: "12", or "12-345".
    keys: int = 1

    @property
    def cursor(self) -> str:
        """The shape of `after`."""
        return "-".join([_ID] * self.keys)


def _values(kind: Any) -> list[str]:
    return [one.value for one in kind]


def _tenths(name: str) -> Any:
    def read(row: Any) -> Decimal | None:
        value = getattr(row, name)
        return None if value is None else Decimal(value) / 10

    return read


def _score(row: Any) -> Decimal | None:
    return None if row.score_thousandths is None else Decimal(row.score_thousandths) / 1000


def _area(row: Any) -> Decimal | None:
    return None if row.area_dm2 is None else Decimal(row.area_dm2) / 100


RESOURCES = (
    Resource(
        "points",
        _l("Điểm bán, trừ điểm không được chọn"),
        (
            Field("id", _l("Số của bản ghi"), "integer"),
            Field("code", _l("Mã điểm bán, không đổi")),
            Field("name", _l("Tên")),
            Field("status", _l("Trạng thái"), among=_values(PointStatus)),
            Field("kind", _l("Loại địa điểm, 1 đến 8 theo 950/QĐ-BCT")),
            Field("kind_name", _l("Loại địa điểm bằng chữ")),
            Field("address", _l("Số nhà, đường, thôn")),
            Field("ward_code", _l("Mã xã, phường, đặc khu (từ 01/07/2025)")),
            Field("ward", _l("Xã, phường, đặc khu")),
            Field("province", _l("Tỉnh, thành phố (từ 01/07/2025)")),
            Field("locality", _l("Ký hiệu địa phương của chương trình")),
            Field("area_m2", _l("Diện tích, m²"), "number", optional=True, read=_area),
            Field("latitude", _l("Vĩ độ, WGS 84"), "number", optional=True),
            Field("longitude", _l("Kinh độ, WGS 84"), "number", optional=True),
            Field("operator_name", _l("Đơn vị vận hành")),
            Field("operator_kind", _l("Loại đơn vị"), among=_values(OperatorKind)),
            Field("opening_hours", _l("Giờ mở cửa"), optional=True),
            Field("opened_on", _l("Ngày khai trương"), "date", optional=True),
            Field("moit_supported", _l("Được Bộ Công Thương hỗ trợ"), "boolean"),
            Field("last_visit_on", _l("Ngày đánh giá gần nhất được duyệt"), "date", optional=True),
            Field("last_result", _l("Kết quả gần nhất"), optional=True, among=_values(LastResult)),
            Field("last_score", _l("Điểm gần nhất"), "number", optional=True, read=_tenths("last_score_tenths")),
        ),
    ),
    Resource(
        "producers",
        _l("Chủ thể OCOP do địa phương quản lý"),
        (
            Field("id", _l("Số của bản ghi"), "integer"),
            Field("kind", _l("Loại hình"), among=[kind.value for kind in PRODUCER_KINDS]),
            Field("name", _l("Tên")),
            Field("tax_code", _l("Mã số thuế"), optional=True),
            Field("address", _l("Số nhà, đường, thôn"), optional=True),
            Field("active", _l("Đang hoạt động"), "boolean"),
        ),
    ),
    Resource(
        "products",
        _l("Sản phẩm do địa phương quản lý"),
        (
            Field("id", _l("Số của bản ghi"), "integer"),
            Field("code", _l("Mã sản phẩm, không đổi")),
            Field("name", _l("Tên")),
            Field("producer_id", _l("Số của chủ thể"), "integer"),
            Field("group148", _l("Nhóm theo 148/QĐ-TTg"), optional=True, among=_values(ProductGroup)),
            Field("old_group", _l("Nhóm trước 148/QĐ-TTg"), optional=True, among=_values(OldProductGroup)),
            Field("base_unit", _l("Đơn vị tính nhỏ nhất")),
            Field("barcode", _l("Mã vạch"), optional=True),
            Field("shelf_life_days", _l("Hạn dùng, ngày"), "integer", optional=True),
            Field("reference_price", _l("Giá tham khảo, ₫"), "integer", optional=True),
            Field("active", _l("Còn sản xuất"), "boolean"),
        ),
    ),
    Resource(
        "certificates",
        _l("Giấy chứng nhận của các sản phẩm ấy"),
        (
            Field("id", _l("Số của bản ghi"), "integer"),
            Field("product_code", _l("Mã sản phẩm")),
            Field("stars", _l("Hạng sao"), among=_values(Stars)),
            Field("score", _l("Điểm, 0 đến 100"), "number", optional=True, read=_score),
            Field("number", _l("Số giấy")),
            Field("decision", _l("Số quyết định"), optional=True),
            Field("issuer", _l("Nơi cấp")),
            Field("issued_on", _l("Ngày cấp"), "date"),
            Field("last_valid_day", _l("Ngày cuối có hiệu lực"), "date"),
            Field("withdrawn_on", _l("Thu hồi từ ngày"), "date", optional=True),
        ),
    ),
    Resource(
        "visits",
        _l("Lần đánh giá đã duyệt"),
        (
            Field("id", _l("Số của bản ghi"), "integer"),
            Field("point_code", _l("Mã điểm bán")),
            Field("kind", _l("Loại đánh giá"), among=_values(VisitKind)),
            Field("visited_on", _l("Ngày đánh giá"), "date"),
            Field("result", _l("Kết quả"), among=_values(Result)),
            Field("score", _l("Điểm, 0 đến 100"), "number", optional=True, read=_tenths("score_tenths")),
            Field("minutes", _l("Số biên bản"), read=lambda row: paper_number(row.number, row.symbol)),
            Field("minutes_on", _l("Ngày của số"), "date", read=lambda row: row.numbered_on),
        ),
    ),
    Resource(
        "stock",
        _l("Hàng tồn tại các điểm bán, từng lô"),
        (
            Field("point_code", _l("Mã điểm bán")),
            Field("product_code", _l("Mã sản phẩm")),
            Field("lot_code", _l("Số lô"), optional=True),
            Field("expiry", _l("Hạn dùng"), "date", optional=True),
            Field("on_hand", _l("Số lượng theo đơn vị nhỏ nhất"), "integer"),
            Field("unit", _l("Đơn vị")),
        ),
        keys=2,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Resource] = {one.name: one for one in RESOURCES}

_TYPES: dict[str, _Schema] = {
    "string": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}


def _field(field: Field) -> _Schema:
    schema: _Schema = {**_TYPES[field.kind], "description": str(field.title)}
    if field.among:
        schema["enum"] = [*field.among, None] if field.optional else list(field.among)
    if field.optional:
        schema["type"] = [schema["type"], "null"]
    return schema


def _record(resource: Resource) -> _Schema:
    return {
        "type": "object",
        "description": str(resource.title),
        "required": [field.name for field in resource.fields],
        "additionalProperties": False,
        "properties": {field.name: _field(field) for field in resource.fields},
    }


def _page(resource: Resource) -> _Schema:
    return {
        "type": "object",
        "required": ["data", "next"],
        "additionalProperties": False,
        "properties": {
            "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{resource.name}"}},
            "next": {
                "type": ["string", "null"],
                "description": _("Địa chỉ của trang sau; null ở trang cuối"),
            },
        },
    }


def _list(resource: Resource) -> _Schema:
    etag = {"ETag": {"schema": {"type": "string"}}}
    content = {"application/json": {"schema": _page(resource)}}
    shared = {
        code: {"$ref": f"#/components/responses/{name}"}
        for code, name in (("400", "bad"), ("401", "unknown"), ("429", "often"))
    }
    return {
        "get": {
            "operationId": resource.name,
            "summary": str(resource.title),
            "parameters": [
                {
                    "name": "after",
                    "in": "query",
                    "description": _("Tiếp sau bản ghi này; lấy từ `next`"),
                    "schema": {"type": "string", "pattern": f"^{resource.cursor}$"},
                },
                *({"$ref": f"#/components/parameters/{name}"} for name in ("limit", "known")),
            ],
            "responses": {
                "200": {"description": _("Một trang"), "headers": etag, "content": content},
                "304": {"description": _("Chưa có gì đổi"), "headers": etag},
                **shared,
            },
        }
    }


def _problem(words: str) -> _Schema:
    schema = {"$ref": "#/components/schemas/problem"}
    return {"description": words, "content": {PROBLEM: {"schema": schema}}}


def openapi(base: str) -> _Schema:
    """The description of the API, OpenAPI 3.1."""
    problem = {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Điểm OCOP: đọc dữ liệu của một địa phương"),
            "version": "1",
            "description": _(
                "Chỉ đọc. Khóa do quản lý của địa phương tạo ở trang Khóa API; mỗi khóa đọc một địa phương. "
                "Trang sau ở `next`. Gửi lại ETag bằng If-None-Match: chưa có gì đổi thì nhận 304."
            ),
        },
        "servers": [{"url": f"{base}/api/v1"}],
        "security": [{"key": []}],
        "paths": {f"/{one.name}": _list(one) for one in RESOURCES},
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "parameters": {
                "limit": {
                    "name": "limit",
                    "in": "query",
                    "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
                },
                "known": {
                    "name": "If-None-Match",
                    "in": "header",
                    "schema": {"type": "string"},
                },
            },
            "responses": {
                "bad": _problem(_("Tham số không đọc được")),
                "unknown": _problem(_("Thiếu khóa, khóa sai hoặc đã thu hồi")),
                "often": _problem(_("Hỏi quá nhiều trong một phút")),
            },
            "schemas": {**{one.name: _record(one) for one in RESOURCES}, "problem": problem},
        },
    }
