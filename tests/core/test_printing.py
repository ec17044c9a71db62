"""Papers are rendered for real and read back with poppler's tools."""

import os
import re
import shutil
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ocop_points.core import printing
from ocop_points.core.printing import PrintingError, amount_in_words, qr_svg, render_pdf
from tests.core.print_examples import (
    ALPHABET,
    CHECK_URL,
    HOSTILE,
    NUMBER,
    PAPER_DAY,
    PAPERS,
    line,
    many_lines,
    minutes,
    pictures,
    voucher,
)


def tool(name: str, *arguments: object) -> str:
    """What one of poppler's tools says."""
    if shutil.which(name) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is missing: apt-get install poppler-utils")
        pytest.skip(f"{name} is not installed (poppler-utils)")
    done = subprocess.run(
        [name, *map(str, arguments)],
        capture_output=True,
        check=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.stdout


def text_of(pdf: bytes, folder: Path, *options: str) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    return tool("pdftotext", *options, path, "-")


def flat(text: str) -> str:
    return " ".join(text.split())


def letters(text: str) -> str:
    """Without the blanks and chances to break that a narrow cell brings."""
    return "".join(text.replace("\u200b", "").split())


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    return {
        name: render_pdf(template, data, pictures=pictures(count))
        for name, (template, data, count) in PAPERS.items()
    }


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_is_a4_embedded_tagged_and_names_both_standards(
    papers: dict[str, bytes], name: str, tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(papers[name])
    about = tool("pdfinfo", "-isodates", path)
    assert "(A4)" in about
    assert re.search(r"Tagged:\s+yes", about)
    assert re.search(r"CreationDate:\s+2026-02-03", about)
    assert re.search(r"Title:\s+(Biên bản kiểm tra|Phiếu (nhập|xuất) kho) ", about)
    fonts = tool("pdffonts", path).splitlines()[2:]
    assert fonts
    for font in fonts:
        assert re.search(r"LiberationSerif|DejaVuSans", font)
        assert re.search(r" yes yes yes ", font), f"not embedded, subset, with Unicode: {font}"
    xmp = tool("pdfinfo", "-meta", path)
    for claim in (
        "<pdfaid:part>2<",
        "<pdfaid:conformance>A<",
        "<pdfuaid:part>1<",
        "<rdf:li>vi-VN<",
    ):
        assert claim in xmp


def test_minutes_show_what_was_found(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = flat(text_of(papers["minutes"], tmp_path))
    for shown in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "SỞ CÔNG THƯƠNG",
        f"Số: {NUMBER}",
        "Quảng Ninh, ngày 03 tháng 02 năm 2026",
        "BIÊN BẢN KIỂM TRA ĐỊNH KỲ",
        "Thủ tướng Chính phủ; Căn cứ Tiêu chí",
        "Quyết định số 950/QĐ-BCT ngày 18 tháng 4 năm 2023 của Bộ Công Thương (Bộ tiêu chí",
        "chưa có văn bản thay thế trong hệ thống",
        "1.1. Ông/bà Nguyễn Thị Thu Hà, Chuyên viên Phòng Quản lý thương mại – Trưởng đoàn;",
        "Đặng Thị Nga, Cửa hàng trưởng",
        "QNI-0007",
        "45 m²",
        "(tối thiểu 60 %)",
        "Thuộc loại: Trung tâm thương mại, siêu thị, chợ",
        "✘ Chưa đạt",
        "– Không áp dụng",
        "Không bày hàng hết hạn *",
        "1:10 †",
        "† Nội dung chờ xác nhận",
        "Còn 3 ảnh ở phụ lục.",
        "83,3 %",
        "Mức đạt: từ 70,0 %.",
        "Kết quả kiểm tra: CHƯA ĐẠT.",
        "Chậm nhất ngày 10/02/2026.",
        "Biên bản gồm 03 trang và 01 phụ lục ảnh, được lập thành 03 bản",
        "hồi 15 giờ 20 phút cùng ngày",
        "Nơi nhận: - Trung tâm OCOP Bãi Cháy; - Lãnh đạo Sở (để b/c); - Lưu: VT, QLTM.",
        "PHỤ LỤC ẢNH (Kèm theo Biên bản số 12/BB-SCT ngày 03 tháng 02 năm 2026",
        "Ảnh 9. Tiêu chí B.2, chụp 14:16 ngày 03/02/2026",
    ):
        assert shown in text
    assert CHECK_URL in text.replace(" ", "").replace("https", " https")
    assert "DỰ THẢO" not in text


def test_page_numbers_start_on_page_two_and_again_in_the_annex(
    papers: dict[str, bytes], tmp_path: Path
) -> None:
    pages = text_of(papers["minutes"], tmp_path, "-layout").split("\f")
    heads = [page.lstrip().splitlines()[0].strip() for page in pages if page.strip()]
    assert heads[1:] == ["2", "3", "PHỤ LỤC ẢNH"]
    assert heads[0].startswith("ỦY BAN NHÂN DÂN")


def test_table_head_is_on_each_page_and_no_row_is_torn(tmp_path: Path) -> None:
    data = many_lines(40) | {"draft": False}
    for number, entry in enumerate(data["sections"][0]["lines"]):
        entry["note"] = "Đã nhắc tại chỗ. " * (number % 4 * 7)
    text = text_of(render_pdf("minutes", data, pictures=pictures(30)), tmp_path, "-layout")
    head = r"Mã +Nội dung tiêu chí +Kết quả +Ghi nhận, nhận xét\s+I\. Vị trí\s+I\.(\d+) "
    for page in text.split("\f"):
        if re.search(r"^ *I\.\d+ ", page, re.MULTILINE):
            assert re.search(head, page)
    assert {int(found) for found in re.findall(r"I\.(\d+)\b", text)} == set(range(40))
    assert {int(found) for found in re.findall(r"Ảnh (\d+)[.,]", text)} == set(range(1, 31))


def test_nothing_of_an_endless_text_is_lost(tmp_path: Path) -> None:
    words = [f"chữ{number}" for number in range(1200)]
    text, lines = " ".join(words), "\n".join(words[:150])
    data = minutes(opinion=text)
    data["sections"][0]["lines"] = [line("A.1", note=text), line("A.2", text=text, note=lines)]
    data["findings"] = [{"line": "A.2", "what": text, "mandatory": False, "remedy": lines}]
    found = text_of(render_pdf("minutes", data, pictures=pictures(9)), tmp_path).split()
    assert [found.count(word) for word in words] == [6] * 150 + [4] * 1050
    slip = voucher(reason=text)
    slip["lines"][0] |= {"name": text, "note": lines}
    found = text_of(render_pdf("voucher", slip), tmp_path).replace(";", " ").split()
    assert [found.count(word) for word in words] == [3] * 150 + [2] * 1050


def test_a_draft_says_so_on_every_page(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = text_of(papers["minutes, 40 lines, 30 pictures, draft"], tmp_path, "-raw")
    for page in text.rstrip("\f").split("\f"):
        assert "D Ự T H Ả O" in flat(page)
    for shown in ("DỰ THẢO", "Số: ……/BB-SCT", "(tạm tính, còn tiêu chí chưa đánh giá): ĐẠT"):
        assert shown in flat(text)


def test_each_picture_has_its_own_words(papers: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(papers["minutes"])
    assert len(tool("pdfimages", "-list", path).splitlines()) - 2 == 9
    assert tool("pdfinfo", "-struct", path).count("Figure") == 9 + 1  # and the QR code


def test_least_data_makes_a_paper(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = flat(text_of(papers["minutes, empty lists"], tmp_path))
    for shown in ("Không có tiêu chí nào.", "KHÔNG CÓ SỐ LIỆU", "Không có.", "Không có đại diện"):
        assert shown in text


def test_void_minutes_say_so(papers: dict[str, bytes], tmp_path: Path) -> None:
    text = flat(text_of(papers["minutes, void"], tmp_path))
    assert "Đã hủy ngày 05/02/2026: ghi nhầm điểm bán" in text
    assert "ĐÃ HỦY" in text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "receipt",
            [
                "Đơn vị: Hợp tác xã Sản phẩm vùng biển Vân Đồn",
                "Mẫu số 01-VT (Ban hành theo Thông tư số 71/2024/TT-BTC",
                "PHIẾU NHẬP KHO",
                "Số: PN-QNI-0007-2026-0413",
                "Họ và tên người giao: Phạm Văn Tú",
                "Theo hóa đơn số 0000417 ngày 03 tháng 02 năm 2026 của Hợp tác xã Nông nghiệp",
                "Lô TK-0001; HSD 20/01/2027; 4 sao",
                "Ba mươi lăm triệu năm trăm bảy mươi sáu nghìn đồng.",
                "Số chứng từ gốc kèm theo: 02",
                "Kế toán trưởng",
            ],
        ),
        (
            "issue",
            [
                "Mẫu số 02-VT",
                "PHIẾU XUẤT KHO",
                "Số: PX-QNI-0007-2026-0413",
                "Lý do xuất kho: Bán cho khách đoàn",
                "Yêu cầu",
                "Giám đốc",
            ],
        ),
        ("issue, draft", ["DỰ THẢO", "Số: ……"]),
        ("receipt, reversed", ["ĐÃ ĐẢO bởi phiếu ĐP-QNI-0007-2026-0002 ngày 04/02/2026"]),
    ],
)
def test_vouchers_show_their_form(
    papers: dict[str, bytes], tmp_path: Path, name: str, expected: list[str]
) -> None:
    text = flat(text_of(papers[name], tmp_path))
    for shown in expected:
        assert shown in text


def test_every_vietnamese_letter_survives_composed_or_not(tmp_path: Path) -> None:
    apart = " ".join(unicodedata.normalize("NFD", letter) for letter in ALPHABET)
    for typed in (" ".join(ALPHABET), apart):
        pdf = render_pdf("minutes", minutes(opinion=typed), pictures=pictures(9))
        assert ALPHABET in letters(text_of(pdf, tmp_path))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_user_types_is_printed_and_never_obeyed(hostile: str, tmp_path: Path) -> None:
    data = minutes(opinion=hostile)
    data["point"] = data["point"] | {"name": hostile}
    data["sections"][0]["lines"][1]["note"] = hostile
    data["sections"][0]["lines"][0]["pictures"][0]["caption"] = hostile
    data["recipients"] = [hostile]
    text = letters(text_of(render_pdf("minutes", data, pictures=pictures(9)), tmp_path))
    assert text.count(letters(hostile)) >= 4
    assert "root:" not in text
    slip = voucher(person=hostile, reason=hostile)
    slip["lines"][0]["name"] = hostile
    text = letters(text_of(render_pdf("voucher", slip), tmp_path))
    assert text.count(letters(hostile)) >= 3


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Rất tốt 👍 nhé", "Rất tốt □ nhé"),
        ("中文 và ภาษา", "□□ và □□□□"),
        ("a\x00b\x1fc\x7fd\ue000e", "a□b□c□d□e"),
        ("trái\u202e phải\ufeff\u200b", "trái phải"),
        ("một\r\nhai\tba\u00a0bốn", "một hai ba bốn"),
        ("x" * 300, "x" * 300),
    ],
)
def test_characters_without_a_letterform_do_not_stop_the_paper(
    typed: str, printed: str, tmp_path: Path
) -> None:
    slip = voucher(person=typed)
    slip["lines"][0]["name"] = typed
    pdf = render_pdf("voucher", slip)
    assert letters(printed) in letters(text_of(pdf, tmp_path))
    right_ends = re.findall(r'xMax="([\d.]+)"', text_of(pdf, tmp_path, "-bbox"))
    assert max(map(float, right_ends)) < (210 - 15) / 25.4 * 72 + 1, "runs out of the page"


