"""Numbers as plots: networks, layers, and formulas over a config entry."""
