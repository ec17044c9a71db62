"""The demonstration's tourism: points of some kinds are linked to an invented site, festival or route."""

from ocop_points.demo.stage import Stage
from ocop_points.points.rules import TourismKind
from ocop_points.points.tourism_service import TourismFacts, add_link

# By kind of location: tourist areas, craft villages, stops on the road.
_LINKS = {
    "4": (TourismKind.SITE, "Khu du lịch", None, None),
    "5": (TourismKind.FESTIVAL, "Lễ hội làng nghề", 1, 3),
    "2": (TourismKind.ROUTE, "Tuyến du lịch sinh thái", 4, 9),
}


def plan(stage: Stage) -> None:
    """All in one afternoon, two months ago."""
    stage.at(stage.ago(60), 15, 0, lambda: _link(stage))


def _link(stage: Stage) -> None:
    for point in stage.points:
        if point.kind_code not in _LINKS:
            continue
        kind, name, first, last = _LINKS[point.kind_code]
        ward = next(
            one for wards in stage.wards.values() for one in wards if one.code == point.ward_code
        )
        facts = TourismFacts(kind, f"{name} {ward.name} (minh họa)", ward.full_name, first, last)
        add_link(point, facts, by=stage.officer(point.locality_id))
