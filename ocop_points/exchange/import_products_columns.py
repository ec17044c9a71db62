"""The columns of a sheet of products."""

from flask_babel import lazy_gettext as _l

from ocop_points.exchange.import_shapes import Col

BASES = (("b", _l("Chủ lực")), ("c", _l("Tiêu biểu")), ("d", _l("Đặc sản")))
_KEY_NOTE = _l(
    "Có mã hoặc mã vạch đã đăng ký: sửa sản phẩm ấy, ô trống giữ nguyên. Sản phẩm mới: bỏ trống."
)
_MAKER_NOTE = _l("Ghi mã số thuế hoặc tên chủ thể đã có trong danh mục.")
_PAPER_NOTE = _l("Số đã có ở sản phẩm này: sửa giấy ấy. Số mới: thêm giấy.")
COLUMNS = (
    Col("code", _l("Mã sản phẩm"), look="text", note=_KEY_NOTE),
    Col("locality", _l("Địa phương quản lý"), True, 22, note=_l("Tên tỉnh cũ hoặc mới, có dấu hay không dấu.")),
    Col("name", _l("Tên sản phẩm"), True, 44),
    Col("producer_tax_code", _l("Mã số thuế chủ thể"), look="text", note=_MAKER_NOTE),
    Col("producer", _l("Chủ thể"), width=36),
    Col("group148", _l("Nhóm sản phẩm"), width=26),
    Col("old_group", _l("Nhóm cũ"), note=_l("Chỉ với giấy chứng nhận theo 1048/QĐ-TTg.")),
    Col("specification", _l("Quy cách, phẩm chất"), width=30),
    Col("base_unit", _l("Đơn vị tính"), True, 12),
    Col("units", _l("Đơn vị đóng gói"), note=_l("Ví dụ: thùng = 24; lốc = 6")),
    Col("barcode", _l("Mã vạch"), look="text"),
    *(
        column
        for letter, words in BASES
        for column in (
            Col(f"basis_{letter}", _l("%(basis)s (căn cứ %(letter)s)", basis=words, letter=letter), width=12),
            Col(f"basis_{letter}_paper", _l("Số văn bản căn cứ %(letter)s", letter=letter)),
            Col(f"basis_{letter}_on", _l("Ngày văn bản căn cứ %(letter)s", letter=letter), look="day"),
            Col(f"basis_{letter}_issuer", _l("Cơ quan ban hành căn cứ %(letter)s", letter=letter)),
        )
    ),
    Col("shelf_life_months", _l("Hạn dùng (tháng)"), width=12),
    Col("shelf_life_days", _l("Hạn dùng (ngày)"), width=12),
    Col("reference_price", _l("Giá tham khảo (₫)")),
    Col("active", _l("Còn lưu thông"), width=12),
    Col("number", _l("Số giấy chứng nhận"), look="text", note=_PAPER_NOTE),
    Col("stars", _l("Hạng sao")),
    Col("score", _l("Số điểm"), width=12),
    Col("issued_on", _l("Ngày cấp"), look="day"),
    Col("last_valid_day", _l("Ngày cuối còn hiệu lực"), look="day", note=_l("Bỏ trống: tính theo thời hạn của giấy.")),
    Col("issuer", _l("Cơ quan cấp"), width=30),
    Col("decision", _l("Số quyết định"), look="text"),
)  # fmt: skip
TITLES = {column.name: column.title for column in COLUMNS}
CERTIFICATE = ("number", "stars", "score", "issued_on", "last_valid_day", "issuer", "decision")
