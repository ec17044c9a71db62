"""What the accounts package expects of its routes."""

from tests.architecture.world import PUBLIC, Post
from tests.people import PASSWORD

ROUTES = {
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.profile": "account.own",
    "accounts.password": "account.own",
    "accounts.sign_out_everywhere": "account.own",
}
NEW = "một câu đủ dài để nhớ"
POSTS = [
    Post(
        "accounts.profile",
        "officer",
        lambda w: {"version": "1", "position": "Phó phòng"},
        elsewhere=None,
    ),
    Post(
        "accounts.password",
        "officer",
        lambda w: {"current": PASSWORD, "new": NEW, "repeat": NEW},
        elsewhere=None,
    ),
    Post("accounts.sign_out_everywhere", "officer", elsewhere=None),
]
SERVICES = {
    "note_failed_sign_in": "counts for a quarter of an hour, is no change of a record",
    "weak_password_sentence": "only words",
    "claim": "changes no record: the letter's own row says that it was sent",
    "settle": "the same: what became of it",
    "forget_old": "the same: rows of half a year ago",
}
