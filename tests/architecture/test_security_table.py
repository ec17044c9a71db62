"""docs/security.md: every requirement of ASVS 5.0 at level 1 and 2 stands there once, and what it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# section: numbers of level 1 | numbers of level 2 (OWASP ASVS 5.0, folder 5.0/en)
IDS = """
1.1: - | 1 2
1.2: 1 2 3 4 5 | 6 7 8 9
1.3: 1 2 | 3 4 5 6 7 8 9 10 11
1.4: - | 1 2 3
1.5: 1 | 2
2.1: 1 | 2 3
2.2: 1 2 | 3
2.3: 1 | 2 3 4
2.4: - | 1
3.2: 1 2 | -
3.3: 1 | 2 3 4
3.4: 1 2 | 3 4 5 6
3.5: 1 2 3 | 4 5
3.7: - | 1 2
4.1: 1 | 2 3
4.2: - | 1
4.3: - | 1 2
4.4: 1 | 2 3 4
5.1: - | 1
5.2: 1 2 | 3
5.3: 1 2 | -
5.4: - | 1 2 3
6.1: 1 | 2 3
6.2: 1 2 3 4 5 6 7 8 | 9 10 11 12
6.3: 1 2 | 3 4
6.4: 1 2 | 3 4
6.5: - | 1 2 3 4 5
6.6: - | 1 2 3
6.8: - | 1 2 3 4
7.1: - | 1 2 3
7.2: 1 2 3 4 | -
7.3: - | 1 2
7.4: 1 2 | 3 4 5
7.5: - | 1 2
7.6: - | 1 2
8.1: 1 | 2
8.2: 1 2 | 3
8.3: 1 | -
8.4: - | 1
9.1: 1 2 3 | -
9.2: 1 | 2 3 4
10.1: - | 1 2
10.2: - | 1 2
10.3: - | 1 2 3 4
10.4: 1 2 3 4 5 | 6 7 8 9 10 11
10.5: - | 1 2 3 4 5
10.6: - | 1 2
10.7: - | 1 2 3
11.1: - | 1 2
11.2: - | 1 2 3
11.3: 1 2 | 3
11.4: 1 | 2 3 4
11.5: - | 1
11.6: - | 1
12.1: 1 | 2 3
12.2: 1 2 | -
12.3: - | 1 2 3 4
13.1: - | 1
13.2: - | 1 2 3 4 5
13.3: - | 1 2
13.4: 1 | 2 3 4 5
14.1: - | 1 2
14.2: 1 | 2 3 4
14.3: 1 | 2 3
15.1: 1 | 2 3
15.2: 1 | 2 3
15.3: 1 | 2 3 4 5 6 7
16.1: - | 1
16.2: - | 1 2 3 4 5
16.3: - | 1 2 3 4
16.4: - | 1 2 3
16.5: - | 1 2 3
17.1: - | 1
17.2: - | 1 2 3 4
17.3: - | 1 2
"""
ROW = re.compile(r"\| (\d+\.\d+\.\d+) \| ([12]) \| (.+) \| (met|n/a|open) \| (.*) \|")


def rows() -> list[re.Match[str]]:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    found = [ROW.fullmatch(line) for line in lines]
    assert all(found), [line for line, row in zip(lines, found, strict=True) if row is None]
    return [row for row in found if row]


def wanted() -> dict[str, str]:
    """Each requirement with its level."""
    found: dict[str, str] = {}
    for line in IDS.split("\n"):
        section, _colon, levels = line.partition(": ")
        for level, numbers in zip("12", levels.split(" | "), strict=False):
            found |= {f"{section}.{n}": level for n in numbers.split() if n != "-"}
    return found


def test_every_requirement_stands_there_once_with_its_level() -> None:
    found = [row[1] for row in rows()]
    assert len(found) == len(set(found))
    assert {row[1]: row[2] for row in rows()} == wanted()
    assert len(wanted()) == 253


def test_what_is_named_exists() -> None:
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([\w./-]+\.(?:py|md|txt|in|js|html)(?:::\w+)?)`", text))
    assert len(names) > 80
    for name in names:
        path, _colons, test = name.partition("::")
        assert (ROOT / path).is_file(), name
        assert not test or f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), name


def test_the_counts_in_the_text_are_those_of_the_table() -> None:
    states = [row[4] for row in rows()]
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    said = f"{states.count('met')} met, {states.count('n/a')} not applicable, {states.count('open')} open."
    assert said in text
