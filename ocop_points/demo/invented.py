"""Names of people, shops and streets that nobody bears: drawn from lists, the same for the same seed."""

from random import Random

FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
)
MIDDLE_WOMAN = ("Thị", "Thị Thu", "Thị Minh", "Ngọc", "Thị Hồng", "Thanh")
MIDDLE_MAN = ("Văn", "Đức", "Quốc", "Minh", "Hữu", "Công")
GIVEN_WOMAN = (
    "An",
    "Ánh",
    "Bình",
    "Duyên",
    "Hà",
    "Hạnh",
    "Hoa",
    "Lan",
    "Liên",
    "Mai",
    "Nga",
    "Oanh",
    "Phượng",
    "Thảo",
    "Vân",
    "Yến",
)
GIVEN_MAN = (
    "Anh",
    "Bảo",
    "Cường",
    "Đạt",
    "Đông",
    "Hiếu",
    "Hưng",
    "Khánh",
    "Long",
    "Mạnh",
    "Nam",
    "Phúc",
    "Quân",
    "Sơn",
    "Tâm",
    "Việt",
)
STREETS = (
    "Trần Phú",
    "Lê Lợi",
    "Hùng Vương",
    "Nguyễn Trãi",
    "Hai Bà Trưng",
    "Quang Trung",
    "Lý Thường Kiệt",
    "Trần Hưng Đạo",
    "Phan Chu Trinh",
    "Nguyễn Du",
)


def person(chance: Random) -> str:
    """A full name."""
    family = chance.choice(FAMILY)
    if chance.random() < 0.5:
        return f"{family} {chance.choice(MIDDLE_WOMAN)} {chance.choice(GIVEN_WOMAN)}"
    return f"{family} {chance.choice(MIDDLE_MAN)} {chance.choice(GIVEN_MAN)}"


def phone(chance: Random) -> str:
    """A number in the shape of a mobile number, in a range that is not given out (0 000 …)."""
    return f"0900 {chance.randrange(1000):03d} {chance.randrange(1000):03d}"


def tax_code(chance: Random, taken: set[str]) -> str:
    """Ten digits beginning with 99, which no province's tax office gives out; each once."""
    while True:
        code = f"99{chance.randrange(10**8):08d}"
        if code not in taken:
            taken.add(code)
            return code


def address(chance: Random) -> str:
    """A house number and a street."""
    return f"Số {chance.randint(1, 480)} đường {chance.choice(STREETS)}"
