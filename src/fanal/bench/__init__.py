"""Measures fanal and its peers in one run and prints ratios; shared machines are noisy, so medians."""
