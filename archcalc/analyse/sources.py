"""When an architecture was published, as far as its source says so."""

import re

# Since 2007-04 the number of an arXiv article begins with year and month (1512.03385), before that with its archive
# (cs/0312044).
_NUMBER = r"(?P<new>\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/(?P<old>\d\d)\d{5}"
_ARXIV = re.compile(rf"arxiv(?::\s*|\.org/(?:abs|pdf)/)(?:{_NUMBER})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20\d\d)(?!\d|\.\d{4})")


def year(source: str) -> int | None:
    """The year of the first arXiv number in a source, or the one year that stands in it; None where it is not clear."""
    found = _ARXIV.search(source)
    if found is not None:
        short = int(found["new"] or found["old"])
        return short + (1900 if short >= 91 and found["old"] else 2000)
    years = set(_YEAR.findall(source))
    return int(years.pop()) if len(years) == 1 else None
