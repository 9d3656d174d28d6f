"""Published and stored facts against computed ones."""
