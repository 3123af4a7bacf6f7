"""Weighs findings between propositions by rules that are data; calibrates likelihood ratios."""
