"""The only place where stages, store and engine meet; one verb a file."""
