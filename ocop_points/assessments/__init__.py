"""Visits, their answers and result, findings."""
