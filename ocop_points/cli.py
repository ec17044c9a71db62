"""Commands of the one IT person: `flask --app wsgi …`."""

import sys
from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from ocop_points import backup as backups
from ocop_points import moving, reminding
from ocop_points.accounts import queries as users
from ocop_points.accounts import service as accounts
from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password, make_password
from ocop_points.accounts.reminders_rules import ReminderState
from ocop_points.accounts.rules import USERNAME
from ocop_points.assessments.findings_backfill import open_missing, visits_without_findings
from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.installation import is_demonstration
from ocop_points.core.mail import MailError, MailSettings, NotTaken, Unknown, mail_settings
from ocop_points.core.text import clean
from ocop_points.criteria import service as criteria
from ocop_points.criteria.edition_file import SHIPPED, EditionFileError, read_edition
from ocop_points.desk.service import prepare_database
from ocop_points.evidence.service import sweep
from ocop_points.exchange.jobs_service import forget_old
from ocop_points.verify import faults


def install(app: Flask) -> None:
    """Hang the commands on the application."""
    commands = (
        backup,
        restore,
        init,
        reset_password,
        deactivate,
        seed_demo,
        verify,
        move_database,
        sweep_files,
        open_missing_findings,
        load_criteria,
        send_reminders,
    )
    for command in commands:
        app.cli.add_command(command)


@click.command("init")
@click.option("--username", prompt="Tên đăng nhập của quản trị viên")
@click.option("--full-name", prompt="Họ và tên")
@with_appcontext
def init(username: str, full_name: str) -> None:
    """Prepare an empty database: schema, reference tables, first administrator."""
    username, full_name = username.strip().lower(), clean(full_name)
    if not USERNAME.fullmatch(username) or not full_name:
        raise click.ClickException(
            "Tên đăng nhập dùng chữ thường không dấu, chữ số, dấu chấm; họ tên không để trống."
        )
    upgrade()
    if users.has_users():
        raise click.ClickException(
            "Cơ sở dữ liệu này đã có người dùng; lệnh init chỉ dùng cho cơ sở dữ liệu trống."
        )
    password = make_password()
    hashed = hash_password(password)

    def verb() -> None:
        prepare_database(demonstration=False)
        accounts.add_user(
            username=username,
            full_name=full_name,
            role=Role.MINISTRY_ADMIN,
            password_hash=hashed,
            by=None,
            unit_name="Bộ Công Thương",
        )

    write(verb)
    click.echo(f"Đã tạo quản trị viên {username}.")
    click.echo(f"Mật khẩu đầu tiên (chỉ hiện lần này): {password}")


@click.command("reset-password")
@click.argument("username")
@with_appcontext
def reset_password(username: str) -> None:
    """Give a user a new first password, shown once: for an administrator who lost theirs."""
    found = users.user_by_username(username)
    if found is None:
        raise click.ClickException(f"Không có người dùng “{username}”.")
    user_id = found.id
    password = make_password()
    hashed = hash_password(password)

    def verb() -> None:
        user = users.user_by_id(user_id, lock=True)
        if user is not None:
            accounts.reset_password(user, hashed, by=None)

    write(verb)
    click.echo(f"Mật khẩu mới của {username} (chỉ hiện lần này): {password}")


@click.command("deactivate")
@click.argument("username")
@click.option("--undo", is_flag=True, help="Mở lại tài khoản.")
@with_appcontext
def deactivate(username: str, undo: bool) -> None:
    """Switch a user off, or on again: for an administrator who left, whom no equal may change."""
    found = users.user_by_username(username)
    if found is None:
        raise click.ClickException(f"Không có người dùng “{username}”.")
    user_id = found.id
    change = accounts.reactivate if undo else accounts.deactivate

    def verb() -> None:
        user = users.user_by_id(user_id, lock=True)
        if user is not None:
            change(user, by=None)

    try:
        write(verb)
    except Refused as refused:
        raise click.ClickException(str(refused.message)) from refused
    click.echo(f"Đã mở lại tài khoản {username}." if undo else f"Đã khóa tài khoản {username}.")


