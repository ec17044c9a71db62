"""`flask verify` finds what somebody with the database file in hand has altered, and nothing in a sound one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ocop_points.assessments import faults
from ocop_points.audit.queries import written
from ocop_points.audit.rules import Action
from tests.installations import DATABASE, copy_of
from tests.store import POSTGRESQL

pytestmark = pytest.mark.skipif(bool(POSTGRESQL), reason="of a SQLite file altered by hand")

Plant = Callable[[Path], None]
FAULTS: dict[str, tuple[str, str]] = {
    "a movement": (
        "UPDATE movement SET delta = delta + 1 WHERE id = (SELECT min(id) FROM movement)",
        "tồn của lô số",
    ),
    "a movement and its balance": (
        "UPDATE movement SET delta = delta + 1 WHERE id = 1; UPDATE balance SET on_hand = on_hand + 1"
        " WHERE (point_id, lot_id) = (SELECT point_id, lot_id FROM movement WHERE id = 1)",
        "Phiếu PD-",
    ),
    "a movement gone": ("DELETE FROM movement WHERE id = 5", "tồn của lô số"),
    "a balance": ("UPDATE balance SET on_hand = on_hand + 1 WHERE rowid = 3", "tồn của lô số"),
    "an audit row": ("UPDATE audit_row SET user_name = 'Ai đó' WHERE id = 20", "Nhật ký: dòng 20"),
    "an audit row gone": ("DELETE FROM audit_row WHERE id = 20", "Nhật ký: dòng 21"),
    "the last audit row gone": (
        "DELETE FROM audit_row WHERE id = (SELECT max(id) FROM audit_row)",
        "Nhật ký: dòng cuối phải là",
    ),
    "a voucher's number": (
        "UPDATE voucher SET number = replace(number, '-0001', '-0901') WHERE id ="
        " (SELECT min(id) FROM voucher WHERE number IS NOT NULL)",
        "số phải là",
    ),
    "a voucher's serial": (
        "UPDATE voucher SET serial = serial + 500, number = replace(number, '-0001', '-0501') WHERE id ="
        " (SELECT min(id) FROM voucher WHERE number LIKE '%-0001')",
        "số cuối 501",
    ),
    "a voucher number missing": (
        "CREATE TEMP TABLE gone AS SELECT min(v.id) AS id FROM voucher v JOIN voucher w ON v.serial = 1"
        " AND w.serial = 2 AND v.kind = 'issue' AND (w.point_id, w.kind, w.year) = (v.point_id, v.kind, v.year);"
        " DELETE FROM movement WHERE line_id IN (SELECT l.id FROM voucher_line l JOIN gone ON gone.id = l.voucher_id);"
        " DELETE FROM voucher_line WHERE voucher_id IN gone; DELETE FROM voucher WHERE id IN gone; DROP TABLE gone",
        "Số phiếu PX-",
    ),
    "a count of a stocktake": (
        "UPDATE stocktake_line SET quantity = quantity + 1 WHERE id = (SELECT min(l.id) FROM stocktake_line l"
        " JOIN stocktake s ON s.id = l.stocktake_id WHERE s.state = 'posted')",
        "không khớp với phiếu đã ghi",
    ),
    "what a stocktake was held against": (
        "UPDATE stocktake_line SET book = book + 1 WHERE id = (SELECT min(l.id) FROM stocktake_line l"
        " JOIN stocktake s ON s.id = l.stocktake_id WHERE s.state = 'posted')",
        "không khớp với phiếu đã ghi",
    ),
    "a counter": (
        "UPDATE counter SET value = value + 1 WHERE name LIKE 'voucher:%'",
        "bộ đếm",
    ),
    "a price": (
        "UPDATE voucher_line SET amount = amount + 1000 WHERE id ="
        " (SELECT min(id) FROM voucher_line WHERE amount > 0)",
        "khác với nhật ký",
    ),
    "the number of minutes": (
        "UPDATE visit SET number = number + 900 WHERE id ="
        " (SELECT min(id) FROM visit WHERE state = 'approved')",
        "Biên bản số",
    ),
    "the result of a visit": (
        "UPDATE visit SET result = CASE result WHEN 'pass' THEN 'fail' ELSE 'pass' END WHERE id ="
        " (SELECT min(id) FROM visit WHERE state = 'approved')",
        "Biên bản số",
    ),
    "what an amendment says": (
        "UPDATE amendment SET text = 'khác' WHERE id = (SELECT min(id) FROM amendment)",
        "Bản bổ sung, đính chính số",
    ),
    "what a finding says": (
        "UPDATE finding SET severity = CASE severity WHEN 'major' THEN 'minor' ELSE 'major' END WHERE id = 1",
        "Tồn tại",
    ),
    "a finding closed by hand": (
        "UPDATE finding SET state = 'closed', closed_on = opened_on WHERE id ="
        " (SELECT min(id) FROM finding WHERE state = 'open')",
        "trạng thái khác với diễn biến",
    ),
    "the code of a lot": ("UPDATE lot SET code = 'KHAC' WHERE id = 1", "Lô số 1"),
    "the expiry of a lot": (
        "UPDATE lot SET expiry = date(expiry, '+1 year') WHERE id ="
        " (SELECT min(id) FROM lot WHERE expiry IS NOT NULL)",
        "khác với phiếu",
    ),
    "a lot out of nothing": (
        "INSERT INTO lot (product_id, code) SELECT product_id, 'TU-KHONG' FROM lot WHERE id = 1",
        "không phiếu nào nhập lô này",
    ),
    "a photo's row": ("UPDATE stored_file SET width = width + 1 WHERE id = 1", "kích thước ảnh"),
    "a photo exchanged": (
        "UPDATE answer_photo SET stored_file_id = (SELECT min(f.id) FROM stored_file f WHERE f.id <>"
        " answer_photo.stored_file_id AND f.mimetype = 'image/jpeg') WHERE id = 1",
        "không có trong nhật ký",
    ),
    "a photo taken away": (
        "DELETE FROM answer_photo WHERE id = 1",
        "nhật ký ghi có nhưng không còn",
    ),
    "a picture exchanged": (
        "UPDATE product SET picture_file_id = (SELECT min(f.id) FROM stored_file f WHERE f.id <>"
        " product.picture_file_id) WHERE id = (SELECT min(id) FROM product WHERE picture_file_id > 0)",
        "Ảnh của sản phẩm SP-",
    ),
    "a scan of a certificate gone": (
        "DELETE FROM catalogue_scan WHERE id = (SELECT min(id) FROM catalogue_scan WHERE basis IS NULL)",
        "nhật ký ghi có nhưng không còn",
    ),
    "a scan of a basis exchanged": (
        "UPDATE catalogue_scan SET stored_file_id = (SELECT min(f.id) FROM stored_file f WHERE f.id <>"
        " catalogue_scan.stored_file_id) WHERE id ="
        " (SELECT min(id) FROM catalogue_scan WHERE basis IS NOT NULL)",
        "không có trong nhật ký",
    ),
    "a signed agreement exchanged": (
        "UPDATE agreement_scan SET stored_file_id = (SELECT min(f.id) FROM stored_file f WHERE f.id <>"
        " agreement_scan.stored_file_id) WHERE id = 1",
        "của thỏa thuận số",
    ),
    "a payment of support altered": (
        "UPDATE support_payment SET amount = amount - 1 WHERE id = 1",
        "không có trong nhật ký",
    ),
    "more paid than was decided": (
        "UPDATE support SET amount = 1 WHERE id = (SELECT min(support_id) FROM support_payment)",
        "nhiều hơn 1 ₫ của quyết định",
    ),
    "another day of duty": (
        "UPDATE sales_point SET keep_open_until = '2031-01-01' WHERE keep_open_until IS NOT NULL",
        "ngày cam kết mở cửa khác",
    ),
    "a letter on another day": (
        "UPDATE certificate_notice SET sent_on = date(sent_on, '-9 days') WHERE id = 1",
        "Thông báo ngày",
    ),
    "a supplier merged by hand": (
        "INSERT INTO supplier_merge SELECT 2, 3, by_user_id, at FROM supplier_merge LIMIT 1",
        "đã gộp vào bản khác",
    ),
    "the code of a point": (
        "UPDATE sales_point SET code = 'QNI-9999' WHERE id = 1",
        "Điểm bán QNI-9999",
    ),
    "a person gone": ("DELETE FROM user_account WHERE id = 5", "trỏ tới dòng không còn"),
}


def alter(folder: Path, statements: str) -> None:
    """As somebody does who opens the file: no foreign keys, and the triggers out of the way."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = kept.fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        before = connection.total_changes
        connection.executescript(statements)
        assert connection.total_changes > before, "nothing was altered"
        for _name, sql in triggers:
            connection.execute(sql)
        connection.commit()


