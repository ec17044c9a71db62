"""Excel in, open data out."""
