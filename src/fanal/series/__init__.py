"""Tells which contents belong together, and makes series of them."""
