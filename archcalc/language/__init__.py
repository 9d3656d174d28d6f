"""The spec language: text -> tree with positions -> typed spec -> expanded graph."""
