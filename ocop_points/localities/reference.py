"""The reference tables as they are delivered: read from the files beside this module, checked, typed."""

import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).with_name("data")
SOURCE = "Danh mục hành chính theo gói vietnamadminunits 1.0.4 (giấy phép MIT)"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def provinces() -> list[dict[str, str]]:
    """code, kind, name of the 34 provinces of today."""
    return list(_rows("provinces-2025.csv"))


def localities() -> list[dict[str, str]]:
    """The 63 provinces before July 2025 with `successor_code`, region, short code and marks."""
    return list(_rows("provinces-before-2025.csv"))


def wards() -> list[dict[str, str]]:
    """province_code, code, kind, name, latitude, longitude of the 3,321 wards of today."""
    return list(_rows("wards-2025.csv"))


def spellings(row: dict[str, str]) -> list[str]:
    """Every way a locality is written: its name, the kinds before it, and the other names."""
    names = [row["name"], *filter(None, row["also_named"].split(";"))]
    prefixes = ("", "tỉnh ", "thành phố ", "TP. ", "TP.", "TP ", "T. ", "T.")
    return [prefix + name for name in names for prefix in prefixes]
