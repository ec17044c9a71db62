"""Imports run one way (ARCHITECTURE.md): a package sees those to its left only, and of them only some modules."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "ocop_points"
ORDER = (
    "core",
    "audit",
    "accounts",
    "localities",
    "evidence",
    "points",
    "catalogue",
    "stock",
    "programme",
    "criteria",
    "assessments",
    "reports",
    "exchange",
    "desk",
    "demo",
)
OPEN_MODULES = {"models", "rules", "queries", "service", "labels"}
ALSO_OPEN = {
    "accounts.passwords": "hashing is slow, so views call it before the verb takes the write lock",
    "accounts.reminders_queries": "queries of their own file: the weekly letters, which the desk writes",
    "accounts.reminders_rules": "the same: when they are due",
    "audit.rules_fields": "rules that had no room in rules.py: who writes many rows at once checks their fields",
    "evidence.intake": "decoding is slow, so views call it before the verb takes the write lock",
    "evidence.serving": "a file is sent by the view that found it through its record",
    "evidence.pictures": "the copies that are printed are made outside the write lock",
    "evidence.forms": "the field for files, where forms take some in",
    "catalogue.contacts_service": "a service of its own file: the verbs of contacts",
    "catalogue.merges_service": "the same: the verb that makes one supplier of two",
    "catalogue.papers_service": "the same: the verbs of scans",
    "catalogue.pictures_service": "the same: the verbs of pictures",
    "catalogue.certificate_service": "a service of its own file: the verbs of certificates",
    "catalogue.lists": "search looks where the lists look",
    "catalogue.merges_queries": "the same: a record that became another is in no list",
    "catalogue.certificate_queries": "the lists of certificates, which the home page reads too",
    "catalogue.notices_service": "a service of its own file: the verbs of letters to holders",
    "catalogue.merges_models": "which supplier another one became: what agreements are asked about",
    "catalogue.bulk_queries": "the whole catalogue as plain rows, which imports compare their own with",
    "exchange.import_pages": "a kind of record of this package hangs its import among the others",
    "exchange.import_shapes": "the same: what a kind is made of",
    "exchange.import_words": "the same: how facts are shown",
    "exchange.rules_cells": "the same: how cells are read",
    "exchange.rules_shapes": "the same: what can be wrong",
    "exchange.jobs_service": "the command that forgets old files",
    "stock.opening_queries": "queries of their own file: what an import of opening stock compares with",
    "stock.posting": "the faults of lines, told by the row of the file they came from",
    "catalogue.bulk_service": "a service of its own file: the verbs of many records at once",
    "programme.agreements_labels": "labels, models, queries and services of agreements, in files of their own",
    "programme.agreements_models": "the same",
    "programme.agreements_queries": "the same",
    "programme.agreements_rules": "the same",
    "programme.agreements_service": "the same",
    "points.tourism_models": "models of their own file: links to tourism",
    "points.tourism_service": "a service of its own file: the verbs of links to tourism",
    "stock.gate_rules": "rules of their own file: how certificates are judged when goods come in",
    "stock.gate_service": "a service of its own file: the verbs of the certificate gate",
    "criteria.service_drafts": "the same: the verbs of a draft",
    "criteria.measures_rules": "rules of their own file: what a measured figure counts",
    "criteria.measures_labels": "labels of their own file: the words of measured figures",
    "stock.rules_months": "rules that had no room in rules.py: months",
    "stock.rules_transfers": "the same: goods between points",
    "stock.service_months": "a service of its own file: the verbs of months",
    "stock.service_transfers": "the same: the verbs of goods between points",
    "stock.service_till": "the same: the verbs of the till",
    "stock.service_minimums": "the same: the verb of a point's minimums",
    "stock.alerts": "queries of a file of their own: the warnings, which the home page counts too",
    "stock.stocktake_models": "models of their own file: stocktakes",
    "stock.stocktake_lists": "lists of their own file: the home page tells of stocktakes under way",
    "stock.stocktake_queries": "queries of their own file: stocktakes",
    "stock.stocktake_service": "a service of its own file: the verbs of stocktakes",
    "stock.stocktake_service_posting": "the same: how they enter the books",
    "stock.transfers": "queries of a file of their own: what goes from point to point",
    "assessments.kinds": "rules that had no room in rules.py: the kinds of visits and the numbers of papers",
    "assessments.rules_states": "the same: the states of a visit and who decides",
    "assessments.photos_service": "a service of its own file: the verbs of photos",
    "assessments.minutes_service": "the same: the verbs of papers",
    "assessments.amendments_queries": "queries, services and papers of amendments, in files of their own",
    "assessments.amendments_service": "the same",
    "assessments.amendments_paper": "the same; rendering is slow, as that of minutes",
    "assessments.planning_rules": "rules of their own file: when a point is dormant is asked by the overview too",
    "assessments.findings_labels": "labels, lists and services of findings, in files of their own",
    "assessments.findings_lists": "the same",
    "assessments.findings_models": "the same",
    "assessments.findings_rules": "the same",
    "assessments.measures_rules": "the demonstration asks what the books say of a line",
    "assessments.measures_queries": "the same",
    "assessments.sheet": "the demonstration asks what a visit found before that is official",
    "assessments.findings_queries": "the same",
    "assessments.findings_service": "the same",
    "assessments.minutes_paper": "rendering is slow, so views call it before the verb takes the write lock",
    "reports.period_labels": "labels, queries, rules and services of period reports, in files of their own",
    "reports.period_models": "the same",
    "reports.period_queries": "the same",
    "reports.period_rules": "the same",
    "reports.period_service": "the same",
    "exchange.api_models": "models of their own file: whoever joins two departments is told of the keys",
    "accounts.session": "the checklist says that this session may rest for twelve hours",
}
# Modules at the top that packages may use; `cli`, `serving` and `create_app` put everything together.
SHARED_TOP = {"extensions", "config", "backup"}
TOP = {
    "__init__", "backup", "cli", "config", "extensions", "moving", "reminding", "serving", "verify",
}  # fmt: skip


def imported(source: str) -> Iterator[tuple[int, str]]:
    """(line, module below ocop_points) of every import, those inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = node.module.split(".")
            if parts[0] != "ocop_points":
                continue
            if len(parts) < 3:  # "from ocop_points.points import queries": the names are modules
                yield from ((node.lineno, ".".join([*parts[1:], a.name])) for a in node.names)
            else:
                yield node.lineno, ".".join(parts[1:])
        elif isinstance(node, ast.Import):
            yield from (
                (node.lineno, alias.name.removeprefix("ocop_points."))
                for alias in node.names
                if alias.name.startswith("ocop_points")
            )


