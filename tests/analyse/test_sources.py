"""The year in a source."""

import pytest

from archcalc.analyse.comparison import year

YEARS = {
    "arXiv:1512.03385, Table 1": 2015,
    "arXiv:0704.0001": 2007,
    "arXiv: 2103.14030, section 3; names as of 2023": 2021,
    "arXiv:2003.13678, Table 4; 128gf from arXiv:2202.08360": 2020,
    "https://arxiv.org/abs/1409.1556": 2014,
    "https://arxiv.org/pdf/1409.1556": 2014,
    "arXiv:cs/9901001": 1999,
    "arXiv:cs/0312044": 2003,
    "arXiv:math.GT/0309136": 2003,
    "doi:10.1109/CVPR.2016.90": 2016,
    "LeCun, Bottou, Bengio & Haffner 1998, Proc. IEEE 86(11), doi:10.1109/5.726791, section II.B": 1998,
    "NIPS 2012, reprinted in CACM, doi:10.1145/3065386": 2012,
    "written 2012, printed 2017": None,
    "1512.03385": None,
    "2003.13678": None,
    "arXiv:1513.03385": None,
    "page 11998": None,
    "a lesson": None,
    "": None,
}


@pytest.mark.parametrize("source", YEARS)
def test_years(source):
    assert year(source) == YEARS[source]
