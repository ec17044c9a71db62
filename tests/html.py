"""What every page of this application must be; the test client asks it of each answer it gets."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from html5lib import HTMLParser
from html5lib.treebuilders import getTreeBuilder

_FIELDS = {"input", "select", "textarea"}
_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls")
# htmx 2 idioms, and what needs eval under our Content-Security-Policy (STACK.md).
_GONE = {
    "hx-vars", "hx-params", "hx-prompt", "hx-ext", "hx-disinherit", "hx-inherit", "hx-request",
    "hx-history", "hx-disabled-elt",
}  # fmt: skip
_INHERITABLE = {"hx-headers", "hx-boost"}
_SCRIPTED_VALUE = re.compile(r"^\s*(js|javascript):", re.IGNORECASE)
_DATA_SCRIPTS = {"application/json"}


@dataclass(frozen=True)
class Parsed:
    """A page, or a part of one, read as a browser reads it."""

    root: Element
    whole: bool
    faults: list[str]


def parse(html: str) -> Parsed:
    """Read a page once, for whoever judges it and whoever follows its forms."""
    parser = HTMLParser(tree=getTreeBuilder("etree"), namespaceHTMLElements=False)
    whole = "<html" in html[:400].lower()
    root: Element = parser.parse(html) if whole else parser.parseFragment(html)
    faults = [f"malformed at {line}:{column}: {code}" for (line, column), code, _ in parser.errors]
    return Parsed(root, whole, faults)


def judge(page: Parsed | str) -> list[str]:
    """The faults of a page, or of a part of one, each as a sentence; none for a good page."""
    parsed = parse(page) if isinstance(page, str) else page
    root, whole, faults = parsed.root, parsed.whole, list(parsed.faults)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    faults += [*_page(root, elements)] if whole else []
    faults += _ids(elements, whole=whole)
    labels = {element.get("for") for element in elements if element.tag == "label"}
    wrapped = {inner for element in elements if element.tag == "label" for inner in element.iter()}
    for element in elements:
        faults += _policy(element)
        faults += _htmx(element)
        faults += _content(element)
        if element.tag in _FIELDS and element.get("type", "text") not in _UNLABELLED:
            named = element.get("aria-label") or element.get("aria-labelledby")
            if not named and element.get("id", "") not in labels and element not in wrapped:
                faults.append(f"no label: {_show(element)}")
    return faults


def _page(root: Element, elements: list[Element]) -> Iterator[str]:
    """What only a whole page has: its language, title and one main heading."""
    html = root if root.tag == "html" else next(e for e in elements if e.tag == "html")
    if html.get("lang") != "vi":
        yield 'the page does not say lang="vi"'
    headings = [_text(element) for element in elements if element.tag == "h1"]
    if len(headings) != 1:
        yield f"{len(headings)} h1: {headings}"
    title = _text(next((e for e in elements if e.tag == "title"), Element("title")))
    if headings and not title.removeprefix("Lỗi: ").startswith(headings[0]):
        yield f"the title {title!r} does not start with the heading {headings[0]!r}"
    if sum(element.tag == "main" for element in elements) != 1:
        yield "not exactly one <main>"


def _ids(elements: list[Element], *, whole: bool) -> Iterator[str]:
    """Ids are unique; in a whole page everything that is pointed to exists."""
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    yield from (f"id {name!r} stands {n} times" for name, n in ids.items() if n > 1)
    if not whole:
        return
    for element in elements:
        targets = [word for name in _REFERENCES for word in element.get(name, "").split()]
        targets += [element.get("for", "")] if element.tag == "label" else []
        targets += [element.get("popovertarget", "")]
        href = element.get("href", "")
        targets += [href[1:]] if element.tag == "a" and href.startswith("#") else []
        yield from (
            f"{_show(element)} points to no id {t!r}" for t in targets if t and t not in ids
        )


def _policy(element: Element) -> Iterator[str]:
    """Nothing that the Content-Security-Policy would block, or that it should have."""
    for name, value in element.attrib.items():
        if name == "style" or name.startswith("on"):
            yield f"{name}= in {_show(element)}"
        if name in {"href", "src", "action", "formaction"} and _SCRIPTED_VALUE.match(value):
            yield f"script in {name} of {_show(element)}"
    data = element.get("type") in _DATA_SCRIPTS
    if element.tag == "style" or (element.tag == "script" and not element.get("src") and not data):
        yield f"inline <{element.tag}>"


def _htmx(element: Element) -> Iterator[str]:
    """htmx 4 only, and nothing of it that needs eval."""
    for name, value in element.attrib.items():
        if not name.startswith(("hx-", "data-hx-")):
            continue
        plain = name.removeprefix("data-")
        if plain.startswith("hx-on"):
            yield f"{name} needs eval: {_show(element)}"
        if plain in _GONE or (plain == "hx-disable" and value in {"", "true"}):
            yield f"{name} is not htmx 4: {_show(element)}"
        if plain in _INHERITABLE and element.tag == "body":
            yield f"{name} on body needs :inherited"
        if _SCRIPTED_VALUE.match(value) or (plain == "hx-trigger" and "[" in value):
            yield f"{name} needs eval: {_show(element)}"


def _content(element: Element) -> Iterator[str]:
    """Pictures, tables and forms that anyone can use, and that cannot be forged."""
    if element.tag == "img" and element.get("alt") is None:
        yield f"no alt: {_show(element)}"
    if element.tag == "table":
        if not _text(next(element.iter("caption"), Element("caption"))):
            yield f"no caption: {_show(element)}"
        heads = [head for head in element.iter("th") if not head.get("scope")]
        yield from (f"no scope: {_show(head)} {_text(head)!r}" for head in heads)
    if element.tag == "form" and element.get("method", "").lower() == "post":
        names = {field.get("name") for field in element.iter("input")}
        yield from [] if "csrf_token" in names else [f"no csrf_token: {_show(element)}"]
    if element.tag in {"a", "button"} and not _name(element):
        yield f"no name: {_show(element)}"


def _name(element: Element) -> str:
    pictures = " ".join(picture.get("alt", "") for picture in element.iter("img"))
    return element.get("aria-label", "") or _text(element) or pictures.strip()


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _show(element: Element) -> str:
    shown = [name for name in ("id", "name", "type", "href", "action") if name in element.attrib]
    return f"<{element.tag}{''.join(f' {name}={element.get(name)!r}' for name in shown)}>"
