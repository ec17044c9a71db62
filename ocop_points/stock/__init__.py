"""Lots, vouchers, movements and balances of a point."""
