"""What is done with several networks: side by side, in parallel, the whole zoo."""
