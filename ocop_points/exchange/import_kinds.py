"""The kinds of records that come in from a sheet, by name: filled when their pages are made."""

from ocop_points.exchange.import_shapes import Kind

KINDS: dict[str, Kind] = {}
