"""Text as people type it: cleaned for storing, folded for searching, keyed for Vietnamese order.

SQLite neither folds nor sorts Vietnamese, so what is searched and ordered by is made here and
stored in columns.
"""

import re
import unicodedata
from functools import lru_cache

SORT_KEY_LENGTH = 400
"""The longest sort key given: some 130 letters with their tones; the length of its column."""

LONGEST_QUERY = 200

# Letters and signs that take no ink although Unicode does not call them "format" characters.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_PLAIN_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼʹ′`´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_SEARCH_SIGNS = {**_PLAIN_SIGNS, ord("đ"): "d"}
# Latin with Vietnamese, its marks, quotes and dashes; beyond it a table would only fill with what is rare.
_KEPT_BELOW = 0x2100
_LIKE_SPECIAL = re.compile(r"([%_\\])")

# Order of the signs before digits is that of the Unicode root collation, which ICU's "vi" inherits.
_PRIMARY = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_CODES = {sign: f"{place:02d}" for place, sign in enumerate(_PRIMARY, start=1)}
_UNKNOWN = "99"
_LEVEL_END = "00"
_SHAPES = frozenset("\u0306\u0302\u031b")  # breve, circumflex, horn: they make other letters
_NO_TONE, _FOREIGN_MARK = "0", "6"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}


def _is_noise(character: str) -> bool:
    """Whether it is invisible or cannot be stored: control, format, surrogate, non-character."""
    if character in _BLANKS:
        return True
    if character.isspace():
        return False
    point = ord(character)
    if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
        return True
    return unicodedata.category(character) in ("Cc", "Cf", "Cs")


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_VISIBLE)


class _Visible(dict[int, int | None]):
    """What is left of each sign: itself or nothing; kept as below."""

    def __missing__(self, point: int) -> int | None:
        left = None if _is_noise(chr(point)) else point
        if point < _KEPT_BELOW:
            self[point] = left
        return left


_VISIBLE = _Visible()


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


def clean(text: str, *, multiline: bool = False) -> str:
    """The text to store: NFC, no control, zero-width or direction characters, single spaces.

    With `multiline` line breaks are kept, at most one empty line in a row.
    """
    composed = unicodedata.normalize("NFC", _visible(text))
    if not multiline:
        return " ".join(composed.split())
    lines = "\n".join(" ".join(line.split()) for line in composed.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def fold(text: str) -> str:
    """The text to search in and by: no accents, no case, đ = d, plain quotes, single spaces."""
    return " ".join(text.translate(_FOLDED).split())


class _Folded(dict[int, str]):
    """What each sign becomes, kept where it is one that many texts hold."""

    def __missing__(self, point: int) -> str:
        caseless = unicodedata.normalize("NFD", _visible(chr(point))).casefold()
        bare = (c for c in unicodedata.normalize("NFD", caseless) if not _is_mark(c))
        folded = "".join(bare).translate(_SEARCH_SIGNS)
        if point < _KEPT_BELOW:
            self[point] = folded
        return folded


_FOLDED = _Folded()


def like_pattern(query: str) -> str:
    r"""A pattern for `folded LIKE … ESCAPE '\'`: the query anywhere; an empty query finds all.

    Cut where no name is that long: SQLite refuses patterns of 50,000 bytes.
    """
    return "%" + _LIKE_SPECIAL.sub(r"\\\1", fold(query[:LONGEST_QUERY])) + "%"


def sort_key(text: str) -> str:
    """A key of digits whose order, in any database collation, is that of a Vietnamese dictionary.

    First the letters (a ă â b c d đ e ê …, a space before any letter), then the tones (ngang huyền
    hỏi ngã sắc nặng), then small before capital letters; equal to ICU's "vi". At most
    SORT_KEY_LENGTH characters.
    """
    return _full_key(text).rstrip("0")[:SORT_KEY_LENGTH]


def person_sort_key(full_name: str) -> str:
    """As `sort_key`, by the given name, which comes last, then by family and middle names."""
    *others, given = clean(full_name).split() or [""]
    return (_full_key(given) + _full_key(" ".join(others))).rstrip("0")[:SORT_KEY_LENGTH]


def _full_key(text: str) -> str:
    """Letters, then tones, then case, unshortened: equal letters give levels of equal length."""
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for base, marks in _letters(text):
        letter, tone, case = _of_letter(base, marks)
        letters.append(letter)
        tones.append(tone)
        cases.append(case)
    return "".join([*letters, _LEVEL_END, *tones, *cases])


@lru_cache(maxsize=2_000)
def _of_letter(base: str, marks: str) -> tuple[str, str, str]:
    """Place in the alphabet, tone and case of one letter."""
    small = base.lower()
    shaped = unicodedata.normalize("NFC", small + "".join(m for m in marks if m in _SHAPES))
    letter = _CODES.get(shaped) or _CODES.get(small, _UNKNOWN)
    return letter, _tone(marks), "0" if base == small else "1"


def _tone(marks: str) -> str:
    others = [mark for mark in marks if mark not in _SHAPES]
    return _TONES.get(others[0], _FOREIGN_MARK) if others else _NO_TONE


def _letters(text: str) -> list[tuple[str, str]]:
    """Each base character with the marks that follow it, from the decomposed text."""
    found: list[tuple[str, str]] = []
    for character in unicodedata.normalize("NFD", clean(text).translate(_PLAIN_SIGNS)):
        if _is_mark(character) and found:
            found[-1] = (found[-1][0], found[-1][1] + character)
        else:
            found.append((character, ""))
    return found
