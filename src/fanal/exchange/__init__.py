"""What may leave the case, how it is sealed for its receiver, and what comes back."""
