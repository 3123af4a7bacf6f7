"""Finds items again in known lists: by digest, and by perceptual hash within a distance."""
