"""What `flask verify` asks of the catalogue: scans, pictures and letters are those that were written down."""

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select

from ocop_points.audit.queries import unlike_attached, written
from ocop_points.audit.rules import Action
from ocop_points.catalogue.merges_models import SupplierMerge
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.notices_models import CertificateNotice
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.core.db import db
from ocop_points.evidence.models import StoredFile


def catalogue_faults() -> Iterator[str]:
    """A sentence for every scan, picture and letter that is not as the audit rows say, and for half merges."""
    yield from _scans()
    yield from _pictures()
    yield from _letters()
    yield from _merges()


def _scans() -> Iterator[str]:
    """The scans of each product are those that were attached and not taken off."""
    rows = select(CatalogueScan.product_id, CatalogueScan.name, StoredFile.sha256)
    there = (tuple(row) for row in db.session.execute(rows.join(CatalogueScan.file)))
    yield from unlike_attached(
        there,
        "Bản quét {name} của sản phẩm số {id}",
        Action.CATALOGUE_SCAN_ADDED,
        Action.CATALOGUE_SCAN_REMOVED,
        Action.CERTIFICATE_REMOVED,  # takes its scans along
    )


def _pictures() -> Iterator[str]:
    """Each product shows the picture it was given last."""
    told = {
        product_id: changes["sha256"][1]
        for product_id, changes in written(Action.PRODUCT_PICTURE_SET)
    }
    rows = select(Product.id, Product.code, StoredFile.sha256).outerjoin(
        StoredFile, StoredFile.id == Product.picture_file_id
    )
    for product_id, code, sha256 in db.session.execute(rows):
        if sha256 != told.get(product_id):
            yield f"Ảnh của sản phẩm {code}: khác với nhật ký."


def _letters() -> Iterator[str]:
    """Who was told, on which day: the letters are those that were noted and not taken back."""
    rows = select(Certificate.product_id, CertificateNotice.sent_on).join(
        Certificate, Certificate.id == CertificateNotice.certificate_id
    )
    there = Counter((id_, day.isoformat()) for id_, day in db.session.execute(rows))
    told: Counter[tuple[int, str]] = Counter()
    for product_id, changes in written(Action.NOTICE_SENT, Action.NOTICE_TAKEN_BACK):
        before, after = changes["sent_on"]
        told[product_id, after or before] += 1 if after else -1
    for product_id, day in there - told:
        yield f"Thông báo ngày {day} về sản phẩm số {product_id}: không có trong nhật ký."
    for product_id, day in told - there:
        yield f"Thông báo ngày {day} về sản phẩm số {product_id}: nhật ký ghi có nhưng không còn."


def _merges() -> Iterator[str]:
    """What was merged away makes nothing, is offered no more, and leads to one that stayed."""
    merged = select(SupplierMerge.merged_id)
    rows = select(Product.code).where(Product.producer_id.in_(merged))
    for code in db.session.scalars(rows):
        yield f"Sản phẩm {code}: chủ thể là bản ghi đã gộp vào bản khác."
    rows = select(Supplier.name).where(Supplier.id.in_(merged), Supplier.active)
    for name in db.session.scalars(rows):
        yield f"Nhà cung cấp {name}: đã gộp vào bản khác mà vẫn đang dùng."
    twice = select(Supplier.name).join(SupplierMerge, SupplierMerge.kept_id == Supplier.id)
    for name in db.session.scalars(twice.where(Supplier.id.in_(merged))):
        yield f"Nhà cung cấp {name}: có bản gộp vào đây mà chính nó đã được gộp."
