"""Files that are no edition, hostile or damaged, and any edition at all: read, or refused in a sentence."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_points.criteria.edition_file import EditionFileError, edition_yaml, read_edition
from ocop_points.criteria.rules import EditionSpec
from tests.criteria.specs import editions
from tests.criteria.test_edition_file import GOOD, faults_of

BOMB = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [*{old},*{old},*{old},*{old},*{old},*{old},*{old},*{old}]\n"
    for old, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("", None, "tệp trống"),
        ("# chỉ có ghi chú\n", None, "tệp trống"),
        ("null", 1, "tên: giá trị"),
        ("- a\n- b\n", 1, "tên: giá trị"),
        ("văn bản", 1, "tên: giá trị"),
        ("code: a\n\ttitle: b\n", 2, "viết sai"),
        ("code: a\ntitle: b: c\n", 2, "thừa dấu hai chấm"),
        ('code: a\ntitle: "b\n', 3, "chưa đóng"),
        ("a:\n  b: 1\n c: 2\n", 3, "thụt đầu không đều"),
        ("code: a\ntitle: [1, 2\n", 3, "mở ra mà chưa đóng"),
        ("code: a\ntitle: \x07\n", 2, "ký tự điều khiển"),
        ('code: "\\UFFFFFFFF"\n', None, "viết sai"),
        (BOMB, 1, "tham chiếu"),
        ("code: *x\n", 1, "tham chiếu"),
        ("code: a\ntitle: &x b\n", 2, "tham chiếu"),
        ("code: !!python/object/apply:os.getcwd []\n", 1, "thẻ kiểu dữ liệu"),
        ("code: !x a\n", 1, "thẻ kiểu dữ liệu"),
        ("[" * 5000, 1, "nhiều tầng"),
        (GOOD + "---\n" + GOOD, 36, "một bộ tiêu chí"),
        ("#" * (256 * 1024 + 1), None, "lớn quá 256 kB"),
        ("#" + "ộ" * (256 * 1024 // 3 + 1), None, "lớn quá 256 kB"),
    ],
)
def test_what_is_no_safe_yaml_is_told_in_one_sentence(
    text: str, row: int | None, words: str
) -> None:
    fault = faults_of(text)[0]
    assert fault.row == row
    assert words in fault.message


@pytest.mark.parametrize("key", ["? [a, b]\n: c\n", "<<: {a: b}\n", "{a: b}: c\n"])
def test_odd_keys_are_refused(key: str) -> None:
    assert faults_of(GOOD + key)


@pytest.mark.parametrize("text", ["a: " + "x " * 130_000, "{" + "a," * 130_000, "? " * 130_000])
def test_a_large_hostile_file_is_answered_soon(text: str) -> None:
    start = time.process_time()
    assert faults_of(text)
    assert time.process_time() - start < 20


@settings(max_examples=60, deadline=None)
@given(editions())
def test_an_edition_written_to_a_file_is_read_back_without_loss(spec: EditionSpec) -> None:
    written = edition_yaml(spec)
    assert read_edition(written) == spec
    assert edition_yaml(read_edition(written)) == written


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_edition_or_refused(text: str) -> None:
    faults_of(text)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(GOOD) - 1),
    st.integers(0, 12),
    st.text("ab:-{}[]\"'#&*!? \n\t0.5%ộ", max_size=6),
)
def test_a_damaged_edition_is_read_or_refused(at: int, cut: int, put: str) -> None:
    with contextlib.suppress(EditionFileError):
        assert read_edition(GOOD[:at] + put + GOOD[at + cut :]).lines
