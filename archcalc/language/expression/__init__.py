"""Expressions: the arithmetic of a spec, read with Python's grammar and evaluated by archcalc."""
