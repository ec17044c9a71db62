"""Photos and scans: a content-addressed store, and what may enter it."""
