"""Names of files and what a scan is."""

import pytest

from ocop_points.evidence.rules import MAX_NAME, file_name, is_pdf
from tests.evidence import files


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("IMG_0417.jpg", "IMG_0417.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Ảnh\\kệ số 3.jpg", "kệ số 3.jpg"),
        ("ke\u0302\u0323 so\u0302\u0301 3.jpg", "kệ số 3.jpg"),
        ("a\0b\r\nc\x1b[31m.jpg", "ab c[31m.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("..", ""),
        ("", ""),
        (None, ""),
        (".htaccess", "htaccess"),
    ],
)
def test_a_file_name_holds_no_path_and_nothing_unseen(sent: str | None, kept: str) -> None:
    assert file_name(sent) == kept


def test_a_long_name_keeps_its_ending() -> None:
    made = file_name("ả" * 300 + ".jpeg")
    assert len(made) == MAX_NAME
    assert made.endswith("….jpeg")
    assert len(file_name("x" * 300)) == MAX_NAME


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (files.PDF, True),
        (b"x" + files.PDF, False),
        (files.PDF[:-10], False),
        (files.SVG, False),
        (b"%PDF-", False),
    ],
)
def test_a_pdf_is_known_by_both_ends(sent: bytes, expected: bool) -> None:
    assert is_pdf(sent) is expected
