"""Receptive fields: their growth, and the region that one position reads."""
