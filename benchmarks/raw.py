"""The floor: the same pages by hand, Flask with raw sqlite3 and one flat Jinja template each.

`python -m benchmarks.raw DATABASE TEMPLATES PORT`. The templates are the product's own pages, rows and values replaced
(benchmarks/frames.py makes them): what is sent is of the same content and length. What a page shows of the database is
read from it, for the user whom the product's signed cookie names, within that one's reach; forms carry the same two tokens.
Side navigation, headings and buttons are text of the templates: whoever wrote one page by hand would write them so.
"""

import hashlib
import json
import os
import pickle
import secrets
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, redirect, render_template, request, session
from flask_wtf.csrf import CSRFProtect
from itsdangerous import Signer
from waitress import serve

from ocop_points.core.printing import render_pdf

POINTS = """SELECT p.id, p.name, p.code, w.kind AS ward_kind, w.name AS ward, k.short_name AS kind, p.last_visit_on AS day,
 p.last_result AS result FROM sales_point p JOIN ward w ON w.code = p.ward_code JOIN location_kind k ON k.code = p.kind_code
 WHERE p.locality_id IN (SELECT locality_id FROM user_locality WHERE user_id = ?) ORDER BY p.sort_key, p.id LIMIT 25"""
PRODUCTS = """SELECT p.id, p.name, p.code, p.group148, p.base_unit, s.name AS producer, l.name AS locality,
 (SELECT c.stars FROM certificate c WHERE c.product_id = p.id AND c.issued_on <= ?1 AND c.void_from > ?1
  ORDER BY c.issued_on DESC LIMIT 1) AS stars
 FROM product p JOIN supplier s ON s.id = p.producer_id JOIN locality l ON l.id = p.locality_id
 ORDER BY p.sort_key, p.id LIMIT 25"""
LEDGER = """SELECT m.on_date, m.delta, m.balance, v.id, v.number, v.kind, v.reason, v.document_number, v.person,
 l.code AS lot, p.name, p.base_unit, u.full_name FROM (SELECT m.id, m.on_date, m.delta, m.lot_id, vl.voucher_id, vl.product_id,
 sum(m.delta) OVER (PARTITION BY vl.product_id ORDER BY m.on_date, m.delta < 0, m.id) AS balance FROM movement m
 JOIN voucher_line vl ON vl.id = m.line_id WHERE m.point_id = ?1) m JOIN voucher v ON v.id = m.voucher_id
 JOIN lot l ON l.id = m.lot_id JOIN product p ON p.id = m.product_id JOIN user_account u ON u.id = v.posted_by_id
 WHERE m.on_date >= ?2 ORDER BY m.on_date, m.delta < 0, m.id LIMIT 25"""
MOVED = """SELECT id, name, code FROM product WHERE id IN (SELECT vl.product_id FROM movement m JOIN voucher_line vl
 ON vl.id = m.line_id WHERE m.point_id = ?) ORDER BY sort_key, id"""
REACHED = "locality_id IN (SELECT locality_id FROM user_locality WHERE user_id = ?)"
POINT = f"""SELECT p.*, w.name AS ward, l.name AS locality, d.name AS department FROM sales_point p
 JOIN ward w ON w.code = p.ward_code JOIN locality l ON l.id = p.locality_id JOIN department d ON d.id = l.department_id
 WHERE p.id = ? AND p.{REACHED}"""
STEPS = "SELECT s.*, u.full_name FROM point_step s JOIN user_account u ON u.id = s.by_user_id WHERE point_id = ? ORDER BY s.id DESC"
TOURISM = "SELECT * FROM tourism_link WHERE point_id = ?"
VISIT = f"""SELECT v.*, p.name AS point, e.title AS edition FROM visit v JOIN sales_point p ON p.id = v.point_id
 JOIN criteria_edition e ON e.id = v.edition_id WHERE v.id = ? AND v.{REACHED}"""
