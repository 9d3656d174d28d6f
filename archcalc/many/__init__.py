"""Operations on several networks: side by side, in parallel, the whole zoo."""
