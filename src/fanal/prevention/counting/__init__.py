"""Counts without persons: sessions in memory, noise on what is published, a budget kept."""