TEAM = "SELECT u.id, u.full_name FROM visit_member m JOIN user_account u ON u.id = m.user_id WHERE m.visit_id = ?"
LINES = "SELECT * FROM criteria_line WHERE edition_id = ? ORDER BY place"
CHOICES = """SELECT c.* FROM criteria_choice c JOIN criteria_line l ON l.id = c.line_id WHERE l.edition_id = ?
 ORDER BY c.line_id, c.place"""
BEFORE = """SELECT id, visited_on FROM visit WHERE point_id = ? AND state = 'approved' AND visited_on <= ?
 ORDER BY visited_on DESC, id DESC LIMIT 1"""
FOUND = "SELECT * FROM finding WHERE point_id = ? AND state IN ('open', 'waiting')"
PHOTOS = "SELECT line_id, count(*) FROM answer_photo WHERE visit_id = ? GROUP BY line_id"
ANSWERS = "SELECT * FROM visit_answer WHERE visit_id = ?"

held = threading.local()


def db() -> sqlite3.Connection:
    """One connection a thread, with the product's settings."""
    if not hasattr(held, "db"):
        held.db = sqlite3.connect(sys.argv[1], isolation_level=None)
        held.db.row_factory = sqlite3.Row
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "busy_timeout=10000",
        ):
            held.db.execute(f"PRAGMA {pragma}")
    return held.db  # type: ignore[no-any-return]


def read(sql: str, *given: Any) -> list[sqlite3.Row]:
    """All rows."""
    return db().execute(sql, given).fetchall()


def one(sql: str, *given: Any) -> sqlite3.Row:
    """The row, 404 without one."""
    row: sqlite3.Row | None = db().execute(sql, given).fetchone()
    return row or abort(404)


def sign_in() -> None:
    """Before each page: whom the cookie names, still let in, not idle, with a role that may see these pages."""
    if request.path == "/bare":
        return
    id_, _dot, epoch = session.get("_user_id", "0.").partition(".")
    user = one("SELECT * FROM user_account WHERE id = ?", id_)
    idle = time.time() - session["seen"] > 7200
    if not user["active"] or str(user["session_epoch"]) != epoch or idle:
        abort(401)
    if user["role"] not in {"officer", "manager"}:
        abort(403)
    g.user = user


def one_time_key() -> str:
    """A signed key for one form of this user."""
    return signer().sign(f"{g.user['id']}.{secrets.token_urlsafe(12)}").decode()


def signer() -> Signer:
    return Signer(os.environ["SECRET_KEY"], salt="form-key")


def page(name: str, **words: Any) -> str:
    """A page for the user."""
    return render_template(f"{name}.html", user=g.user, one_time_key=one_time_key, **words)


def audit(action: str, kind: str, id_: int, point: int, changes: dict[str, Any]) -> None:
    """One more row of the chain."""
    last = db().execute("SELECT hash FROM audit_row ORDER BY id DESC LIMIT 1").fetchone()[0]
    facts = {
        "user_id": g.user["id"], "user_name": g.user["full_name"], "request_id": "", "action": action, "object_type": kind, "object_id": id_,
        "object_text": "", "locality_id": None, "point_id": point, "changes": json.dumps(changes), "note": "",
        "at": "2026-11-23T03:00:00+00:00",
    }  # fmt: skip
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = {**facts, "at": "2026-11-23 03:00:00.000000", "previous_hash": last}
    row["hash"] = hashlib.sha256(f"{last}\n{text}".encode()).hexdigest()
    insert("audit_row", row)


def insert(table: str, row: dict[str, Any]) -> int:
    """Insert one row; its id."""
    marks = ",".join("?" * len(row))
    done = db().execute(
        f"INSERT INTO {table} ({','.join(row)}) VALUES ({marks})", tuple(row.values())
    )
    return done.lastrowid or 0


def number(name: str) -> int:
    """The next of a series."""
    sql = "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
    return int(db().execute(sql, (name,)).fetchall()[0][0])


