"""The analyses: each one fold over the graph, or a sum over what its layers' calls know."""