def faults_of(package: str, source: str) -> list[str]:
    """What a file of this package may not import."""
    faults = []
    for line, name in imported(source):
        target, _dot, rest = name.partition(".")
        module = rest.partition(".")[0]
        if target == package or target in SHARED_TOP:
            continue
        if target == "migrations" and package == "migrations":
            continue
        if target not in ORDER or package not in ORDER:
            faults.append(f"{line}: {name} puts the house together, packages do not import it")
        elif ORDER.index(target) > ORDER.index(package):
            faults.append(f"{line}: {name} lies to the right of {package}")
        elif (
            target != "core"
            and module not in OPEN_MODULES
            and f"{target}.{module}" not in ALSO_OPEN
        ):
            faults.append(f"{line}: {name} is no business of {package}")
    return faults


FILES = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.parent != PACKAGE and "migrations" not in path.parts
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_imports_to_its_left_only(path: Path) -> None:
    package = path.relative_to(PACKAGE).parts[0]
    found = faults_of(package, path.read_text(encoding="utf-8"))
    assert not found, found


def test_every_package_has_its_place_in_the_order() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert packages - {"migrations"} <= set(ORDER)
    assert {path.stem for path in PACKAGE.glob("*.py")} <= TOP


def test_what_is_also_open_exists_and_has_a_reason() -> None:
    for name, reason in ALSO_OPEN.items():
        assert (PACKAGE / f"{name.replace('.', '/')}.py").is_file()
        assert reason


@pytest.mark.parametrize(
    ("package", "source", "fault"),
    [
        ("core", "from ocop_points.audit.service import record", "to the right"),
        ("points", "import ocop_points.desk.labels", "to the right"),
        ("points", "def f():\n    from ocop_points.stock import queries", "to the right"),
        ("desk", "from ocop_points.points.views import bp", "no business"),
        ("desk", "from ocop_points.points import forms", "no business"),
        ("desk", "from ocop_points import create_app", "puts the house together"),
    ],
)
def test_a_wrong_import_is_seen(package: str, source: str, fault: str) -> None:
    assert any(fault in line for line in faults_of(package, source))


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("points", "from ocop_points.points.forms import PointForm"),
        ("desk", "from ocop_points.points import queries, labels"),
        ("desk", "from ocop_points.core.forms import BaseForm"),
        ("audit", "from ocop_points.core import clock"),
    ],
)
def test_a_right_import_passes(package: str, source: str) -> None:
    assert faults_of(package, source) == []
