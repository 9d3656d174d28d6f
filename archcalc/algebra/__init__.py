"""Symbolic sizes: claims about them, their normal form, proofs and printers.

`assumptions`, `claim`, `domain`, `names`, `relations` and `rounding` are plain Python. The others import SymPy, which
takes longer than the rest of `archcalc summary`, so they are imported only once a size is symbolic.
"""
