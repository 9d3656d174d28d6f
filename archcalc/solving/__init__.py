"""Inverse questions: the values of a config entry at which conditions on the network's numbers hold."""
