"""The graph of a network as nested boxes and arrows."""