@pytest.mark.parametrize("name", ["minutes", "issue"])
def test_same_input_same_bytes(papers: dict[str, bytes], name: str) -> None:
    template, data, count = PAPERS[name]
    assert render_pdf(template, data, pictures=pictures(count)) == papers[name]


def test_threads_do_not_mix_papers(tmp_path: Path) -> None:
    slips = [voucher(person=f"Người thứ {number}") for number in range(8)]
    alone = [render_pdf("voucher", slip) for slip in slips]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda slip: render_pdf("voucher", slip), slips)) == alone
    assert "Người thứ 5" in text_of(alone[5], tmp_path)


def test_times_are_those_of_vietnam(tmp_path: Path) -> None:
    data = minutes(started_at=datetime(2026, 2, 2, 17, 30, tzinfo=UTC))
    text = flat(text_of(render_pdf("minutes", data, pictures=pictures(9)), tmp_path))
    assert "hồi 00 giờ 30 phút ngày 03 tháng 02 năm 2026" in text


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    render_pdf("voucher", voucher())
    with pytest.raises(PrintingError):
        render_pdf("voucher", {"date": PAPER_DAY})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("template", "data", "shots_given", "message"),
    [
        ("voucher", {"date": PAPER_DAY}, {}, r"voucher\.typ:\d+:\d+"),
        ("minutes", minutes(), {}, "pictures/p0"),
        ("minutes", minutes(), dict.fromkeys(pictures(9), b"no picture"), r"\.typ:\d+:\d+"),
        ("nothing", minutes(), {}, "nothing.typ"),
        ("../voucher", voucher(), {}, "not the name"),
        ("voucher", voucher(), {"../../x": b""}, "not the name"),
        ("voucher", voucher(date=None), {}, "date"),
        ("voucher", voucher(total=1.5), {}, "float"),
    ],
)
def test_a_failure_names_its_place(
    template: str, data: dict[str, Any], shots_given: dict[str, bytes], message: str
) -> None:
    with pytest.raises(PrintingError, match=message):
        render_pdf(template, data, pictures=shots_given)


