"""The only code that imports torch: build the module of a graph, run it, compare."""