def remember() -> None:
    """The one-time key, as the product keeps it."""
    if not signer().validate(request.form["form_key"]):
        abort(400)
    body = hashlib.sha256(request.get_data()).hexdigest()
    key = hashlib.sha256(request.form["form_key"].encode()).hexdigest()
    insert(
        "form_key",
        {
            "user_id": g.user["id"],
            "route": request.path,
            "key": key,
            "body_hash": body,
            "location": "/",
            "created_at": "2026-11-23",
        },
    )


def make() -> Flask:
    """The pages."""
    app = Flask(__name__, template_folder=sys.argv[2])
    app.secret_key = os.environ["SECRET_KEY"]
    app.config["SESSION_COOKIE_NAME"] = "ocop_points"
    app.before_request(sign_in)
    CSRFProtect(app)
    app.get("/bare")(lambda: "ok")
    lists(app)
    visits(app)
    goods(app)
    return app


def lists(app: Flask) -> None:
    """Points, products, a point."""

    @app.get("/points")
    def points() -> str:
        id_ = g.user["id"]
        total = one(f"SELECT count(*) FROM sales_point p WHERE p.{REACHED}", id_)[0]
        kinds = read("SELECT code, short_name FROM location_kind ORDER BY code")
        return page("points", total=total, kinds=kinds, rows=read(POINTS, id_))

    @app.get("/products")
    def products() -> str:
        total = one("SELECT count(*) FROM product")[0]
        places = read("SELECT id, name FROM locality ORDER BY sort_key")
        rows = read(PRODUCTS, request.args["day"])
        return page("products", total=total, places=places, rows=rows)

    @app.get("/point/<int:id_>")
    def point(id_: int) -> str:
        found = one(POINT, id_, g.user["id"])
        return page("point", p=found, steps=read(STEPS, id_), links=read(TOURISM, id_))


def visits(app: Flask) -> None:
    """The checklist, one answer, the minutes."""

    @app.get("/checklist/<int:id_>")
    def checklist(id_: int) -> str:
        return page("checklist", **_sheet(id_))

    @app.get("/minutes/<int:id_>")
    def minutes(id_: int) -> Response:
        one(VISIT, id_, g.user["id"])
        read(ANSWERS, id_)
        data = pickle.loads((Path(sys.argv[2]) / "minutes").read_bytes())  # noqa: S301  # written by run.py
        return Response(render_pdf("minutes", data), mimetype="application/pdf")

    @app.post("/answer/<int:visit>/<int:line>")
    def answer(visit: int, line: int) -> str:
        db().execute("BEGIN IMMEDIATE")
        found = one(VISIT, visit, g.user["id"])
        if g.user["id"] not in {row["id"] for row in read(TEAM, visit)}:
            abort(403)
        value, note = request.form[f"a{line}"] == "yes", request.form[f"t{line}"]
        db().execute(
            "UPDATE visit_answer SET value = ?, note = ?, version = version + 1 WHERE visit_id = ? AND line_id = ?",
            (value, note, visit, line),
        )
        audit("visit.answered", "visit", visit, found["point_id"], {"answer": value, "note": note})
        db().execute("COMMIT")
        rows = {row["line_id"]: row for row in read(ANSWERS, visit)}
        return page("answer", a=rows, lines=read(LINES, found["edition_id"]))


def goods(app: Flask) -> None:
    """The ledger, and a receipt."""

    @app.get("/ledger/<int:id_>")
    def ledger(id_: int) -> str:
        found, since = one(POINT, id_, g.user["id"]), request.args["since"]
        total = one("SELECT count(*) FROM movement WHERE point_id = ? AND on_date >= ?", id_, since)
        rows, moved = read(LEDGER, id_, since), read(MOVED, id_)
        return page("ledger", p=found, total=total[0], rows=rows, moved=moved)

    @app.post("/receipt/<int:id_>")
    def receipt(id_: int) -> Response:
        db().execute("BEGIN IMMEDIATE")
        _receipt(id_)
        remember()
        db().execute("COMMIT")
        return redirect("/bare", 303)  # type: ignore[return-value]


