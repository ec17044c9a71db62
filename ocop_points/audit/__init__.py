"""One append-only, hash-chained row per change."""