def test_templates_see_only_their_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("bí mật", encoding="utf-8")
    templates = tmp_path / "templates"
    templates.mkdir()
    for attempt in ("/etc/passwd", "../secret.txt", str(tmp_path / "secret.txt")):
        (templates / "bad.typ").write_text(f'#read("{attempt}")', encoding="utf-8")
        monkeypatch.setattr(printing, "TEMPLATES", templates)
        with pytest.raises(PrintingError, match=r"bad\.typ:1:"):
            render_pdf("bad", {"date": PAPER_DAY})


def test_missing_fonts_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "FONTS", tmp_path)
    monkeypatch.setattr(printing, "_fonts", printing._fonts.__wrapped__)
    with pytest.raises(PrintingError, match="DejaVu Sans, Liberation Serif"):
        render_pdf("voucher", voucher())


def test_qr_is_a_drawing_with_its_quiet_zone() -> None:
    drawing = qr_svg(CHECK_URL).decode()
    assert "<svg" in drawing
    assert "M4 4.5h7" in drawing


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (1, "Một đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi bốn đồng"),
        (55, "Năm mươi lăm đồng"),
        (100, "Một trăm đồng"),
        (105, "Một trăm lẻ năm đồng"),
        (111, "Một trăm mười một đồng"),
        (1_000, "Một nghìn đồng"),
        (1_001, "Một nghìn không trăm lẻ một đồng"),
        (1_015, "Một nghìn không trăm mười lăm đồng"),
        (20_500, "Hai mươi nghìn năm trăm đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_000_005, "Một triệu không trăm lẻ năm đồng"),
        (1_050_000, "Một triệu không trăm năm mươi nghìn đồng"),
        (35_576_000, "Ba mươi lăm triệu năm trăm bảy mươi sáu nghìn đồng"),
        (10**9, "Một tỷ đồng"),
        (10**9 + 5, "Một tỷ không trăm lẻ năm đồng"),
        (2_001_000_000, "Hai tỷ không trăm lẻ một triệu đồng"),
        (
            999_999_999_999,
            "Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu "
            "chín trăm chín mươi chín nghìn chín trăm chín mươi chín đồng",
        ),
        (10**12, "Một nghìn tỷ đồng"),
    ],
)
def test_amounts_in_words(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


def test_no_negative_amount_in_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        amount_in_words(-5)
