"""Fixtures that make things."""
