"""What belongs to no feature."""

from tests.architecture.world import PUBLIC

ROUTES = {"static": PUBLIC, "health": PUBLIC}
TRIGGERS = {"audit_row": {"update", "delete"}}
