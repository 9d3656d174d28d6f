"""What all tests share: Hypothesis draws the same cases every time and sets no deadline."""

from hypothesis import settings

settings.register_profile("archcalc", derandomize=True, deadline=None, database=None)
settings.load_profile("archcalc")
