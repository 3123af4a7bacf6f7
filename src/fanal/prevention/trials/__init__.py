"""Honest trials of wording: registered before, assigned without memory, called only by evidence."""
