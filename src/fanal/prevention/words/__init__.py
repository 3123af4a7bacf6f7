"""Lists of an operator's words: read, normalised, matched, reloaded; never printed."""
