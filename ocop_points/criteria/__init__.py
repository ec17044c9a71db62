"""Versioned criteria sets: what a point is assessed by, and its legal basis."""
