"""The judge of pages sees the faults it is there for, and lets a good page pass."""

import pytest

from tests.html import judge

GOOD = """<!doctype html><html lang="vi"><head><title>Điểm bán – Điểm OCOP</title></head>
<body hx-headers:inherited='{"X-CSRFToken": "t"}'><main><h1>Điểm bán</h1>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<label for="n">Tên</label><input id="n" name="n" aria-describedby="h"><p id="h">Gợi ý</p>
<button type="submit">Lưu</button></form>
<table><caption>Điểm bán</caption><thead><tr><th scope="col">Tên</th></tr></thead>
<tbody><tr><td>A</td></tr></tbody></table><img src="/a.svg" alt="">
<form hx-get="/points" hx-trigger="submit, input changed delay:250ms" hx-disable="find button">
<button>Tìm</button></form></main></body></html>"""

BROKEN = [
    ('lang="vi"', 'lang="en"', "lang"),
    ("<h1>Điểm bán</h1>", "<h2>Điểm bán</h2>", "0 h1"),
    ("<h1>", "<h1>Hai</h1><h1>", "2 h1"),
    ("<title>Điểm bán", "<title>Kho hàng", "does not start with"),
    ("<main>", "<div>", "<main>"),
    ('<p id="h">', '<p id="n">', "stands 2 times"),
    ('for="n"', 'for="m"', "no label"),
    ('for="n"', 'for="m"', "points to no id 'm'"),
    ('aria-describedby="h"', 'aria-describedby="x"', "points to no id 'x'"),
    ('<button type="submit">', '<a href="#x">x</a><button type="submit">', "points to no id 'x'"),
    ('name="csrf_token"', 'name="token"', "no csrf_token"),
    ('<p id="h">', '<p id="h" style="color:red">', "style="),
    ('<p id="h">', '<p id="h" onclick="f()">', "onclick="),
    ('href="/a"', 'href="javascript:f()"', "script in href"),
    ("<h1>", "<script>f()</script><h1>", "inline <script>"),
    ("</head>", "<style>p{}</style></head>", "inline <style>"),
    ('<img src="/a.svg" alt="">', '<img src="/a.svg">', "no alt"),
    ("<caption>Điểm bán</caption>", "", "no caption"),
    (' scope="col"', "", "no scope"),
    ("hx-headers:inherited", "hx-headers", "needs :inherited"),
    ('hx-disable="find button"', "hx-disable", "is not htmx 4"),
    ('hx-disable="find button"', 'hx-disabled-elt="this"', "is not htmx 4"),
    ('hx-disable="find button"', 'hx-on:click="f()"', "needs eval"),
    ('hx-disable="find button"', 'hx-vals="js:{a: 1}"', "needs eval"),
    ("delay:250ms", "delay:250ms, keyup[key=='a']", "needs eval"),
    (">Tìm</button>", "></button>", "no name"),
    ("</td></tr>", "</tr></td>", "malformed"),
    ("</form></main>", "</main>", "malformed"),
]


def test_a_good_page_has_no_fault() -> None:
    assert judge(GOOD.replace("<img", '<a href="/a">A</a><img')) == []


@pytest.mark.parametrize(("old", "new", "fault"), BROKEN)
def test_a_fault_is_seen(old: str, new: str, fault: str) -> None:
    page = GOOD.replace("<img", '<a href="/a">A</a><img')
    assert old in page
    assert any(fault in line for line in judge(page.replace(old, new, 1)))


def test_a_failed_form_says_so_in_the_title() -> None:
    assert judge(GOOD.replace("<title>", "<title>Lỗi: ")) == []


def test_a_part_needs_no_title_but_is_judged() -> None:
    assert judge('<div id="a"><a href="#elsewhere">Xem</a></div>') == []
    assert judge("<div><input name='a'></div>") == ["no label: <input name='a'>"]
    assert judge("<div><p>a</div></div>")
