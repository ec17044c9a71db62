"""Two editions line by line: what was added, removed, moved, and which words changed.

Lines are paired by what they say, then by their code, then by the likest words; a line of other words and another code
is another line.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from ocop_points.criteria.rules import EditionSpec, LineSpec

LIKE = 0.5
"""Lines of fewer words in common than this are different lines."""
_UNDER_ONE_CODE = 0.25  # a line under its old code may be rewritten further


class Part(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


Words = list[tuple[Part, str]]


@dataclass(frozen=True)
class Row:
    """One line in the comparison. `fields` are those that differ, the text among them; the sections by code."""

    before: LineSpec | None
    after: LineSpec | None
    section_before: str
    section_after: str
    moved: bool = False
    fields: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        line = self.after or self.before
        return line.code if line else ""

    @property
    def is_changed(self) -> bool:
        return bool(self.fields)

    @property
    def is_same(self) -> bool:
        return not self.moved and not self.fields and bool(self.before) and bool(self.after)


@dataclass(frozen=True)
class Comparison:
    """Rows in the order of the new edition; what was removed stands behind what it followed."""

    rows: tuple[Row, ...]

    @property
    def added(self) -> list[Row]:
        return [row for row in self.rows if row.before is None]

    @property
    def removed(self) -> list[Row]:
        return [row for row in self.rows if row.after is None]

    @property
    def moved(self) -> list[Row]:
        return [row for row in self.rows if row.moved]

    @property
    def changed(self) -> list[Row]:
        return [row for row in self.rows if row.fields]

    @property
    def same(self) -> list[Row]:
        return [row for row in self.rows if row.is_same]


@dataclass(frozen=True)
class _Placed:
    section: str
    line: LineSpec


def compare(before: EditionSpec, after: EditionSpec) -> Comparison:
    """Compare two editions; moved is a line that stands in another section or passed another line on the way."""
    old, new = _placed(before), _placed(after)
    pairs = _pairs([one.line for one in old], [one.line for one in new])
    stayed = _in_order(
        {at: was for at, was in pairs.items() if new[at].section == old[was].section}
    )
    rows: list[Row] = []
    for at, one in enumerate(new):
        was = pairs.get(at)
        if was is None:
            rows.append(Row(None, one.line, "", one.section))
            continue
        first = old[was]
        moved = at not in stayed
        changed = _changed(first.line, one.line)
        rows.append(Row(first.line, one.line, first.section, one.section, moved, changed))
    for at, one in enumerate(old):
        if at not in pairs.values():
            rows.insert(_behind(rows, old, at), Row(one.line, None, one.section, ""))
    return Comparison(tuple(rows))


def _placed(spec: EditionSpec) -> list[_Placed]:
    return [_Placed(part.code, line) for part in spec.sections for line in part.lines]


def _pairs(old: Sequence[LineSpec], new: Sequence[LineSpec]) -> dict[int, int]:
    """For places of the new lines those of the old: by code and text, by text, by code, then the likest."""
    pairs: dict[int, int] = {}
    words = [_bag(line.text) for line in old], [_bag(line.text) for line in new]

    def free() -> Iterator[tuple[int, int]]:
        used = set(pairs.values())
        left = [at for at in range(len(old)) if at not in used]
        return ((n, o) for n in range(len(new)) if n not in pairs for o in left)

    def pair(candidates: list[tuple[int, int]]) -> None:
        for n, o in candidates:
            if n not in pairs and o not in pairs.values():
                pairs[n] = o

    def alike(n: int, o: int) -> float:
        return _likeness(words[0][o], words[1][n])

    def same_code(n: int, o: int) -> bool:
        return new[n].code.casefold() == old[o].code.casefold()

    pair([(n, o) for n, o in free() if same_code(n, o) and new[n].text == old[o].text])
    pair([(n, o) for n, o in free() if new[n].text == old[o].text])
    pair([(n, o) for n, o in free() if same_code(n, o) and alike(n, o) >= _UNDER_ONE_CODE])
    rest = [(alike(n, o), n, o) for n, o in free()]
    near = sorted(
        (one for one in rest if one[0] >= LIKE), key=lambda one: (-one[0], one[1], one[2])
    )
    pair([(n, o) for _alike, n, o in near])
    return pairs


def _bag(text: str) -> Counter[str]:
    return Counter(text.casefold().split())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Twice the words in common over all words: 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 1.0


def _in_order(pairs: dict[int, int]) -> set[int]:
    """The new places of the longest run of lines that did not pass each other."""
    places = sorted(pairs)
    best: list[
        list[int]
    ] = []  # best[k]: the run of k + 1 lines that ends earliest in the old order
    for n in places:
        at = sum(pairs[run[-1]] < pairs[n] for run in best)
        run = [*(best[at - 1] if at else []), n]
        best[at : at + 1] = [run]
    return set(best[-1]) if best else set()


def _behind(rows: Sequence[Row], old: Sequence[_Placed], at: int) -> int:
    """Where a removed line stands: behind the line that stood before it."""
    if at == 0:
        return 0
    last = old[at - 1].line
    return next((n + 1 for n, row in enumerate(rows) if row.before is last), len(rows))


def _changed(before: LineSpec, after: LineSpec) -> tuple[str, ...]:
    names = (field.name for field in fields(LineSpec))
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def word_changes(before: str, after: str) -> Words:
    """The words of both texts in one row, each with what became of it."""
    old, new = before.split(), after.split()
    found: Words = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append((Part.SAME, " ".join(old[a:b])))
            continue
        if a < b:
            found.append((Part.REMOVED, " ".join(old[a:b])))
        if c < d:
            found.append((Part.ADDED, " ".join(new[c:d])))
    return found
