"""A page to explore a network in a browser."""
