"""What a person sees next, and why."""
