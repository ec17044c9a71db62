"""What looks across features: home, search, users' pages, audit pages."""