def told(app: Flask) -> tuple[int, str]:
    answer = app.test_cli_runner().invoke(args=["verify"])
    return answer.exit_code, answer.output


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(demonstration: Path, tmp_path: Path, fault: str) -> None:
    statements, sentence = FAULTS[fault]
    app = copy_of(demonstration, tmp_path / "copy")
    alter(tmp_path / "copy", statements)
    status, said = told(app)
    assert status == 1, said
    assert sentence in said


@pytest.mark.parametrize("spoil", [Path.unlink, lambda place: place.write_bytes(b"another")])
def test_a_file_that_is_gone_or_another_is_found(
    demonstration: Path, tmp_path: Path, spoil: Plant
) -> None:
    app = copy_of(demonstration, tmp_path / "copy")
    place = next(
        place for place in sorted((tmp_path / "copy" / "files").rglob("*")) if place.is_file()
    )
    spoil(place)
    status, said = told(app)
    assert status == 1
    assert f"Tệp {place.name}" in said


def test_a_sound_one_has_no_fault(demonstration: Path, tmp_path: Path) -> None:
    assert told(copy_of(demonstration, tmp_path / "copy")) == (0, "Không thấy lỗi.\n")


def test_photos_from_before_their_hashes_were_written_down_are_no_fault(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hashless(*actions: Action) -> Iterator[tuple[int, dict[str, Any]]]:
        for visit_id, changes in written(*actions):
            unhashed = {name: told for name, told in changes.items() if name != "sha256"}
            yield visit_id, unhashed if Action.PHOTOS_ADDED in actions else changes

    monkeypatch.setattr(faults, "written", hashless)
    status, said = told(copy_of(demonstration, tmp_path / "copy"))
    assert status == 0, said
