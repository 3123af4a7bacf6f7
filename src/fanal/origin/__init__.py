"""Weighs findings between propositions, by rules that are data, and calibrates likelihood ratios."""
