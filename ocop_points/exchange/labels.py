"""The words of the import: titles of its columns, and a sentence for each fault."""

from typing import Any

from flask_babel import lazy_gettext as _l

from ocop_points.exchange.rules_shapes import Column, Fault, FaultKind

TITLE: dict[str, Any] = {
    Column.LOCALITY: _l("Địa phương"),
    Column.NAME: _l("Tên điểm bán"),
    Column.KIND: _l("Loại địa điểm"),
    Column.WARD: _l("Xã, phường, đặc khu"),
    Column.ADDRESS: _l("Số nhà, đường, thôn"),
    Column.AREA: _l("Diện tích (m²)"),
    Column.LATITUDE: _l("Vĩ độ"),
    Column.LONGITUDE: _l("Kinh độ"),
    Column.OPERATOR_NAME: _l("Đơn vị vận hành"),
    Column.OPERATOR_KIND: _l("Loại đơn vị"),
    Column.TAX_CODE: _l("Mã số thuế"),
    Column.REGIME: _l("Chế độ kế toán"),
    Column.REPRESENTATIVE: _l("Người phụ trách"),
    Column.PHONE: _l("Điện thoại"),
    Column.HOURS: _l("Giờ mở cửa"),
    Column.SUPPORTED: _l("Bộ hỗ trợ"),
    Column.OPENED_ON: _l("Ngày khai trương"),
    Column.DECISION: _l("Số quyết định công nhận"),
}

_SENTENCE = {
    FaultKind.NO_ROWS: _l("Tệp chưa có dòng nào. Điền từ dòng 2 của tệp mẫu"),
    FaultKind.TOO_MANY_ROWS: _l("Mỗi lần nhập tối đa %(detail)s dòng. Chia thành nhiều tệp"),
    FaultKind.MISSING_COLUMN: _l("Thiếu cột này. Dùng tệp mẫu, giữ nguyên dòng tiêu đề"),
    FaultKind.UNKNOWN_COLUMN: _l("Tệp mẫu không có cột này. Xóa cột hoặc sửa tên cột"),
    FaultKind.COLUMN_TWICE: _l("Cột này có hai lần. Giữ lại một"),
    FaultKind.EMPTY: _l("Chưa nhập"),
    FaultKind.TOO_LONG: _l("Viết ngắn lại, tối đa %(detail)s ký tự"),
    FaultKind.UNKNOWN_LOCALITY: _l("Không có tỉnh, thành phố nào tên này"),
    FaultKind.OUT_OF_REACH: _l("Địa phương này không thuộc phạm vi được giao cho bạn"),
    FaultKind.AMBIGUOUS: _l("Tên này chỉ nhiều nơi, ghi rõ một trong: %(detail)s"),
    FaultKind.UNKNOWN_WARD: _l("%(detail)s ngày nay không có xã, phường, đặc khu nào tên này"),
    FaultKind.NOT_IN_LIST: _l("Chọn một mục trong danh sách của ô"),
    FaultKind.NOT_A_NUMBER: _l("Nhập số, ví dụ 20,9563"),
    FaultKind.OUT_OF_BOUNDS: _l("Nhập số trong khoảng %(detail)s, tối đa 2 chữ số sau dấu phẩy"),
    FaultKind.OUTSIDE_COUNTRY: _l("Vị trí này nằm ngoài Việt Nam. Kiểm tra vĩ độ và kinh độ"),
    FaultKind.HALF_A_PLACE: _l("Nhập cả vĩ độ và kinh độ, hoặc bỏ trống cả hai"),
    FaultKind.UNREADABLE: _l("%(detail)s"),
    FaultKind.IN_THE_FUTURE: _l("Chọn ngày từ hôm nay trở về trước"),
    FaultKind.DECISION_ALONE: _l("Có số quyết định thì cần ngày khai trương"),
    FaultKind.SAME_IN_FILE: _l("Có thể trùng với dòng %(detail)s của tệp này"),
    FaultKind.SAME_IN_REGISTER: _l("Có thể đã đăng ký rồi: %(detail)s"),
    FaultKind.SAME_KEY: _l("Trùng với dòng %(detail)s của tệp này. Giữ lại một dòng"),
    FaultKind.NOT_YOURS: _l("Bản ghi này do %(detail)s quản lý nên bạn không sửa được"),
    FaultKind.REFUSED: _l("%(detail)s"),
}


def sentence(fault: Fault) -> str:
    """What is wrong and what to do."""
    return str(_SENTENCE[fault.kind]) % {"detail": fault.detail}
