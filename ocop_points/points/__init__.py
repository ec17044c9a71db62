"""The register of sales points and their life."""
