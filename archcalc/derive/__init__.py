"""Derivations: how one layer's facts follow from its operation's declaration, step by step, with the numbers put in."""
