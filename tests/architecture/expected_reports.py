"""What the overview expects of its routes."""

ROUTES = {"reports.overview_show": "overview.read"}
QUERIES = {
    "reports.overview_show": [
        "?map=63&measure=overdue&region=%C4%90%E1%BB%93ng+b%E1%BA%B1ng+s%C3%B4ng+H%E1%BB%93ng&period=2026",
        "?map=x&measure=x&region=x&period=2099-H3",
        "?format=xlsx&map=63",
        "?format=csv",
    ]
}
