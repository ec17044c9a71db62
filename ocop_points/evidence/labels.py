"""The sentences about files."""

from flask_babel import gettext as _

from ocop_points.evidence.rules import FileFault


def fault_sentence(fault: FileFault, name: str) -> str:
    """What is wrong with a file and what to do; `name` as the person knows it."""
    named = f"“{name}”" if name else _("này")
    sentences = {
        FileFault.EMPTY: _("Tệp %(name)s trống. Chọn lại ảnh", name=named),
        FileFault.TOO_BIG: _("Tệp %(name)s lớn hơn 15 MB. Chụp nhỏ hơn hoặc thu nhỏ lại", name=named),
        FileFault.NO_PICTURE: _("Tệp %(name)s không phải là ảnh. Chọn ảnh JPEG, PNG hoặc WebP", name=named),
        FileFault.OTHER_KIND: _("Tệp %(name)s thuộc loại không nhận. Chọn ảnh JPEG, PNG hoặc WebP", name=named),
        FileFault.BROKEN: _("Ảnh %(name)s bị hỏng hoặc tải lên chưa hết. Gửi lại hoặc chụp lại", name=named),
        FileFault.ANIMATED: _("Ảnh %(name)s là ảnh động. Chọn ảnh chụp", name=named),
        FileFault.TOO_MANY_PIXELS: _("Ảnh %(name)s lớn hơn 50 triệu điểm ảnh. Thu nhỏ lại rồi gửi", name=named),
        FileFault.NO_SCAN: _("Tệp %(name)s không phải là bản quét. Chọn PDF hoặc ảnh JPEG, PNG, WebP", name=named),
    }  # fmt: skip
    return str(sentences[fault])
