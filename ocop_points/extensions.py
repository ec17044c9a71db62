"""The Flask extensions of the application, one object each."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from ocop_points.core.db import db
from ocop_points.core.words import Words

__all__ = ["babel", "csrf", "db", "limiter", "login_manager", "migrate"]

babel = Words()
csrf = CSRFProtect()
login_manager = LoginManager()
migrate = Migrate()
# Counted in this process: the application runs in one (operating manual). Said outright, or it warns.
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)