@click.command("seed-demo")
@click.option(
    "--scale",
    type=click.FloatRange(0.01, 2),
    help="Để đo tốc độ: phần của số liệu cả nước (1 là cả nước: 1.000 điểm bán, 1 triệu dòng nhập xuất; "
    "0.1 là một phần mười). Không ghi thì nạp bản minh họa nhỏ.",
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Ngày của bản minh họa, mặc định hôm nay."
)
@with_appcontext
def seed_demo(scale: float | None, as_of: object) -> None:
    """Load the demonstration into its own database, or into an empty DATABASE_URL."""
    from ocop_points import create_app
    from ocop_points.demo.load import load

    day = as_of.date() if hasattr(as_of, "date") else None
    app = current_app if current_app.config["DATABASE_GIVEN"] else create_app(demo=True)
    with app.app_context():
        upgrade()
        if users.has_users():
            raise click.ClickException(
                "Cơ sở dữ liệu này đã có người dùng; bản minh họa chỉ nạp vào cơ sở dữ liệu trống."
            )
        click.echo(
            load(
                scale=scale,
                as_of=day if isinstance(day, date) else None,
                load_criteria=load_shipped_criteria,
            )
        )


@click.command("verify")
@with_appcontext
def verify() -> None:
    """Check the audit chain, the stored files and the ledger; exit status 1 and a line per fault."""
    _tell(faults())


def _tell(found: Iterable[str]) -> None:
    """A line per fault and exit status 1, or that there is none."""
    told = 0
    for fault in found:
        click.echo(fault)
        told += 1
    if told:
        sys.exit(1)
    click.echo("Không thấy lỗi.")


@click.command("move-database")
@click.argument("url")
@with_appcontext
def move_database(url: str) -> None:
    """Copy this SQLite installation into the empty PostgreSQL database at URL; the server is stopped."""
    from ocop_points import create_app

    app = _application()
    try:
        moving.check_addresses(app, url)
        same = ("FILES_FOLDER", "SECRET_KEY")
        settings = {name: app.config[name] for name in same}
        target = create_app(
            {**settings, "INSTANCE": app.instance_path, "SQLALCHEMY_DATABASE_URI": url}
        )
        rows = moving.move(app, target)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    for name, count in rows.items():
        click.echo(f"{name}: {count}")
    click.echo(f"Đã chuyển {sum(rows.values())} dòng của {len(rows)} bảng, đối chiếu từng dòng.")
    click.echo("Đặt DATABASE_URL bằng địa chỉ này và giữ nguyên:")
    click.echo(f"FILES_FOLDER={app.config['FILES_FOLDER']}")
    with target.app_context():
        try:
            _tell(faults())
        finally:
            db.session.remove()
            db.engine.dispose()


@click.command("sweep-files")
@with_appcontext
def sweep_files() -> None:
    """Delete photos and scans that no record has pointed to for 7 days, and workbooks sent 7 days ago. Run it daily."""
    swept = write(sweep)
    click.echo(f"Đã bỏ {swept.rows} tệp khỏi danh mục, xóa {swept.files} tệp trên đĩa.")
    if sent := write(forget_old):
        click.echo(f"Đã xóa {sent} tệp Excel gửi lên quá 7 ngày.")


@click.command("send-reminders")
@click.option(
    "--test",
    "username",
    metavar="TÊN",
    help="Gửi ngay thư của riêng người này để thử thiết lập; không tính là thư tuần.",
)
@with_appcontext
def send_reminders(username: str | None) -> None:
    """Send each user the weekly letter of what waits. Run it once a day; exit status 1 when a letter was not taken."""
    try:
        settings = mail_settings(current_app.config)
        if settings is None:
            click.echo("Chưa đặt SMTP_HOST: không gửi thư nào.")
        elif is_demonstration():
            raise click.ClickException("Bản minh họa không gửi thư.")
        elif username is not None:
            _send_test(settings, username)
        else:
            _send_reminders(settings)
    except MailError as error:
        current_app.logger.error("reminders: %s", error)
        raise click.ClickException(f"{error} Chưa gửi được; lần chạy sau sẽ gửi tiếp.") from error


def _send_test(settings: MailSettings, username: str) -> None:
    user = users.user_by_username(username)
    if user is None or not user.active or not user.email:
        raise click.ClickException(f"“{username}” không có, đã khóa, hoặc chưa có địa chỉ thư.")
    address = user.email
    try:
        sent = reminding.send_now(_application(), settings, user)
    except (NotTaken, Unknown) as error:
        raise click.ClickException(f"Máy chủ thư không nhận: {error}") from error
    click.echo(f"Đã gửi tới {address}." if sent else "Người này không có việc nào đang chờ.")


