"""What people read: texts, signed bundles of an operator, the page without script."""
