"""The nouns: frozen, slotted dataclasses that know the standard library and nothing else."""
