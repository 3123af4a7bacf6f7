"""From the rows of seized sites to persons, what they did, and for which countries."""
