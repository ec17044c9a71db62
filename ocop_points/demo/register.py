"""The demonstration's sales points: about sixty in the supported localities, in every state of life."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from ocop_points.accounts.models import User
from ocop_points.demo import cast, invented
from ocop_points.demo.stage import Stage
from ocop_points.localities.models import Locality, Ward
from ocop_points.points import service
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import AccountingRegime, OperatorKind, PointStatus, PointVerb
from ocop_points.points.service import PointFacts

# How many points a locality has: two, but more where the accounts to try are.
MANY = {"QNI": 9, "CMA": 6}
_KINDS = ("1", "2", "3", "3", "4", "4", "5", "6", "7", "8")
_PLACES = {
    "1": "Bến xe",
    "2": "Trạm dừng nghỉ",
    "3": "Chợ",
    "4": "Khu du lịch",
    "5": "Làng nghề",
    "6": "Trung tâm thương mại",
    "7": "Trung tâm triển lãm",
    "8": "Bưu điện",
}
_OPERATORS = (
    (OperatorKind.ENTERPRISE, "Công ty TNHH Đặc sản", AccountingRegime.SMALL_ENTERPRISE),
    (OperatorKind.COOPERATIVE, "HTX Nông sản", AccountingRegime.COOPERATIVE),
    (OperatorKind.HOUSEHOLD, "Hộ kinh doanh", AccountingRegime.HOUSEHOLD),
    (OperatorKind.ENTERPRISE, "Công ty CP Thương mại", AccountingRegime.ENTERPRISE),
)
# States in turn: most trade, some are on their way, a few have stopped.
_STATES = (
    PointStatus.OPEN,
    PointStatus.OPEN,
    PointStatus.PROPOSED,
    PointStatus.OPEN,
    PointStatus.SURVEYED,
    PointStatus.OPEN,
    PointStatus.SUSPENDED,
    PointStatus.CHOSEN,
    PointStatus.OPEN,
    PointStatus.OPEN,
    PointStatus.OPEN,
    PointStatus.CLOSED,
    PointStatus.OPEN,
    PointStatus.OPEN,
    PointStatus.OPEN,
)


def plan(stage: Stage) -> None:
    """Put every point's registration on the agenda; the rest of its life follows from there."""
    chance = Random("register")  # noqa: S311  # a demonstration is no secret
    taken: set[str] = set()
    number = 0
    for locality in stage.localities:
        wards = stage.wards[locality.province_code]
        for index in range(MANY.get(locality.short_code, 2)):
            ward = wards[chance.randrange(len(wards))]
            state = PointStatus.OPEN if index == 0 else _STATES[number % len(_STATES)]
            _plan_point(stage, locality, point_facts(chance, ward, taken), state, chance)
            number += 1
    stage.at(date(stage.today.year, 1, 5), 9, 0, lambda: give_operator_a_point(stage.points))


def point_facts(chance: Random, ward: Ward, taken: set[str]) -> PointFacts:
    """A shop that somebody might run in this ward."""
    kind = chance.choice(_KINDS)
    operator_kind, before, regime = chance.choice(_OPERATORS)
    person = invented.person(chance)
    name = person if operator_kind is OperatorKind.HOUSEHOLD else ward.name
    return PointFacts(
        name=f"Điểm OCOP {_PLACES[kind]} {ward.name}",
        kind_code=kind,
        ward_code=ward.code,
        address=invented.address(chance),
        area_dm2=chance.randrange(2_400, 32_000, 50),
        latitude=round(ward.latitude + chance.uniform(-0.005, 0.005), 6),
        longitude=round(ward.longitude + chance.uniform(-0.005, 0.005), 6),
        operator_name=f"{before} {name}",
        operator_kind=operator_kind,
        operator_tax_code=invented.tax_code(chance, taken),
        accounting_regime=regime,
        representative=person,
        phone=invented.phone(chance),
        phone_public=operator_kind is not OperatorKind.HOUSEHOLD,
        opening_hours=chance.choice(
            ("07:00 – 21:00 hằng ngày", "08:00 – 20:00 hằng ngày", "07:30 – 17:30, nghỉ Chủ nhật")
        ),
        moit_supported=chance.random() < 0.45,
    )


def _plan_point(
    stage: Stage, locality: Locality, facts: PointFacts, state: PointStatus, chance: Random
) -> None:
    """Register some days ago, then step by step to the state wanted."""
    officer, manager = stage.officer(locality.id), stage.manager(locality.id)
    day = stage.ago(chance.randint(420, 900) if state in _TRADED else chance.randint(20, 90))
    made: list[SalesPoint] = []

    def register() -> None:
        made.append(service.register_point(locality, facts, by=officer, anyway=True))
        stage.points.append(made[0])

    stage.at(day, 9, chance.randrange(60), register)
    for verb, wait, decision, reason in _path(state, chance):
        day = min(day + timedelta(days=wait), stage.today)
        actor = officer if verb is PointVerb.SURVEY else manager

        def step(
            verb: PointVerb = verb,
            on: date = day,
            decision: str = decision,
            reason: str = reason,
            actor: User = actor,
        ) -> None:
            service.take_step(
                made[0], verb, on=on, decision_number=decision, reason=reason, by=actor
            )

        stage.at(day, 14, chance.randrange(60), step)


_TRADED = {PointStatus.OPEN, PointStatus.SUSPENDED, PointStatus.CLOSED}
_Step = tuple[PointVerb, int, str, str]


def _path(state: PointStatus, chance: Random) -> list[_Step]:
    """The steps that lead to a state: verb, days after the one before, decision, reason."""
    decision = f"{chance.randint(100, 3900)}/QĐ-UBND"
    steps: list[_Step] = [
        (PointVerb.SURVEY, 6, "", "Mặt bằng sạch, gần đường lớn; cần làm biển hiệu."),
        (PointVerb.CHOOSE, 8, decision, ""),
        (PointVerb.OPEN, 5, "", ""),
    ]
    reached = {
        PointStatus.PROPOSED: 0,
        PointStatus.SURVEYED: 1,
        PointStatus.CHOSEN: 2,
    }.get(state, 3)
    steps = steps[:reached]
    if state is PointStatus.SUSPENDED:
        steps.append((PointVerb.SUSPEND, 340, "", "Sửa chữa mặt bằng, dự kiến hai tháng."))
    if state is PointStatus.CLOSED:
        steps.append(
            (
                PointVerb.CLOSE,
                300,
                f"Công văn số {chance.randint(10, 99)}/SCT-QLTM",
                "Hết hợp đồng thuê mặt bằng.",
            )
        )
    return steps


def give_operator_a_point(points: Iterable[SalesPoint]) -> None:
    """The operator runs the first open point of Quảng Ninh."""
    first = next(
        point
        for point in points
        if point.code.startswith("QNI-") and point.status is PointStatus.OPEN
    )
    service.set_user_points(cast.add_operator(), [first.id])
