"""Symbolic sizes: claims about them, their normal form, what can be proved of them, and how they are written.

`assumptions`, `claim`, `domain`, `names` and `rounding` are plain Python. The other modules import SymPy, which takes
longer than all else that `archcalc summary` does, so that they are imported only once a size is symbolic.
"""
