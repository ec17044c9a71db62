"""Departments, localities, provinces old and new, wards; who reaches which locality."""
