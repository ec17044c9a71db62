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


def person(page: str, name: str, unit: str) -> str:
    """What each page says of its user, and the two tokens of its forms; the token of htmx stands on every page."""
    page = re.sub(r"Ij[\w-]+\.[\w-]+\.[\w-]+", "{{ token }}", page)
    page = re.sub(r'(name="form_key" type="hidden" value=")[^"]+', r"\1{{ key }}", page)
    page = page.replace(name, "{{ user.full_name }}").replace(unit, "{{ user.unit_name }}")
    return "{% set token = csrf_token() %}{% set key = one_time_key() %}" + page


def choices(page: str, field: str, rows: str, value: str, text: str) -> str:
    """The choices of a filter that come from a table."""
    loop = f'{{% for c in {rows} %}}<option value="{{{{ c.{value} }}}}">{{{{ c.{text} }}}}</option>{{% endfor %}}'
    found = rf'(<select[^>]*name="{field}">\s*<option.*?</option>).*?(</select>)'
    return re.sub(found, lambda m: m[1] + loop + m[2], page, count=1, flags=re.S)


def answers(page: str, seen: dict[str, str]) -> str:
    """A checklist: its visit, and of each line what the edition says, what is answered, noted and was answered before."""

    def chosen(found: re.Match[str]) -> str:
        line, value = found[1], found[3]
        said = {
            "yes": f"a[{line}].value == 1",
            "no": f"a[{line}].value == 0",
            "na": f"a[{line}].not_applicable",
        }
        asked = said.get(value, f"a[{line}].choice == '{value[2:]}'")
        return f'name="a{line}"{found[2]}value="{value}"{found[4]}{{{{ " checked" if {asked} }}}}>'

    page = re.sub(
        r'name="a(\d+)"([^>]*?)value="([\w:-]+)"([^>]*?)(?: checked)?>', chosen, _plain(page)
    )
    noted = r'(<textarea[^>]*name="t(\d+)"[^>]*>).*?(</textarea>)'
    page = re.sub(noted, lambda m: f"{m[1]}{{{{ a[{m[2]}].note }}}}{m[3]}", page, flags=re.S)
    for text, said in seen.items():
        page = page.replace(text, said)
    return re.sub(r'<article class="crit" id="line-(\d+)".*?</article>', _line, page, flags=re.S)


def _line(found: re.Match[str]) -> str:
    """One criterion: the numbers in its addresses and names, its words, its version, the visit before."""
    line, text = found[1], found[0]
    text = re.sub(rf"(?<=[a-z/-]){line}(?=[-\"/])(?![^<]*</textarea>)", "{{ l.id }}", text)
    text = re.sub(r'(class="crit-no">)[^<]*', r"\1{{ l.code }}", text)
    text = re.sub(r"(<h3[^>]*>)[^<]*", r"\1{{ l.text }}", text)
    text = re.sub(
        r'(<p class="law">)[^<]*',
        r"\1{{ l.source }}{% if l.guidance %}: {{ l.guidance }}{% endif %}",
        text,
    )
    text = re.sub(r"(<legend[^>]*>\w+ \w+ )[^<]*", r"\1{{ l.code }}", text)
    text = re.sub(r'(name="v[^>]*value=")[^"]*', rf"\1{{{{ a[{line}].version }}}}", text)
    text = re.sub(r'(name="s[^>]*value=")[^"]*', rf"\1{{{{ seen(a[{line}]) }}}}", text)
    text = re.sub(r'(class="opt">\()\d+', rf"\1{{{{ photos.get({line}, 0) }}}}", text)
    text = re.sub(
        r"line-state is-[\w-]+",
        rf"line-state is-{{{{ 'met' if a[{line}].value else 'not-met' }}}}",
        text,
    )
    text = re.sub(
        r'(<span class="tag tag-info">[^<]*</span>)', r"{% if l.mandatory %}\1{% endif %}", text
    )
    options = iter(range(20))
    pick = r'(<label class="form-check-label" for="[^"]*">)Loại thứ[^<]*'
    text = re.sub(pick, lambda m: f"{m[1]}{{{{ choices[{line}][{next(options)}].text }}}}", text)
    past = r'<aside class="prev(?: was-missed)?">.*?</aside>'
    text = re.sub(past, lambda m: _past(line, m[0]), text, flags=re.S)
    return f"{{% set l = lines[{line}] %}}{text}"


def _past(line: str, text: str) -> str:
    day_ = day("before.visited_on")
    tag = (
        f'{{% if past[{line}].value == 0 %}}<span class="tag tag-bad">Chưa đạt</span>{{% else %}}'
        '<span class="tag tag-ok">Đạt</span>{% endif %}'
    )
    text = re.sub(r"(<h4>[^<]*?)\d\d/\d\d/\d{4}", lambda m: m[1] + day_, text)
    text = re.sub(r'<span class="tag[^<]*</span>', lambda _: tag, text)
    return f"{{% if before %}}{text}{{% endif %}}"
