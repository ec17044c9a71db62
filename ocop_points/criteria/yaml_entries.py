"""A YAML file read value by value, so that whatever is wrong in it can be told by its row.

The file is composed into nodes and never constructed into objects: decimals stay decimals, and
tags and aliases are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ocop_points.core.text import clean
from ocop_points.criteria.checks import CODE

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12

_TAG = "tag:yaml.org,2002:"
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SYNTAX = (
    ("\\t", "dùng dấu cách để thụt đầu dòng, không dùng phím Tab"),
    ("mapping values", "thừa dấu hai chấm; văn bản có dấu hai chấm phải đặt trong ngoặc kép"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau tên mục"),
    ("<block end>", "các dòng thụt đầu không đều nhau"),
    ("unexpected end of stream", "dấu ngoặc kép mở ra mà chưa đóng"),
    ("expected ',' or", "dấu [ hoặc { mở ra mà chưa đóng, hoặc thiếu dấu phẩy"),
)
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where (place, row from 1), which key, and what, in plain Vietnamese."""

    place: str
    row: int | None
    field: str
    message: str

    def __str__(self) -> str:
        row = f"hàng {self.row}" if self.row else ""
        return " · ".join(part for part in (row, self.place, self.field, self.message) if part)


class EditionFileError(ValueError):
    """A file that is no edition; `faults` lists everything found, by row."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row or 0))
        super().__init__("\n".join(map(str, self.faults)))


def read_root(text: str) -> Node:
    """Compose the one document of a file. Raises EditionFileError for what is not safe YAML."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise EditionFileError([Fault("", None, "", f"tệp lớn quá {MAX_BYTES // 1024} kB")])
    try:
        _refuse_traps(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, EditionFileError):
            raise
        raise EditionFileError([_syntax_fault(text, error)]) from error
    if root is None:
        raise EditionFileError([Fault("", None, "", "tệp trống")])
    return root


def _refuse_traps(text: str) -> None:
    """Refuse aliases (a few rows can stand for billions), tags, deep nesting, second documents."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        trap = ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            trap = "không dùng tham chiếu (& và *); hãy viết lại nội dung"
        elif getattr(event, "tag", None):
            trap = "không dùng thẻ kiểu dữ liệu (!)"
        elif depth > MAX_DEPTH:
            trap = "lồng nhau quá nhiều tầng"
        elif documents > 1:
            trap = "mỗi tệp chỉ có một bộ tiêu chí (thừa dấu ---)"
        if trap:
            row = event.start_mark.line + 1 if event.start_mark else None
            raise EditionFileError([Fault("", row, "", trap)])


def _syntax_fault(text: str, error: Exception) -> Fault:
    row, said = None, ""
    if isinstance(error, yaml.reader.ReaderError):
        row = text.count("\n", 0, error.position) + 1
        return Fault("", row, "", "có ký tự điều khiển không đọc được")
    if isinstance(error, yaml.MarkedYAMLError):
        said = error.problem or ""
        row = error.problem_mark.line + 1 if error.problem_mark else None
    what = next((advice for sign, advice in _SYNTAX if sign in said), "không đọc được")
    return Fault("", row, "", f"tệp YAML viết sai: {what}")


class Entries:
    """One mapping of the file, read key by key. What is wrong goes to `faults`; a value that cannot
    be read comes back empty, and the edition made of it is thrown away."""

    def __init__(self, node: Node, place: str, faults: list[Fault]) -> None:
        self.place, self.faults = place, faults
        self.refused: set[str] = set()
        self.row = node.start_mark.line + 1
        self.nodes: dict[str, Node] = {}
        self.key_rows: dict[str, int] = {}
        self.readable = isinstance(node, MappingNode) and node.tag == _TAG + "map"
        if isinstance(node, MappingNode) and self.readable:
            for key, value in node.value:
                self._add(key, value)
        else:
            self.refuse("", "phải gồm các mục dạng «tên: giá trị»")

    def _add(self, key: Node, value: Node) -> None:
        row = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            self.refuse("", "tên mục phải là một từ", row)
        elif key.value in self.nodes:
            first = self.key_rows[key.value]
            self.refuse(key.value, f"ghi hai lần (lần đầu ở hàng {first})", row)
        else:
            self.nodes[key.value], self.key_rows[key.value] = value, row

    def refuse(self, field: str, what: str, row: int | None = None) -> None:
        """Note a fault at the row given, else that of the value, else that of the group."""
        self.refused.add(field)
        self.faults.append(Fault(self.place, row or self.row_of(field), field[:40], what))

    def row_of(self, field: str) -> int:
        """The row of a value, or that of the group when it is not there."""
        node = self.nodes.get(field)
        return self.row if node is None else node.start_mark.line + 1

    def only(self, *known: str) -> None:
        """Refuse every key that is not known, with the likely spelling."""
        for key in self.nodes.keys() - set(known):
            near = get_close_matches(key[:40], known, 1)
            hint = f"; có phải «{near[0]}»?" if near else ""
            self.refuse(key, f"không có mục này{hint}", self.key_rows[key])

    def has(self, field: str) -> bool:
        """Whether the key is there with something in it."""
        node = self.nodes.get(field)
        return node is not None and node.tag != _TAG + "null"

    def scalar(self, field: str, *, required: bool = False) -> ScalarNode | None:
        """The value, if it is there and a single one."""
        node = self.nodes.get(field)
        if node is None or not self.has(field):
            if required and self.readable:
                self.refuse(field, "thiếu mục này" if node is None else "đang để trống")
        elif isinstance(node, ScalarNode):
            return node
        else:
            self.refuse(field, "phải là một giá trị, không phải danh sách hay nhóm mục")
        return None

    def text(self, field: str, *, multiline: bool = False) -> str:
        """Text cleaned for storing; empty when it is left out or cannot be read."""
        node = self.scalar(field)
        if node is None:
            return ""
        if node.tag != _TAG + "str":
            self.refuse(field, "phải là chữ; hãy đặt trong ngoặc kép")
            return ""
        return clean(node.value, multiline=multiline)

    def flag(self, field: str, *, required: bool = True, otherwise: bool = False) -> bool:
        """true or false; `otherwise` when it is left out or cannot be read."""
        node = self.scalar(field, required=required)
        if node is None:
            return otherwise
        if node.tag == _TAG + "bool":
            return node.value.lower() in ("true", "yes", "on")
        self.refuse(field, "phải là true hoặc false, không đặt trong ngoặc kép")
        return otherwise

    def number(self, field: str) -> Decimal | None:
        """An exact decimal."""
        node = self.scalar(field)
        if node is None:
            return None
        is_number = node.tag in (_TAG + "int", _TAG + "float")
        if not is_number or not _NUMBER.fullmatch(node.value):
            self.refuse(field, "phải là số, viết như 12.5 và không đặt trong ngoặc kép")
            return None
        return Decimal(node.value) + 0  # no -0

    def day(self, field: str, *, required: bool = False) -> date | None:
        """A calendar day."""
        node = self.scalar(field, required=required)
        if node is None:
            return None
        try:
            if not _DAY.fullmatch(node.value):
                raise ValueError
            return date.fromisoformat(node.value)
        except ValueError:
            self.refuse(field, "phải là ngày có thật, viết như 2023-04-18")
            return None

    def one_of(self, field: str, names: type[_E], *, required: bool = False) -> _E | None:
        """A member of the enumeration by its name in the file."""
        node = self.scalar(field, required=required)
        if node is None:
            return None
        if node.value in list(names):
            return names(node.value)
        self.refuse(field, "phải là một trong: " + ", ".join(names))
        return None

    def group(self, field: str) -> Entries | None:
        """The mapping under a key that must be there."""
        node = self.nodes.get(field)
        if node is None and self.readable:
            self.refuse(field, "thiếu mục này")
        return None if node is None else Entries(node, field, self.faults)

    def items(self, field: str, label: str, most: int) -> Iterator[Entries]:
        """The mappings of the list under a key, each placed by its code or else its number."""
        node = self.nodes.get(field)
        if not isinstance(node, SequenceNode) or not node.value:
            if self.readable:
                self.refuse(field, "thiếu mục này" if node is None else "phải là danh sách có dòng")
            return
        if len(node.value) > most:
            self.refuse(field, f"có {len(node.value)} {label}, nhiều nhất {most}")
        before = f"{self.place}, " if self.place else ""
        for number, item in enumerate(node.value[:most], start=1):
            name = _code_of(item) or f"thứ {number}"
            yield Entries(item, f"{before}{label} {name}", self.faults)


def _code_of(node: Node) -> str:
    pairs = node.value if isinstance(node, MappingNode) else []
    codes = (v.value for k, v in pairs if k.value == "code" and isinstance(v, ScalarNode))
    return clean(next(codes, ""))[:CODE]
