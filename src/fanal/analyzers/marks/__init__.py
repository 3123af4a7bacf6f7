"""What generators write into their pictures: recognised by the structure of each value."""
