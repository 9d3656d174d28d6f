"""Receptive fields: how they grow, and what one position reads."""
