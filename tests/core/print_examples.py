"""Example data for every paper: the shapes that each documents.py hands to core.printing."""

import io
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

from ocop_points.core.clock import VIETNAM
from ocop_points.core.printing import amount_in_words

PAPER_DAY = date(2026, 2, 3)
NUMBER = "12/BB-SCT"
CHECK_URL = "https://ocop.example.vn/kt/0f8fad5bd9cb469fa16570867728950e"

VOWELS = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES]
ALPHABET = "".join([*LETTERS, "đ", *(x.upper() for x in LETTERS), "Đ"])
HOSTILE = [
    '#read("/etc/passwd")',
    '#image("/data.json")',
    "*không đậm*",
    "_không nghiêng_",
    "$x^2$",
    "\\ \\u{41}",
    "@ref <nhãn>",
    "\"ngoặc kép\" 'đơn'",
    "= Không phải đề mục",
    "</script><b>",
    "// không phải chú thích",
    "`mã` [ngoặc] {đoạn}",
    "{{ 7*7 }} %s",
]


def photo(number: int) -> bytes:
    """A picture of its own colours and shape, upright or lying."""
    size = (800, 600) if number % 3 else (450, 800)
    image = Image.new("RGB", size, (60 + number * 6 % 190, 120, 200 - number * 5 % 190))
    draw = ImageDraw.Draw(image)
    for step in range(0, size[0], 90):
        draw.rectangle((step, 200, step + 60, size[1] - 40), fill=(240, 220 - step // 6, 90))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def pictures(count: int) -> dict[str, bytes]:
    return {f"p{number}": photo(number) for number in range(count)}


def shots(first: int, count: int) -> list[dict[str, object]]:
    start = datetime(2026, 2, 3, 14, 8, tzinfo=VIETNAM)
    return [
        {
            "key": f"p{number}",
            "taken_at": None if number == first + 1 else start + timedelta(minutes=number),
            "caption": "Kệ số 3 nhìn từ lối vào" if number % 2 else None,
        }
        for number in range(first, first + count)
    ]


def line(code: str, **over: object) -> dict[str, object]:
    base: dict[str, object] = {
        "code": code,
        "text": "Khu trưng bày sản phẩm OCOP riêng, sạch sẽ, dễ nhận biết",
        "mandatory": False,
        "confirmed": True,
        "result": "met",
        "points": "10,0",
        "possible": "10,0",
        "pictures": [],
    }
    return base | over


def minutes(**over: object) -> dict[str, Any]:
    """Scored minutes: each kind of line and result, pictures beside and in the annex."""
    sections = [
        {
            "code": "A",
            "title": "Không gian",
            "lines": [
                line(
                    "A.1",
                    text="Diện tích trưng bày",
                    value="45 m²",
                    minimum="30 m²",
                    pictures=shots(0, 2),
                ),
                line(
                    "A.2",
                    text="Thuộc một trong các loại địa điểm",
                    mandatory=True,
                    choice="Trung tâm thương mại, siêu thị, chợ",
                    note="Tầng 1, đối diện cửa chính",
                ),
            ],
        },
        {
            "code": "B",
            "title": "Hàng hóa",
            "note": "Số liệu kho lấy lúc 14 giờ 30 phút",
            "lines": [
                line(
                    "B.1",
                    text="Tỷ lệ mặt hàng từ 3 sao trở lên",
                    value="82,4 %",
                    minimum="60 %",
                    points="20,0",
                    possible="20,0",
                ),
                line(
                    "B.2",
                    text="Không bày hàng hết hạn",
                    mandatory=True,
                    result="not_met",
                    points="0,0",
                    note="12 gói Tôm khô Rạch Gốc, lô TK-0626, hạn 20/01/2026 còn trên kệ số 3",
                    pictures=shots(2, 7),
                ),
                line("B.3", text="Bán hàng trực tuyến", result="na", points=None),
                line("B.4", text="Biển hiệu theo mẫu, tỷ lệ 1:1,61 hoặc 1:10", confirmed=False),
            ],
        },
    ]
    base: dict[str, Any] = {
        "date": PAPER_DAY,
        "draft": False,
        "number": NUMBER,
        "symbol": "BB-SCT",
        "kind": "định kỳ",
        "check_url": CHECK_URL,
        "head": {
            "superior": "ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH",
            "issuer": "SỞ CÔNG THƯƠNG",
            "issuer_name": "Sở Công Thương tỉnh Quảng Ninh",
            "place": "Quảng Ninh",
        },
        "grounds": ["Quyết định số 490/QĐ-TTg ngày 07 tháng 5 năm 2018 của Thủ tướng Chính phủ"],
        "edition": {
            "title": "Tiêu chí điểm giới thiệu và bán sản phẩm OCOP giai đoạn 2023–2025",
            "number": "950/QĐ-BCT",
            "issued_on": date(2023, 4, 18),
            "issuer": "Bộ Công Thương",
            "ended": "Bộ tiêu chí 950/QĐ-BCT ban hành cho giai đoạn 2023–2025; "
            "chưa có văn bản thay thế trong hệ thống",
        },
        "started_at": datetime(2026, 2, 3, 14, 5, tzinfo=VIETNAM),
        "finished_at": datetime(2026, 2, 3, 15, 20, tzinfo=VIETNAM),
        "team": [
            {
                "name": "Nguyễn Thị Thu Hà",
                "office": "Chuyên viên Phòng Quản lý thương mại",
                "role": "Trưởng đoàn",
            },
            {"name": "Lê Đức Mạnh", "office": "Chuyên viên", "role": "Thành viên"},
            {
                "name": "Bùi Khắc Duẩn",
                "office": "Phòng Kinh tế, Ủy ban nhân dân phường Bãi Cháy",
                "role": None,
            },
        ],
        "point": {
            "code": "QNI-0007",
            "name": "Trung tâm OCOP Bãi Cháy",
            "address": "số 18 đường Hạ Long, phường Bãi Cháy, tỉnh Quảng Ninh",
            "kind": "Trung tâm thương mại, siêu thị, chợ",
            "operator": "Hợp tác xã Sản phẩm vùng biển Vân Đồn",
            "operator_kind": "Hợp tác xã",
            "tax_code": "5700123456",
            "phone": "0203 384 0000",
            "area": "120 m²",
        },
        "representatives": [{"name": "Đặng Thị Nga", "office": "Cửa hàng trưởng"}],
        "scored": True,
        "sections": sections,
        "score": {
            "rows": [
                {
                    "code": "A",
                    "title": "Không gian",
                    "earned": "20,0",
                    "possible": "20,0",
                    "percent": "100,0 %",
                },
                {
                    "code": "B",
                    "title": "Hàng hóa",
                    "earned": "30,0",
                    "possible": "40,0",
                    "percent": "75,0 %",
                },
            ],
            "earned": "50,0",
            "possible": "60,0",
            "percent": "83,3 %",
            "minimum": "70,0 %",
        },
        "conclusion": {
            "label": "Chưa đạt",
            "provisional": False,
            "reasons": ["Chưa đạt tiêu chí bắt buộc B.2"],
        },
        "findings": [
            {
                "line": "B.2",
                "what": "12 gói Tôm khô Rạch Gốc hết hạn còn trên kệ",
                "mandatory": True,
                "remedy": "Rút khỏi kệ, xuất hủy 12 gói",
                "due": date(2026, 2, 10),
            },
            {"line": "B.4", "what": "Biển hiệu bạc màu", "mandatory": False},
        ],
        "opinion": None,
        "copies": 3,
        "signers": [
            {"office": "ĐẠI DIỆN ĐIỂM BÁN", "name": "Đặng Thị Nga"},
            {"office": "TRƯỞNG ĐOÀN KIỂM TRA", "name": "Nguyễn Thị Thu Hà"},
        ],
        "recipients": ["Trung tâm OCOP Bãi Cháy", "Lãnh đạo Sở (để b/c)", "Lưu: VT, QLTM"],
    }
    return base | over


def many_lines(count: int) -> dict[str, Any]:
    """A long pass/fail draft, written on site before the end."""
    results = ("met", "not_met", "na", "open")
    long_text = "Đặt tại nơi giao thông thuận lợi, tập trung nhiều khách du lịch, dân cư đông đúc; "
    lines = [
        line(
            f"I.{number}",
            text=long_text * (1 + number % 3),
            result=results[number % 4],
            confirmed=number % 5 > 0,
            note="Đã nhắc tại chỗ, cửa hàng sửa ngay trong buổi kiểm tra." if number % 2 else None,
            pictures=shots(number * 5, 5) if number < 6 else [],
        )
        for number in range(count)
    ]
    return minutes(
        draft=True,
        number=None,
        check_url=None,
        scored=False,
        score=None,
        finished_at=None,
        sections=[{"code": "I", "title": "Vị trí", "lines": lines}],
        conclusion={"label": "Đạt", "provisional": True, "reasons": []},
        opinion="Cửa hàng nhất trí với kết quả kiểm tra. " * 8,
    )


def bare_minutes() -> dict[str, Any]:
    """The least that documents.py can hand over."""
    return minutes(
        number=None,
        grounds=[],
        edition={"title": "Bộ tiêu chí minh họa", "issuer": "Minh họa"},
        finished_at=None,
        team=[],
        representatives=[],
        sections=[],
        scored=False,
        score=None,
        findings=[],
        signers=[],
        recipients=[],
        check_url=None,
        conclusion={"label": "Không có số liệu", "provisional": False, "reasons": []},
        point={"code": "QNI-0007", "name": "Điểm", "address": "Bãi Cháy"},
    )


def voucher(form: str = "01-VT", count: int = 3, **over: object) -> dict[str, Any]:
    goods = ("Cua khô Năm Căn 200 g", "Mật ong rừng U Minh 500 ml", "Tôm khô Rạch Gốc 250 g")
    base: dict[str, Any] = {
        "form": form,
        "date": PAPER_DAY,
        "number": f"{'PN' if form == '01-VT' else 'PX'}-QNI-0007-2026-0413",
        "draft": False,
        "unit": {
            "name": "Hợp tác xã Sản phẩm vùng biển Vân Đồn",
            "address": "số 18 đường Hạ Long, phường Bãi Cháy, tỉnh Quảng Ninh",
            "section": "Trung tâm OCOP Bãi Cháy",
        },
        "legal": "Ban hành theo Thông tư số 71/2024/TT-BTC ngày 07/10/2024 của Bộ Tài chính",
        "person": "Phạm Văn Tú",
        "person_address": "Khách sạn Hạ Long, phường Bãi Cháy",
        "document": {
            "kind": "hóa đơn",
            "number": "0000417",
            "date": PAPER_DAY,
            "of": "Hợp tác xã Nông nghiệp Năm Căn, tỉnh Cà Mau",
        },
        "reason": None if form == "01-VT" else "Bán cho khách đoàn",
        "store": "Kho Trung tâm OCOP Bãi Cháy",
        "store_address": "số 18 đường Hạ Long, phường Bãi Cháy, tỉnh Quảng Ninh",
        "lines": [
            {
                "name": goods[number % 3],
                "code": f"SP-{number:05}",
                "unit": "gói",
                "lot": f"TK-{number:04}",
                "expiry": date(2027, 1, 20),
                "note": "4 sao" if number % 2 else None,
                "first": "60",
                "second": "1.058",
                "price": "265.000",
                "amount": "15.370.000",
            }
            for number in range(count)
        ],
        "total": "35.576.000",
        "amount_in_words": amount_in_words(35_576_000),
        "attached": "02",
    }
    return base | over


PAPERS: dict[str, tuple[str, dict[str, Any], int]] = {
    "minutes": ("minutes", minutes(), 9),
    "minutes, 40 lines, 30 pictures, draft": ("minutes", many_lines(40), 30),
    "minutes, empty lists": ("minutes", bare_minutes(), 0),
    "minutes, void": ("minutes", minutes(void="Đã hủy ngày 05/02/2026: ghi nhầm điểm bán"), 9),
    "receipt": ("voucher", voucher(), 0),
    "receipt, 40 lines": ("voucher", voucher(count=40), 0),
    "issue": ("voucher", voucher("02-VT", 4), 0),
    "issue, draft": ("voucher", voucher("02-VT", 1, draft=True, number=None, person=None), 0),
    "receipt, empty": ("voucher", voucher(count=0, document=None, attached=None, store=None), 0),
    "receipt, reversed": (
        "voucher",
        voucher(reversed_by="phiếu ĐP-QNI-0007-2026-0002 ngày 04/02/2026"),
        0,
    ),
}
