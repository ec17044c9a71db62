"""What nobody types by chance: markup of every language we write, odd Unicode, odd numbers and days.

Each piece of markup holds the signs that matter between two letters, so that its unescaped form is found in an
answer by looking for them: `Zq<zq` in HTML must have become `Zq&lt;zq`.
"""

import re

from hypothesis import strategies as st

MARK = "Zq"
_RAW = re.compile(r"zq[<>\"']zq", re.IGNORECASE)
# 7 * 191919: nothing of ours holds this number, so a template language counted.
COUNTED = "1343433"
LONG = 100_000

MARKUP = [
    f'{MARK}"{MARK}\'{MARK}>{MARK}<{MARK} onload=zq()>',
    f'"><script>{MARK}<zq</script>',
    f"' autofocus onfocus=alert({MARK}) x='{MARK}'zq",
    f"</textarea></title><svg/onload={MARK}>{MARK}<zq",
    f"javascript:{MARK}'zq",
    f"<!--{MARK}<zq-->]]>{MARK}>zq",
    "{{7*191919}}{% raw %}{{ config }}{#",
    "${7*191919} #{7*191919} <%= 7*191919 %>",
    '#panic("zq") #read("/etc/passwd") #{7*191919}',
    '#set page(width: 1cm)\n= Zq\n#include "/etc/passwd" $7*191919$ ```zq',
    "' OR 1=1 --",
    '"; DROP TABLE sales_point; --',
    "%' ESCAPE '!",
    "_%\\",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "=HYPERLINK(\"http://zq.example\",\"Zq\")",
    "../../../../etc/passwd",
    "http://zq.example/%0d%0aSet-Cookie:zq=1",
    "zq\r\nSet-Cookie: zq=1",
    "//zq.example/\\zq",
]  # fmt: skip

UNICODE = [
    "",
    " ",
    "\x00",
    "Zq\x00zq",
    "\x01\x08\x0b\x0c\x1b[31m\x7f\x80\x9f",
    "\u202ezq\u202c \u2066zq\u2069",  # right to left
    "\u200bzq\u200d\u2060\ufeff",  # zero width
    "Cha\u0309 mu\u031b\u0323c Ha\u0323 Long",  # decomposed
    "D\u0323\u0323a\u0302\u0309\u0309 " + "e" + "\u0301" * 400,  # too many marks
    "\u0301",  # a mark on nothing
    "😀🏳️‍🌈👨‍👩‍👧‍👦",
    "\U0001d54f\U0010fffd\U000e0041",
    "\ufffe\uffff\ufdd0",
    "ﷺ" * 30,  # grows eighteenfold under NFKC
    "İıßŉǰΐ",  # change their length with case
    "١٢٣",
    "²³½Ⅷ",
    "１２",
    "\u2028\u2029\u0085",
    "مرحبا",
    "\u115f\u3164\u2800",
]

NUMBERS = [
    "0", "-0", "-1", "1", "2", "3", "9", "1e9", "1e999999", "NaN", "nan", "Infinity", "-inf", "0x10", "1_000",
    "1.5", "1,5", "0,0001", "999999999999", "2147483647", "2147483648", "-2147483649", "9223372036854775807",
    "9223372036854775808", "1" * 20, "1" * 21, "1" * 5000, "1.000.000", ",5", "5,", "--1", "−5", "12|", "hộp|0",
    "hộp|-1", "hộp|x", "hộp|" + "9" * 30, "|", "|1",
]  # fmt: skip

DAYS = [
    "00/00/0000", "31/02/2026", "29/02/2025", "1/1/1899", "01/01/1900", "31/12/2100", "1/1/2101", "9999-12-31",
    "0001-01-01", "2026-11-23", "23/11/2026", "24/11/2026", "2026-W48-1", "23.11.2026", "2026-11-23T10:00:00Z",
    "10000-01-01", "25:61", "24:00", "-1:30", "23:59", "１:30", "1h", "99999999999:1",
]  # fmt: skip

WORDS = [
    "y", "on", "true", "false", "yes", "no", "null", "None", "undefined", "[]", "{}", "mine", "theirs", "open",
    "closed", "approved", "draft", "officer", "ministry_admin", "operator", "receipt", "food", "xlsx", "-name",
    "name", "choice:", "choice:1", "na", "none", "4",
]  # fmt: skip


def lengths(most: int | None) -> list[str]:
    """Texts at, and one past, the length that a field allows, and far beyond."""
    edges = [most, most + 1] if most else []
    return [letter * n for n in (*edges, LONG) for letter in ("a", "Ệ", "<", "😀")]


# Surrogates cannot be sent: UTF-8 has none.
_letters = st.characters(exclude_categories=["Cs"])
anything = st.one_of(
    st.just(MARKUP[0]),
    st.sampled_from(MARKUP),
    st.sampled_from(UNICODE),
    st.sampled_from(NUMBERS),
    st.sampled_from(DAYS),
    st.sampled_from(WORDS),
    st.text(_letters, max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
)


def unescaped(html: str) -> list[str]:
    """Where markup came through as markup, or a template language counted."""
    found = [html[max(0, m.start() - 60) : m.end() + 60] for m in _RAW.finditer(html)]
    at = html.find(COUNTED)
    return [*found, html[max(0, at - 60) : at + 60]] if at >= 0 else found
