"""The bytes of one item, read only: digests, kind, decoded pictures."""