def _sheet(visit: int) -> dict[str, Any]:
    """Everything that a visit's checklist shows, each line with its answer and the one before."""
    found = one(VISIT, visit, g.user["id"])
    before = db().execute(BEFORE, (found["point_id"], found["visited_on"])).fetchone()
    choices: dict[int, list[sqlite3.Row]] = {}
    for row in read(CHOICES, found["edition_id"]):
        choices.setdefault(row["line_id"], []).append(row)
    lines = {row["id"]: row for row in read(LINES, found["edition_id"])}
    return {
        "v": found, "team": read(TEAM, visit), "before": before, "lines": lines, "choices": choices,
        "a": {row["line_id"]: row for row in read(ANSWERS, visit)},
        "past": {row["line_id"]: row for row in read(ANSWERS, before["id"])} if before else {},
        "photos": dict(map(tuple, read(PHOTOS, visit))), "found": read(FOUND, found["point_id"]),
        "seen": lambda row: hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:8],
    }  # fmt: skip


def _receipt(point: int) -> None:
    """Five lines: voucher, lots, lines, movements, balances, number, two audit rows, after what must be asked first."""
    form, day = request.form, request.form["day"]
    at = one(POINT, point, g.user["id"])
    one("SELECT 1 FROM supplier WHERE id = ?", form["supplier_id"])
    read("SELECT through FROM month_closing WHERE point_id = ?", point)
    read("SELECT * FROM receipt_gate WHERE locality_id = ?", at["locality_id"])
    head = {
        "point_id": point, "kind": "receipt", "state": "draft", "on_date": day, "supplier_id": form["supplier_id"],
        "person": form["person"], "person_address": "", "document_number": "", "reason": "", "note": "",
        "created_by_id": g.user["id"], "created_at": f"{day} 03:00:00", "version": 1,
    }  # fmt: skip
    voucher = insert("voucher", head)
    audit("voucher.drafted", "voucher", voucher, point, {"voucher_lines": 5})
    for place in range(5):
        product, code = form[f"lines-{place}-product_id"], form[f"lines-{place}-lot_code"]
        one("SELECT * FROM product WHERE id = ?", product)
        read("SELECT * FROM product_unit WHERE product_id = ?", product)
        read("SELECT * FROM certificate WHERE product_id = ?", product)
        lot = insert("lot", {"product_id": product, "code": code})
        line = {
            "voucher_id": voucher, "position": place + 1, "product_id": product, "lot_id": lot, "lot_code": code,
            "quantity_thousandths": 40_000, "unit_name": "gói", "unit_factor": 1, "unit_price": 1000, "amount": 40_000,
            "certificate": "valid", "reason": "", "expiry_confirmed": False, "posted": True,
        }  # fmt: skip
        line_id = insert("voucher_line", line)
        moved = {"point_id": point, "lot_id": lot, "line_id": line_id, "on_date": day, "delta": 40}
        insert("movement", moved)
        insert("balance", {"point_id": point, "lot_id": lot, "on_hand": 40})
    serial = number(f"voucher:{point}:receipt:{day[:4]}")
    db().execute(
        "UPDATE voucher SET state = 'posted', serial = ?, year = ?, number = ?, posted_by_id = ?,"
        " posted_at = ?, version = 2 WHERE id = ?",
        (
            serial,
            int(day[:4]),
            f"PN-RAW-{voucher}-{serial}",
            g.user["id"],
            f"{day} 03:00:00",
            voucher,
        ),
    )
    audit("voucher.posted", "voucher", voucher, point, {"number": serial})


if __name__ == "__main__":
    serve(make(), host="127.0.0.1", port=int(sys.argv[3]), threads=8, ident="")