def _send_reminders(settings: MailSettings) -> None:
    """Tell of each letter that was not taken, and how many were sent."""
    count = dict.fromkeys(ReminderState, 0)

    def tell(one: reminding.Told) -> None:
        count[one.state] += 1
        if one.state is ReminderState.FAILED:
            click.echo(f"{one.username}: máy chủ thư không nhận: {one.reply}")
        elif one.state is ReminderState.SENDING:
            click.echo(f"{one.username}: bị ngắt giữa chừng, không rõ đã đến chưa ({one.reply})")

    reminding.send_due(_application(), settings, tell)
    failed = count[ReminderState.FAILED] + count[ReminderState.SENDING]
    click.echo(
        f"Đã gửi {count[ReminderState.SENT]} thư, {count[ReminderState.NOTHING]} người không có việc chờ, "
        f"{failed} thư không gửi được."
    )
    if failed:
        current_app.logger.warning("reminders: %s letters were not taken", failed)
        sys.exit(1)


@click.command("open-findings")
@click.option(
    "--by", "username", required=True, help="Tên đăng nhập của người mở, ghi vào nhật ký."
)
@with_appcontext
def open_missing_findings(username: str) -> None:
    """Open the findings of visits approved before findings were kept; run again it changes nothing."""
    user = users.user_by_username(username.strip().lower())
    if user is None or not user.active or user.role is not Role.MINISTRY_ADMIN:
        raise click.ClickException(f"“{username}” không phải quản trị viên đang dùng được.")
    user_id = user.id
    opened = [write(partial(_open_missing, one, user_id)) for one in visits_without_findings()]
    found = [count for count in opened if count]
    click.echo(f"Đã mở {sum(found)} tồn tại của {len(found)} lần đánh giá.")


def _open_missing(visit_id: int, user_id: int) -> int:
    return open_missing(visit_id, by=db.session.get_one(User, user_id))


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy database, files and secret key into FILE (a zip), also while people work."""
    try:
        manifest = backups.backup(_application(), file)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Đã sao lưu vào {file}: cơ sở dữ liệu và {manifest['files']} tệp.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@with_appcontext
def restore(file: Path) -> None:
    """Bring FILE back into an empty installation whose server is stopped."""
    try:
        manifest = backups.restore(_application(), file)
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Đã phục hồi bản sao lưu lúc {manifest['made_at']}: {manifest['files']} tệp.")
    click.echo("Chạy flask --app wsgi verify để kiểm tra, rồi khởi động lại máy chủ.")


def _application() -> Flask:
    """The application itself, not the proxy."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


@click.command("load-criteria")
@click.argument("file")
@click.option(
    "--publish", is_flag=True, help="Ban hành ngay; không có thì bộ tiêu chí là bản nháp."
)
@with_appcontext
def load_criteria(file: str, publish: bool) -> None:
    """Load a criteria edition from FILE, or one that comes with the program: criteria-950.yaml.

    Every fault of the file is told with its row; then nothing is stored and the exit status is 1.
    """
    path = Path(file) if Path(file).is_file() else SHIPPED / Path(file).name
    try:
        spec = read_edition(path.read_text(encoding="utf-8"))
        write(lambda: criteria.load_edition(spec, publish=publish).id)
    except EditionFileError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        raise click.ClickException(
            f"{path.name}: {len(error.faults)} chỗ sai, chưa nạp gì."
        ) from None
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(
            f"Không đọc được tệp “{file}” (cần tệp văn bản UTF-8)."
        ) from None
    except Refused as refused:
        raise click.ClickException(f"{refused.message}, chưa nạp gì.") from None
    state = "đã ban hành" if publish else "bản nháp, chờ ban hành"
    click.echo(f"Đã nạp {spec.code}: {spec.title} ({len(spec.lines)} tiêu chí, {state}).")


def load_shipped_criteria(name: str) -> None:
    """Run the command for an edition that comes with the program, published."""
    load_criteria.main([name, "--publish"], standalone_mode=False)
