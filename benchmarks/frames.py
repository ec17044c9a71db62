"""Templates for the floor out of the product's own pages: what a database gave is replaced by hand-written Jinja."""

import re

DAY = "{{ %s[8:10] }}/{{ %s[5:7] }}/{{ %s[:4] }}"


def day(name: str) -> str:
    return DAY % (name, name, name)


MARK = "{{ {'Phường': 'p.', 'Xã': 'x.', 'Đặc khu': 'đk.'}[r.ward_kind] }} {{ r.ward }}"
RESULT = '{% if r.result == \'pass\' %}<span class="tag tag-ok">Đạt</span>{% else %}<span class="tag tag-bad">Chưa đạt</span>{% endif %}'
ROWS = {
    "points": (
        '<tr role="row"><th scope="row" role="rowheader" class="lead-cell"><a href="/points/{{ r.id }}">{{ r.name }}</a> '
        '<span class="sub fw-normal nw">{{ r.code }}</span></th><td role="cell" class="nw">' + MARK + "</td>"
        '<td role="cell">{{ r.kind }}</td><td role="cell"><span class="tag tag-ok">Đang hoạt động</span></td>'
        f'<td role="cell" data-l="Đánh giá" class="nw">{day("r.day")}</td><td role="cell">{RESULT}</td>'
        '<td role="cell" data-l="Điểm" class="num off">–</td></tr>'
    ),
    "products": (
        '<tr role="row"><th scope="row" role="rowheader" class="lead-cell"><a href="/products/{{ r.id }}">{{ r.name }}</a> '
        '<span class="sub fw-normal">{{ r.code }}</span></th><td role="cell"><span class="stars"><span aria-hidden="true">★★★'
        '</span><span class="visually-hidden">{{ r.stars }}</span></span></td><td role="cell" class="wide-cell">{{ r.producer }}'
        '</td><td role="cell">{{ r.group148 }}</td><td role="cell" class="nw">{{ r.locality }}</td>'
        '<td role="cell" class="nw">{{ r.base_unit }}</td></tr>'
    ),
    "ledger": (
        '<tr role="row"><th scope="row" role="rowheader" class="lead-cell nw"><a href="/vouchers/{{ r.id }}">{{ r.number }}</a>'
        f'</th><td role="cell" class="nw">{day("r.on_date")}</td><td role="cell"><span class="chip">{{{{ r.kind }}}}</span></td>'
        '<td role="cell" class="wide-cell">{{ r.name }}</td><td role="cell" data-l="Lô" class="nw">{{ r.lot }}</td>'
        '<td role="cell" class="wide-cell">{{ r.reason or r.document_number }} · {{ r.person }}</td><td role="cell" class="nw off">'
        '{{ r.base_unit }}</td><td role="cell" class="num" data-l="Nhập">{% if r.delta > 0 %}+{{ r.delta }}{% endif %}</td>'
        '<td role="cell" class="num" data-l="Xuất">{% if r.delta < 0 %}−{{ -r.delta }}{% endif %}</td><td role="cell" class="num" '
        'data-l="Tồn"><strong>{{ r.balance }}</strong></td><td role="cell" data-l="Ghi:" class="nw">{{ r.full_name }}</td></tr>'
    ),
}  # fmt: skip
STEP = (
    f'<li class=""><time datetime="{{{{ s.on_date }}}}">{day("s.on_date")}</time>{{{{ s.to_status }}}} {{{{ s.decision_number }}}}'
    '{{ s.reason }} <span class="sub">({{ s.full_name }})</span></li>'
)


def _plain(page: str) -> str:
    return re.sub(r"\{([{%#])", r"{{ '{\1' }}", page)


def table(name: str, page: str) -> str:
    """A list: its rows, and the choices of a ledger's filter."""
    page = _plain(page)
    rows = "{% for r in rows %}" + ROWS[name] + "{% endfor %}"
    page = re.sub(r"(<tbody[^>]*>).*?(</tbody>)", lambda m: m[1] + rows + m[2], page, flags=re.S)
    if name == "ledger":
        choice = '{% for m in moved %}<option value="{{ m.id }}">{{ m.name }} ({{ m.code }})</option>{% endfor %}'
        products = r'(<select[^>]*name="product">\s*<option.*?</option>).*?(</select>)'
        page = re.sub(products, lambda m: m[1] + choice + m[2], page, count=1, flags=re.S)
    return page


def point(page: str, known: dict[str, str]) -> str:
    """A point: each value it shows, and the steps of its life."""
    page = _plain(page)
    for name in sorted(known, key=lambda one: -len(known[one])):
        if len(known[name]) > 3:
            page = page.replace(known[name], "{{ p." + name + " }}")
    steps = "{% for s in steps %}" + STEP + "{% endfor %}"
    return re.sub(r'(<ol class="tl">).*?(</ol>)', lambda m: m[1] + steps + m[2], page, flags=re.S)


def answers(page: str) -> str:
    """A checklist: what is chosen and noted in each line."""

    def chosen(found: re.Match[str]) -> str:
        line, value = found[1], found[3]
        said = {
            "yes": f"a[{line}].value == 1",
            "no": f"a[{line}].value == 0",
            "na": f"a[{line}].not_applicable",
        }
        asked = said.get(value, f"a[{line}].choice == '{value}'")
        return f'name="a{line}"{found[2]}value="{value}"{found[4]}{{{{ " checked" if {asked} }}}}>'

    page = re.sub(
        r'name="a(\d+)"([^>]*?)value="([\w-]+)"([^>]*?)(?: checked)?>', chosen, _plain(page)
    )
    noted = r'(<textarea[^>]*name="t(\d+)"[^>]*>).*?(</textarea>)'
    return re.sub(noted, lambda m: f"{m[1]}{{{{ a[{m[2]}].note }}}}{m[3]}", page, flags=re.S)
