"""Where the square of each province stands: a map drawn of squares says who lies beside whom, not how large.

Hoàng Sa is shown with Đà Nẵng and Trường Sa with Khánh Hòa, to which they belong, in the figures' colour of these.
"""

from dataclasses import dataclass

from ocop_points.reports.rules import Map

# Code of the province, column and row.
_NEW = """
12 1 0|15 2 0|08 3 0|04 4 0|11 0 1|14 1 1|25 2 1|19 3 1|20 4 1|01 2 2|24 3 2|22 4 2|37 2 3|33 3 3|31 4 3|38 1 4|40 1 5
42 2 6|44 2 7|46 2 8|48 3 8|51 3 9|52 3 10|66 3 11|75 1 12|68 2 12|56 3 12|80 0 13|79 1 13|91 0 14|82 1 14|86 2 14
96 0 15|92 1 15
"""
_OLD = """
12 1 0|10 2 0|02 3 0|04 4 0|11 0 1|14 1 1|15 2 1|08 3 1|06 4 1|20 5 1|17 1 2|25 2 2|26 3 2|19 4 2|24 5 2|22 6 2|01 2 3
27 3 3|30 4 3|31 5 3|35 2 4|33 3 4|34 4 4|38 1 5|37 2 5|36 3 5|40 1 6|42 2 7|44 2 8|45 3 9|46 3 10|48 4 10|49 4 11
62 3 12|51 4 12|64 3 13|52 4 13|66 3 14|54 4 14|67 2 15|68 3 15|56 4 15|72 1 16|70 2 16|75 3 16|60 4 16|58 5 16
80 1 17|74 2 17|77 3 17|87 0 18|82 1 18|79 2 18|89 0 19|86 1 19|83 2 19|91 0 20|92 1 20|84 2 20|93 0 21|94 1 21
96 0 22|95 1 22
"""
_ISLANDS = {
    Map.NEW: (("48", "Hoàng Sa", 5, 8), ("56", "Trường Sa", 5, 13)),
    Map.OLD: (("48", "Hoàng Sa", 6, 10), ("56", "Trường Sa", 6, 16)),
}


@dataclass(frozen=True)
class Place:
    """A square: the province it belongs to, and the islands' name where it is one of the two."""

    code: str
    column: int
    row: int
    islands: str = ""


def _read(text: str, drawn: Map) -> tuple[Place, ...]:
    squares = (line.split() for line in text.replace("\n", "|").split("|") if line)
    land = [Place(code, int(column), int(row)) for code, column, row in squares]
    return (*land, *(Place(code, x, y, name) for code, name, x, y in _ISLANDS[drawn]))


SQUARES = {Map.NEW: _read(_NEW, Map.NEW), Map.OLD: _read(_OLD, Map.OLD)}
