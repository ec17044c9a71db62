"""OCOP points: register sales points, check them against the criteria, log their stock."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from ocop_points import cli, config
from ocop_points.accounts import session
from ocop_points.accounts.views import bp as accounts_bp
from ocop_points.assessments import (
    amendments_views,
    feed_views,
    field_views,
    measures_views,
    minutes_views,
    photos_views,
    planning_views,
    preview_views,
    remedies_views,
    sheet_views,
)
from ocop_points.assessments.decision_views import bp as assessments_bp
from ocop_points.catalogue import contacts_views as contacts_views
from ocop_points.catalogue import merges_views as merges_views
from ocop_points.catalogue import notices_views as notices_views
from ocop_points.catalogue import papers_views as papers_views
from ocop_points.catalogue import pictures_views as pictures_views
from ocop_points.catalogue import product_views as catalogue_views
from ocop_points.core import access, db, formats, installation, web
from ocop_points.criteria.exchange_views import bp as criteria_bp
from ocop_points.desk import department_views as department_views
from ocop_points.desk import labels, reminders_views
from ocop_points.desk import search_views as search_views
from ocop_points.desk import user_import as user_import
from ocop_points.desk.audit_text import action_text, change_lines
from ocop_points.desk.navigation import point_tabs, side_links, visits_of
from ocop_points.exchange import api_views, import_pages, public_views, token_views
from ocop_points.extensions import babel, csrf, limiter, migrate
from ocop_points.localities.views import bp as localities_bp
from ocop_points.points import labels as points
from ocop_points.points.tourism_views import bp as points_bp
from ocop_points.programme import agreements_letters
from ocop_points.programme import guidance_views as programme_views
from ocop_points.reports import summary_views as period_report_views
from ocop_points.reports import views as report_views
from ocop_points.stock import alert_views as alert_views
from ocop_points.stock import gate_views as gate_views
from ocop_points.stock import month_views as month_views
from ocop_points.stock import recall_views as recall_views
from ocop_points.stock import record_views as record_views
from ocop_points.stock import shelf_label_views as shelf_label_views
from ocop_points.stock import stocktake_count_views as stocktake_count_views
from ocop_points.stock import till_views as till_views
from ocop_points.stock import transfer_views as transfer_views
from ocop_points.stock import voucher_views as stock_views

BLUEPRINTS = (
    accounts_bp,
    localities_bp,
    import_pages.bp,
    public_views.bp,
    api_views.bp,
    token_views.bp,
    points_bp,
    reminders_views.bp,
    criteria_bp,
    catalogue_views.bp,
    assessments_bp,
    planning_views.bp,
    feed_views.bp,
    photos_views.bp,
    minutes_views.bp,
    amendments_views.bp,
    field_views.bp,
    sheet_views.bp,
    preview_views.bp,
    measures_views.bp,
    report_views.bp,
    period_report_views.bp,
    remedies_views.bp,
    stock_views.bp,
    programme_views.bp,
    agreements_letters.bp,
)


def create_app(settings: Mapping[str, Any] | None = None, *, demo: bool = False) -> Flask:
    """The application. `settings` override those of the environment (tests)."""
    given = dict(settings or {})
    instance = Path(given.pop("INSTANCE", config.ROOT / "instance"))
    app = Flask(
        __name__,
        instance_path=str(instance),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.update(config.load(instance, demo=demo))
    app.config.update(given)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
    _install_parts(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _install_templates(app)
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _install_parts(app: Flask) -> None:
    """The order of what runs before a request: name it, end an idle session, guard, first password, CSRF."""
    db.install(app)
    migrate.init_app(app, db.db, directory=str(config.ROOT / "ocop_points" / "migrations"))
    babel.init_app(app)
    web.install(app)
    limiter.init_app(app)
    session.install(app)
    app.before_request(session.end_idle)
    access.open_static(app)
    app.before_request(access.guard)
    app.before_request(session.first_password_due)
    csrf.init_app(app)
    cli.install(app)


def _install_templates(app: Flask) -> None:
    """What every template may use."""
    for name in ("vi_date", "vi_datetime", "vi_number", "money"):
        app.jinja_env.filters[name] = getattr(formats, name)
    app.jinja_env.globals.update(
        action_text=action_text, change_lines=change_lines, roles=labels.ROLE
    )

    app.jinja_env.globals.update(
        allows=allows,
        status_tags=points.status_tags,
        result_tags=points.result_tags,
        point_tabs=point_tabs,
        side_links=side_links,
        visits_of=visits_of,
    )

    def context() -> dict[str, Any]:
        if getattr(g, "plain_page", False):
            return {"demonstration": app.extensions.get("ocop_demonstration", False)}
        demonstration = installation.is_demonstration()
        return {
            "demonstration": demonstration,
            "demo_accounts": config.DEMO_ACCOUNTS if demonstration else (),
        }

    app.context_processor(context)


def allows(permission: str) -> bool:
    """May the signed-in user do this? For templates that show or leave out a button."""
    return bool(current_user.is_authenticated and current_user.may(permission))
