"""The only code that imports torch: build the module of a network, run it, compare."""
