"""Symbolic sizes: their normal form, what can be proved of them, and how they are written.

Imported only once a size is symbolic, because SymPy takes longer to import than all else that `archcalc summary` does.
"""
