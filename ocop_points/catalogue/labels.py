"""The words on screen for the enums of the catalogue, and a product's standing in words."""

from datetime import date
from functools import cache
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from ocop_points.catalogue.merges_rules import Likeness
from ocop_points.catalogue.queries import SOON_DAYS
from ocop_points.catalogue.rules import (
    CertificateFacts,
    OldProductGroup,
    ProductBasis,
    ProductGroup,
    SentHow,
    Standing,
    Stars,
    SupplierKind,
    days_left,
)
from ocop_points.core.formats import vi_date, vi_number

SUPPLIER_KIND = {
    SupplierKind.COOPERATIVE: _l("Hợp tác xã"),
    SupplierKind.ENTERPRISE: _l("Doanh nghiệp"),
    SupplierKind.HOUSEHOLD: _l("Cơ sở sản xuất, hộ kinh doanh"),
    SupplierKind.COOPERATIVE_GROUP: _l("Tổ hợp tác"),
    SupplierKind.TRADER: _l("Đơn vị thương mại"),
}
LIKENESS = {
    Likeness.TAX_CODE: _l("cùng mã số thuế"),
    Likeness.NAME: _l("cùng tên, cùng địa phương"),
    Likeness.PHONE: _l("cùng điện thoại"),
}
SUPPLIER_FACT = {
    "tax_code": _l("mã số thuế"),
    "representative": _l("người đại diện"),
    "phone": _l("điện thoại"),
    "address": _l("số nhà, đường, thôn"),
    "ward_code": _l("xã, phường"),
}
GROUP = {
    ProductGroup.FOOD: _l("Thực phẩm"),
    ProductGroup.DRINK: _l("Đồ uống"),
    ProductGroup.MEDICINAL: _l("Dược liệu và sản phẩm từ dược liệu"),
    ProductGroup.HANDICRAFT: _l("Hàng thủ công mỹ nghệ"),
    ProductGroup.ORNAMENTAL: _l("Sinh vật cảnh"),
    ProductGroup.TOURISM: _l("Du lịch cộng đồng, du lịch sinh thái, điểm du lịch"),
}
OLD_GROUP = {
    OldProductGroup.FOOD: _l("Thực phẩm"),
    OldProductGroup.DRINK: _l("Đồ uống"),
    OldProductGroup.HERBAL: _l("Thảo dược"),
    OldProductGroup.TEXTILE: _l("Vải và may mặc"),
    OldProductGroup.DECOR: _l("Lưu niệm, nội thất, trang trí"),
    OldProductGroup.RURAL_TOURISM: _l("Dịch vụ du lịch nông thôn, bán hàng"),
}
BASIS = {
    ProductBasis.RATED: _l("Được xếp hạng từ 3 sao"),
    ProductBasis.KEY_PRODUCT: _l("Sản phẩm chủ lực của tỉnh"),
    ProductBasis.TYPICAL_RURAL: _l("Sản phẩm công nghiệp hoặc nông nghiệp nông thôn tiêu biểu"),
    ProductBasis.LOCAL_SPECIALTY: _l("Đặc sản, đặc trưng, tiềm năng, lợi thế của địa phương"),
}
STARS = {
    Stars.THREE: _l("3 sao"),
    Stars.FOUR: _l("4 sao"),
    Stars.POTENTIAL_FIVE: _l("Tiềm năng 5 sao"),
    Stars.FIVE: _l("5 sao"),
}
SENT_HOW = {
    SentHow.POST: _l("Gửi bưu điện"),
    SentHow.HAND: _l("Giao tận tay"),
    SentHow.EMAIL: _l("Thư điện tử"),
    SentHow.OTHER: _l("Cách khác"),
}
_DRAWN = {Stars.THREE: "★★★", Stars.FOUR: "★★★★", Stars.FIVE: "★★★★★"}


def bad_barcode(error: ValueError) -> str:
    """What to say of a barcode that `rules.read_barcode` refused."""
    if str(error) == "check":
        return str(_("Mã vạch sai: chữ số cuối không khớp. Quét lại hoặc xem lại từng chữ số"))
    return str(_("Nhập 8, 12 hoặc 13 chữ số dưới mã vạch"))


def stars_mark(stars: Stars) -> Markup:
    """A grade as the design draws it; the potential one in words, since it is not 5 stars yet."""
    return _stars_mark(stars, str(get_locale()))


@cache
def _stars_mark(stars: Stars, _locale: str) -> Markup:
    """Made once a language: a list has one in each row."""
    words = str(STARS[stars])
    if stars.is_potential:
        return Markup('<span class="stars">{}</span>').format(words)
    return Markup(
        '<span class="stars"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>'
    ).format(_DRAWN[stars], words)


def shelf_life(product: Any) -> str:
    """As it was written down: "12 tháng" or "45 ngày"; "" where nothing is known. A product or a row of a list."""
    if product.shelf_life_months:
        return str(_("%(n)s tháng", n=vi_number(product.shelf_life_months)))
    return (
        str(_("%(n)s ngày", n=vi_number(product.shelf_life_days)))
        if product.shelf_life_days
        else ""
    )


def basis_paper(product: Any, letter: str) -> str:
    """Number, day and issuer of the paper of a basis; "" where none is written down."""
    number, on, issuer = (
        getattr(product, f"basis_{letter}_{part}") for part in ("paper", "on", "issuer")
    )
    day = str(_("ngày %(day)s", day=vi_date(on))) if on else ""
    by = str(_("của %(issuer)s", issuer=issuer)) if issuer else ""
    return " ".join(part for part in (number, day, by) if part)


def unrated(ended_on: date | None) -> str:
    """'Chưa xếp hạng', with the day since when where it once was rated."""
    if ended_on is None:
        return str(_("Chưa xếp hạng"))
    return str(_("Chưa xếp hạng (hết hiệu lực từ %(day)s)", day=vi_date(ended_on)))


def standing_text(standing: Standing) -> str:
    """A standing in plain words, for xlsx and paper."""
    return str(STARS[standing.stars]) if standing.stars else unrated(standing.last_ended_on)


def standing_mark(standing: Standing) -> Markup:
    """A standing as lists and pages show it."""
    if standing.stars:
        return stars_mark(standing.stars)
    return Markup('<span class="sub">{}</span>').format(unrated(standing.last_ended_on))


def certificate_tag(facts: CertificateFacts, day: date) -> tuple[str, str]:
    """Tone and words of a certificate on a day."""
    if facts.withdrawn_on is not None and facts.withdrawn_on <= day:
        return "bad", str(_("Thu hồi từ %(day)s", day=vi_date(facts.withdrawn_on)))
    if day < facts.issued_on:
        return "", str(_("Chưa có hiệu lực"))
    left = days_left(facts, day)
    if left < 0:
        return "bad", str(_("Hết hiệu lực"))
    if left <= SOON_DAYS:
        return "warn", str(_("Còn %(n)s ngày", n=left))
    return "ok", str(_("Còn hiệu lực"))


def row_tag(row: Any, day: date) -> tuple[str, str]:
    """As `certificate_tag`, of a row of a list."""
    facts = CertificateFacts(
        issued_on=row.issued_on,
        last_valid_day=row.last_valid_day,
        stars=row.stars,
        withdrawn_on=row.withdrawn_on,
    )
    return certificate_tag(facts, day)


def certificate_line(certificate: Any) -> str:
    """A certificate in a list to tick; product and producer are loaded."""
    made = certificate.product
    day = vi_date(certificate.facts.last_day)
    return f"{made.producer.name} · {made.name} · {certificate.number} · " + str(
        _("đến hết %(day)s", day=day)
    )
