"""A benign operation drawn from a seed, and what the program finds in it against what is true."""
