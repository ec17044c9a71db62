"""Suppliers, products and their certificates."""
