"""Feature maps as cuboids to scale, the figure of articles."""
