"""The floor: the same pages by hand, Flask with raw sqlite3 and one flat Jinja template each; nobody signs in.

`python -m benchmarks.raw DATABASE TEMPLATES PORT`. The templates are the product's own pages, rows and values replaced
(benchmarks/run.py makes them): what is sent is of the same content and length.
"""

import hashlib
import json
import pickle
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, redirect, render_template, request
from waitress import serve

from ocop_points.core.printing import render_pdf

POINTS = """SELECT p.id, p.name, p.code, w.kind AS ward_kind, w.name AS ward, k.short_name AS kind, p.last_visit_on AS day,
 p.last_result AS result FROM sales_point p JOIN ward w ON w.code = p.ward_code JOIN location_kind k ON k.code = p.kind_code
 WHERE p.locality_id = ? ORDER BY p.sort_key, p.id LIMIT 25"""
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
POINT = """SELECT p.*, w.name AS ward FROM sales_point p JOIN ward w ON w.code = p.ward_code WHERE p.id = ?"""
STEPS = "SELECT s.*, u.full_name FROM point_step s JOIN user_account u ON u.id = s.by_user_id WHERE point_id = ? ORDER BY s.id DESC"
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


def audit(action: str, kind: str, id_: int, point: int, changes: dict[str, Any]) -> None:
    """One more row of the chain."""
    last = db().execute("SELECT hash FROM audit_row ORDER BY id DESC LIMIT 1").fetchone()[0]
    facts = {
        "user_id": 1, "user_name": "Raw", "request_id": "", "action": action, "object_type": kind, "object_id": id_,
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
    body = hashlib.sha256(request.get_data()).hexdigest()
    key = hashlib.sha256(request.form["form_key"].encode()).hexdigest()
    insert(
        "form_key",
        {
            "user_id": 1,
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

    @app.get("/bare")
    def bare() -> str:
        return "ok"

    @app.get("/points")
    def points() -> str:
        db().execute(
            "SELECT count(*) FROM sales_point WHERE locality_id = ?", (request.args["at"],)
        ).fetchone()
        return render_template(
            "points.html", rows=db().execute(POINTS, (request.args["at"],)).fetchall()
        )

    @app.get("/products")
    def products() -> str:
        db().execute("SELECT count(*) FROM product").fetchone()
        return render_template(
            "products.html", rows=db().execute(PRODUCTS, (request.args["day"],)).fetchall()
        )

    @app.get("/point/<int:id_>")
    def point(id_: int) -> str:
        steps = db().execute(STEPS, (id_,)).fetchall()
        return render_template("point.html", p=db().execute(POINT, (id_,)).fetchone(), steps=steps)

    @app.get("/ledger/<int:id_>")
    def ledger(id_: int) -> str:
        counted = "SELECT count(*) FROM movement WHERE point_id = ? AND on_date >= ?"
        db().execute(counted, (id_, request.args["since"])).fetchone()
        rows = db().execute(LEDGER, (id_, request.args["since"])).fetchall()
        return render_template(
            "ledger.html", rows=rows, moved=db().execute(MOVED, (id_,)).fetchall()
        )

    @app.get("/checklist/<int:id_>")
    def checklist(id_: int) -> str:
        rows = db().execute(ANSWERS, (id_,)).fetchall()
        return render_template("checklist.html", a={row["line_id"]: row for row in rows})

    @app.get("/minutes/<int:id_>")
    def minutes(id_: int) -> Response:
        db().execute(ANSWERS, (id_,)).fetchall()
        data = pickle.loads((Path(sys.argv[2]) / "minutes").read_bytes())  # noqa: S301  # written by run.py
        return Response(render_pdf("minutes", data), mimetype="application/pdf")

    @app.post("/answer/<int:visit>/<int:line>")
    def answer(visit: int, line: int) -> str:
        db().execute("BEGIN IMMEDIATE")
        found = db().execute("SELECT * FROM visit WHERE id = ?", (visit,)).fetchone()
        db().execute(
            "UPDATE visit_answer SET value = ?, note = ?, version = version + 1 WHERE visit_id = ? AND line_id = ?",
            (request.form[f"a{line}"] == "yes", request.form[f"t{line}"], visit, line),
        )
        audit(
            "visit.answered",
            "visit",
            visit,
            found["point_id"],
            {"answer": request.form[f"a{line}"]},
        )
        db().execute("COMMIT")
        rows = db().execute(ANSWERS, (visit,)).fetchall()
        return render_template("answer.html", a={row["line_id"]: row for row in rows})

    @app.post("/receipt/<int:id_>")
    def receipt(id_: int) -> Response:
        db().execute("BEGIN IMMEDIATE")
        _receipt(id_)
        remember()
        db().execute("COMMIT")
        return redirect("/bare", 303)  # type: ignore[return-value]

    return app


def _receipt(point: int) -> None:
    """Five lines: voucher, lots, lines, movements, balances, number, two audit rows."""
    form, day = request.form, request.form["day"]
    head = {
        "point_id": point, "kind": "receipt", "state": "draft", "on_date": day, "supplier_id": form["supplier_id"],
        "person": form["person"], "person_address": "", "document_number": "", "reason": "", "note": "",
        "created_by_id": 1, "created_at": f"{day} 03:00:00", "version": 1,
    }  # fmt: skip
    voucher = insert("voucher", head)
    audit("voucher.drafted", "voucher", voucher, point, {"voucher_lines": 5})
    for place in range(5):
        product, code = form[f"lines-{place}-product_id"], form[f"lines-{place}-lot_code"]
        db().execute("SELECT * FROM certificate WHERE product_id = ?", (product,)).fetchall()
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
        "UPDATE voucher SET state = 'posted', serial = ?, year = ?, number = ?, posted_by_id = 1, posted_at = ?,"
        " version = 2 WHERE id = ?",
        (serial, int(day[:4]), f"PN-RAW-{voucher}-{serial}", f"{day} 03:00:00", voucher),
    )
    audit("voucher.posted", "voucher", voucher, point, {"number": serial})


if __name__ == "__main__":
    serve(make(), host="127.0.0.1", port=int(sys.argv[3]), threads=8, ident="")
