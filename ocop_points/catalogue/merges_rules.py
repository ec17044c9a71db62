"""Which records are likely the same supplier. Pure."""

import re
from collections.abc import Callable, Hashable, Iterable, Set
from dataclasses import dataclass
from enum import StrEnum

from ocop_points.catalogue.rules import SupplierKind
from ocop_points.core.text import fold

# Legal forms as people write them before a name, folded; the kind of the record says them already.
_FORMS = re.compile(
    r"^(?:hop tac xa|htx|lien hiep htx|to hop tac|tht|cong ty|cty|ctcp|tnhh|mtv|mot thanh vien|cp|co phan|"
    r"doanh nghiep tu nhan|dntn|ho kinh doanh|hkd|co so san xuat|co so|san xuat|dich vu|dv|tong hop)\b[ .:-]*"
)
_LEAST_PHONE = 9


class Likeness(StrEnum):
    """What two records share."""

    TAX_CODE = "tax_code"
    NAME = "name"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a supplier."""

    id: int
    locality_id: int
    kind: SupplierKind
    name: str
    tax_code: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are likely one: the older first, and what they share."""

    first: int
    second: int
    shared: tuple[Likeness, ...]


def bare_name(name: str) -> str:
    """A name folded, without the legal form before it: "HTX Chả mực" and "Hợp tác xã chả mực" are one."""
    bare = fold(name)
    while (shorter := _FORMS.sub("", bare, count=1)) != bare and shorter:
        bare = shorter
    return bare


def _tax(one: Known) -> Hashable:
    """The ten digits of the unit; those of a branch, "0101234567-001", follow them."""
    return one.tax_code[:10] or None


def _name(one: Known) -> Hashable:
    return one.locality_id, one.kind, bare_name(one.name)


def _phone(one: Known) -> Hashable:
    digits = re.sub(r"\D", "", one.phone)
    digits = re.sub(r"^84(?=\d{9}$)", "0", digits)
    return (one.locality_id, digits) if len(digits) >= _LEAST_PHONE else None


_ASKED: tuple[tuple[Likeness, Callable[[Known], Hashable]], ...] = (
    (Likeness.TAX_CODE, _tax),
    (Likeness.NAME, _name),
    (Likeness.PHONE, _phone),
)


def likely_pairs(known: Iterable[Known], apart: Set[tuple[int, int]] = frozenset()) -> list[Pair]:
    """Pairs that share a tax code (that of a branch counts as its unit's), or within one locality the name with the
    legal form or the telephone number. Those that share most come first, then the newest.

    `apart`: pairs, the lower id first, that somebody found to be two. A record is held against the oldest one that
    it shares something with and is not apart from.
    """
    rows = sorted(known, key=lambda one: one.id)
    shared: dict[tuple[int, int], list[Likeness]] = {}
    for likeness, key_of in _ASKED:
        older: dict[Hashable, list[int]] = {}
        for one in rows:
            key = key_of(one)
            if key is None:
                continue
            before = older.setdefault(key, [])
            pairs_of = ((first, one.id) for first in before)
            if pair := next((found for found in pairs_of if found not in apart), None):
                shared.setdefault(pair, []).append(likeness)
            before.append(one.id)
    pairs = [Pair(first, second, tuple(why)) for (first, second), why in shared.items()]
    return sorted(pairs, key=lambda pair: (-len(pair.shared), -pair.second, pair.first))
