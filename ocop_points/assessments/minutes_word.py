"""The minutes of a visit as a Word file: the same plain data as templates/print/minutes.typ, in the same order."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from docx.document import Document as Paper
from docx.enum.section import WD_SECTION
from docx.shared import Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from ocop_points.core import clock
from ocop_points.core import word as w
from ocop_points.core.formats import long_day, vi_date

BESIDE = 4  # pictures under a line; the others go to the annex
WIDE_NOTE = 240  # letters; a longer note gets a row of its own
TOO_LONG = (
    1500  # letters; such a row may be parted by the end of a page, or it would not fit on one
)
DRAFT_NOTE = "DỰ THẢO – bản Word để chỉnh sửa trước khi ký"
COPY_NOTE = (
    "Bản Word để chỉnh sửa, không phải bản lưu. Bản lưu là tệp PDF trong hệ thống hoặc bản đã ký."
)
_MARKS = {"met": "✔ Đạt", "not_met": "✘ Chưa đạt", "na": "– Không áp dụng", "open": "Chưa đánh giá"}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")

Data = Mapping[str, Any]


class Shown(NamedTuple):
    """A picture with its line and its number in the paper; `place` counts from 0 within the line."""

    line: Data
    picture: Data
    number: int
    place: int


class _Writer:
    """One paper in the making: what its parts need of each other."""

    def __init__(self, data: Data, pictures: Mapping[str, bytes]) -> None:
        self.data = data
        self.pictures = pictures
        self.paper = w.new_paper(
            f"Biên bản kiểm tra {data['point']['name']}, {vi_date(data['date'])}",
            author=data["head"]["issuer_name"],
            note=DRAFT_NOTE if data["draft"] else COPY_NOTE,
        )
        self.parts = 0
        self.shown = _numbered(data)
        self.number = data["number"] or f"……/{data['symbol']}"

    def part(self, title: str) -> None:
        w.part_title(self.paper, f"{_ROMAN[self.parts]}. {title}")
        self.parts += 1

    def say(self, text: str, **how: Any) -> Paragraph:
        return w.put(self.paper.add_paragraph(), text, **how)

    def small(self, text: str) -> None:
        w.put(w.aligned(self.paper.add_paragraph(), w.LEFT), text, italic=True, size=10.5)


def minutes_docx(data: Data, pictures: Mapping[str, bytes]) -> bytes:
    """The file, from what `documents.minutes_data` gives and the pictures that it names by their key.

    A draft says DỰ THẢO; minutes that are approved say that this is a copy for editing, the record being the PDF.
    """
    paper = _Writer(data, pictures)
    _head(paper)
    _people(paper)
    _point(paper)
    _criteria(paper)
    _score(paper)
    _conclusion(paper)
    _findings(paper)
    _end(paper)
    _annex(paper)
    return w.word_bytes(paper.paper)


def _numbered(data: Data) -> list[Shown]:
    """The pictures in the order of the paper."""
    lines = [line for section in data["sections"] for line in section["lines"]]
    found = [(line, one, at) for line in lines for at, one in enumerate(line["pictures"])]
    return [Shown(line, one, n, at) for n, (line, one, at) in enumerate(found, start=1)]


# --- head, people, point ---------------------------------------------------------------------------


def _head(paper: _Writer) -> None:
    data, point = paper.data, paper.data["point"]
    stamp = "ĐÃ HỦY" if data["void"] else "DỰ THẢO" if data["draft"] else ""
    w.letterhead(paper.paper, data["head"], number=paper.number, day=data["date"], stamp=stamp)
    about = ("Điểm giới thiệu và bán sản phẩm OCOP", point["name"])
    w.subject(paper.paper, f"Biên bản kiểm tra {data['kind']}", about)
    if data["void"]:
        paper.say(data["void"], bold=True)
    for ground in data["grounds"]:
        paper.say(f"Căn cứ {ground};", italic=True)
    paper.say(_edition(data["edition"]), italic=True)
    paper.say(
        f"Hôm nay, hồi {_hour(data['started_at'])} {_long_day(data['started_at'])}, tại {point['name']}, "
        f"{point['address']}, đoàn kiểm tra của {data['head']['issuer_name']} tiến hành kiểm tra "
        f"{data['kind']} và lập biên bản với các nội dung sau:"
    )


def _edition(edition: Data) -> str:
    text = f"Căn cứ {edition['title']}"
    if edition["number"]:
        text += f" ban hành kèm theo Quyết định số {edition['number']}"
    if edition["issued_on"]:
        text += f" {long_day(edition['issued_on'])}"
    if edition["number"]:  # what has none is an illustration, issued by nobody
        text += f" của {edition['issuer']}"
    return text + (f" ({edition['ended']})." if edition["ended"] else ".")


def _people(paper: _Writer) -> None:
    paper.part("Thành phần")
    groups = (
        (1, "Đoàn kiểm tra", paper.data["team"]),
        (2, "Đại diện điểm bán", paper.data["representatives"]),
    )
    for number, title, people in groups:
        paper.say(f"{number}. {title}", bold=True)
        for index, one in enumerate(people, start=1):
            office = f", {one['office']}" if one["office"] else ""
            line = paper.say(f"{number}.{index}. Ông/bà {one['name']}{office}")
            if one.get("role"):
                w.put(w.put(line, " – "), one["role"], bold=True)
            w.put(line, ";" if index < len(people) else ".")
    if not paper.data["representatives"]:
        paper.say("Không có đại diện điểm bán tại thời điểm kiểm tra.")


def _point(paper: _Writer) -> None:
    paper.part("Điểm được kiểm tra")
    point = paper.data["point"]
    rows = (
        ("Mã điểm", "code"), ("Tên điểm", "name"), ("Địa chỉ", "address"), ("Loại địa điểm", "kind"),
        ("Đơn vị vận hành", "operator"), ("Loại hình", "operator_kind"), ("Mã số thuế", "tax_code"),
        ("Điện thoại", "phone"), ("Diện tích", "area"),
    )  # fmt: skip
    made = w.add_table(paper.paper, (3.8, w.BODY_CM - 3.8))
    for label, key in rows:
        if point[key]:
            left, right = w.add_row(made)
            w.put(w.next_line(left), f"{label}:", size=13)
            w.put(w.next_line(right), point[key], bold=key == "name", size=13)


# --- the criteria ----------------------------------------------------------------------------------


def _criteria(paper: _Writer) -> None:
    paper.part("Kết quả kiểm tra theo từng tiêu chí")
    sections = paper.data["sections"]
    lines = [line for section in sections for line in section["lines"]]
    if not lines:
        paper.say("Không có tiêu chí nào.")
        return
    scored = paper.data["scored"]
    heads = [
        "Mã",
        "Nội dung tiêu chí",
        "Kết quả",
        *(["Điểm"] if scored else []),
        "Ghi nhận, nhận xét",
    ]
    widths = (1.45, 5.35, 2.75, 1.95, 5.0) if scored else (1.45, 6.5, 2.75, 5.8)
    made = w.add_table(paper.paper, widths, heads=heads)
    for section in sections:
        title = w.joined(w.add_row(made))
        w.put(w.next_line(title), f"{section['code']}. {section['title']}", bold=True)
        if section["note"]:
            w.put(w.next_line(title), section["note"], italic=True)
        title.paragraphs[-1].paragraph_format.keep_with_next = True
        for line in section["lines"]:
            _line(paper, made, line)
    legend = "✔ Đạt; ✘ Chưa đạt; – Không áp dụng."
    legend += " * Tiêu chí bắt buộc." if any(line["mandatory"] for line in lines) else ""
    if not all(line["confirmed"] for line in lines):
        legend += (
            " † Nội dung chờ xác nhận: chưa có toàn văn trong văn bản ban hành, "
            "không là tiêu chí bắt buộc."
        )
    paper.small(legend)


def _line(paper: _Writer, made: Table, line: Data) -> None:
    """One row, and more rows that hang from its code: a long note, the pictures."""
    note = line["note"] or ""
    beside = [one for one in paper.shown if one.line is line and one.place < BESIDE]
    below = ["note"] * (len(note) > WIDE_NOTE) + ["pictures"] * bool(beside)
    whole = len(line["text"]) + len(note) <= TOO_LONG
    cells = w.add_row(made, whole=whole)
    code, text, result, *points, remark = cells
    w.put(w.aligned(w.next_line(code), w.CENTER), line["code"])
    marks = (" *" if line["mandatory"] else "") + ("" if line["confirmed"] else " †")
    w.put(w.next_line(text), line["text"] + marks)
    if line["choice"]:
        w.put(w.next_line(text), f"Thuộc loại: {line['choice']}", italic=True)
    if line["measured"]:
        w.put(w.next_line(text), line["measured"], italic=True, size=10)
    if line["difference"]:
        w.put(w.next_line(text), line["difference"], bold=True, size=10)
    w.put(w.next_line(result), _MARKS[line["result"]], bold=line["result"] == "not_met")
    w.put(w.next_line(result), line["value"])
    if line["minimum"]:
        w.put(w.next_line(result), f"(tối thiểu {line['minimum']})", size=10)
    for cell in points:
        w.put(w.aligned(w.next_line(cell), w.CENTER), _points(line))
    w.put(w.next_line(remark), "Xem dưới" if "note" in below else note, italic="note" in below)
    for kind in below:
        under, *others = w.add_row(made, whole=whole)
        w.hung_from(under, above=True)
        wide = w.joined(others)
        if kind == "note":
            w.put(w.put(w.next_line(wide), "Ghi nhận: ", italic=True), note)
        else:
            _pictures_beside(paper, wide, line, beside)
    if below:
        w.hung_from(code, above=False)


def _points(line: Data) -> str:
    if line["result"] == "na" or line["possible"] is None:
        return "–"
    return f"{line['points'] or '…'}/{line['possible']}"


def _pictures_beside(paper: _Writer, cell: _Cell, line: Data, beside: Sequence[Shown]) -> None:
    grid = w.add_table(cell, (3.6,) * BESIDE, lines=False)
    day = clock.local(paper.data["started_at"]).date()
    for place, one in zip(w.add_row(grid), beside, strict=False):
        _picture(paper, place, one, width_cm=3.2, height_cm=2.6)
        when = f"Ảnh {one.number}, {_taken(one.picture, that_day=day)}"
        w.put(w.aligned(place.add_paragraph(style=w.IN_TABLE), w.CENTER), when, size=9.5)
    hidden = len(line["pictures"]) - len(beside)
    # Word wants a paragraph after a table in a cell; the one before it is not needed.
    first = cell.paragraphs[0]._p
    last = cell.paragraphs[-1]
    cell._tc.remove(first)
    w.put(last, f"Còn {hidden} ảnh ở phụ lục." if hidden > 0 else "", italic=True, size=10)


def _picture(paper: _Writer, cell: _Cell, one: Shown, *, width_cm: float, height_cm: float) -> None:
    about = one.picture["caption"] or one.line["text"]
    alt = f"Ảnh {one.number}, tiêu chí {one.line['code']}: {about}, {_taken(one.picture)}"
    content = paper.pictures[one.picture["key"]]
    line = w.aligned(w.next_line(cell), w.CENTER)
    w.put_picture(line, content, alt=alt, width_cm=width_cm, height_cm=height_cm)


# --- score, conclusion, findings -------------------------------------------------------------------


def _score(paper: _Writer) -> None:
    score = paper.data["score"]
    if score is None:
        return
    paper.part("Tổng hợp điểm")
    heads = ("Phần", "Điểm đạt", "Điểm tối đa", "Tỷ lệ")
    made = w.add_table(paper.paper, (8.7, 2.6, 2.6, 2.6), heads=heads)
    rows = [(f"{row['code']}. {row['title']}", row) for row in score["rows"]]
    for title, row in [*rows, ("Cộng", score)]:
        first, *figures = w.add_row(made)
        last = row is score
        w.put(w.next_line(first), title, bold=last)
        for cell, key in zip(figures, ("earned", "possible", "percent"), strict=True):
            w.put(w.aligned(w.next_line(cell), w.RIGHT), row[key], bold=last)
    minimum = f" Mức đạt: từ {score['minimum']}." if score["minimum"] else ""
    paper.small(f"Tiêu chí không áp dụng không tính vào điểm tối đa.{minimum}")


def _conclusion(paper: _Writer) -> None:
    paper.part("Kết luận")
    conclusion = paper.data["conclusion"]
    line = paper.say("Kết quả kiểm tra")
    if conclusion["provisional"]:
        w.put(line, " (tạm tính, còn tiêu chí chưa đánh giá)")
    w.put(w.put(w.put(line, ": "), conclusion["label"].upper(), bold=True), ".")
    for reason in conclusion["reasons"]:
        paper.say(f"- {reason}")


def _findings(paper: _Writer) -> None:
    paper.part("Tồn tại và yêu cầu khắc phục")
    findings = paper.data["findings"]
    if not findings:
        paper.say("Không có.")
        return
    heads = ("Tiêu chí", "Tồn tại", "Yêu cầu khắc phục")
    made = w.add_table(paper.paper, (1.75, w.BODY_CM - 7.35, 5.6), heads=heads)
    for finding in findings:
        remedy = finding["remedy"] or ""
        code, what, wanted = w.add_row(made, whole=len(finding["what"]) + len(remedy) <= TOO_LONG)
        mark = " *" if finding["mandatory"] else ""
        w.put(w.aligned(w.next_line(code), w.CENTER), finding["line"] + mark)
        w.put(w.next_line(what), finding["what"])
        due = f" Chậm nhất ngày {vi_date(finding['due'])}." if finding["due"] else ""
        w.put(w.next_line(wanted), remedy + due)


# --- end and annex ---------------------------------------------------------------------------------


def _end(paper: _Writer) -> None:
    data = paper.data
    paper.part("Ý kiến của điểm bán")
    if data["opinion"]:
        paper.say(data["opinion"])
    else:
        w.blank_lines(paper.paper, 4)
    last = paper.say("Biên bản gồm ")
    last.paragraph_format.space_before = Pt(10)
    w.add_field(last, 'SECTIONPAGES \\# "00"', "……")  # Word counts when it prints
    annex = " và 01 phụ lục ảnh" if _annexed(paper) else ""
    w.put(
        last,
        f" trang{annex}, được lập thành {data['copies']:02d} bản có nội dung như nhau, mỗi bên giữ ít nhất "
        f"01 bản. Buổi kiểm tra kết thúc {_finished(data)}. Biên bản đã được đọc lại cho những người có tên "
        "trên cùng nghe và cùng ký tên dưới đây./.",
    )
    last.paragraph_format.keep_with_next = True
    w.signers(paper.paper, data["signers"])
    _gap(paper.paper)
    w.foot(paper.paper, data["recipients"], check_url=data["check_url"], what="biên bản")


def _gap(paper: Paper) -> None:
    """Two tables that touch would become one."""
    between = paper.add_paragraph(style=w.IN_TABLE)
    between.paragraph_format.line_spacing = Pt(6)


def _finished(data: Data) -> str:
    finished = data["finished_at"]
    if finished is None:
        return "hồi …… giờ …… phút cùng ngày"
    same = clock.local(finished).date() == clock.local(data["started_at"]).date()
    return f"hồi {_hour(finished)} {'cùng ngày' if same else _long_day(finished)}"


def _annexed(paper: _Writer) -> list[Shown]:
    return [one for one in paper.shown if one.place >= BESIDE]


def _annex(paper: _Writer) -> None:
    found = _annexed(paper)
    if not found:
        return
    section = paper.paper.add_section(WD_SECTION.NEW_PAGE)
    w.count_pages_anew(section)
    w.put(w.aligned(paper.paper.add_paragraph(), w.CENTER), "PHỤ LỤC ẢNH", bold=True, size=14)
    of = paper.data
    words = f"(Kèm theo Biên bản số {paper.number} {long_day(of['date'])} của {of['head']['issuer_name']})"
    w.put(w.aligned(paper.paper.add_paragraph(), w.CENTER), words, italic=True)
    grid = w.add_table(paper.paper, (w.BODY_CM / 2,) * 2, lines=False)
    for start in range(0, len(found), 2):
        for cell, one in zip(w.add_row(grid), found[start : start + 2], strict=False):
            _picture(paper, cell, one, width_cm=7.8, height_cm=5.6)
            under = w.aligned(cell.add_paragraph(style=w.IN_TABLE), w.CENTER)
            w.put(under, f"Ảnh {one.number}.", bold=True, size=11)
            w.put(under, f" Tiêu chí {one.line['code']}, {_taken(one.picture)}", size=11)
            if one.picture["caption"]:
                caption = w.aligned(cell.add_paragraph(style=w.IN_TABLE), w.CENTER)
                w.put(caption, one.picture["caption"], italic=True, size=11)


def _taken(picture: Data, that_day: date | None = None) -> str:
    at: datetime | None = picture["taken_at"]
    if at is None:
        return "không rõ giờ chụp"
    there = clock.local(at)
    if there.date() == that_day:
        return f"chụp {there:%H:%M}"
    return f"chụp {there:%H:%M} ngày {vi_date(there.date())}"


def _hour(moment: datetime) -> str:
    there = clock.local(moment)
    return f"{there:%H} giờ {there:%M} phút"


def _long_day(moment: datetime) -> str:
    return long_day(clock.local(moment).date())
