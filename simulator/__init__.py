"""A contact centre that plays itself on real ports, and keeps its own books."""
