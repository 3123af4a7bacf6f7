"""Measures fanal and its peers in one run and prints ratios; medians, as machines are noisy."""
