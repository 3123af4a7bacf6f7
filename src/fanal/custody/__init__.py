"""The log that a defence expert can check alone: leaves, signed heads, the seal over the files."""
