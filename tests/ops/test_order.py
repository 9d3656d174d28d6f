"""How many comparisons sorting takes."""

from math import ceil, log2

import pytest

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.ops import OPS


def compares(name, size, **settings):
    return Call(OPS[name](**settings), ((1, size),)).cost.compare


@pytest.mark.parametrize("size", [*range(1, 20), 100, 1024])
def test_sorting_inserts_each_element_among_those_before_it(size):
    assert compares("Sort", size) == sum(ceil(log2(i)) for i in range(1, size + 1))


@pytest.mark.parametrize("size", [2, 7, 8, 9, 100])
def test_the_best_of_all_is_a_sort_and_the_best_one_an_extreme(size):
    assert compares("TopK", size, k=size) == compares("Sort", size)
    assert compares("TopK", size, k=1) == compares("Max", size, dim=1) == size - 1


def test_the_comparisons_of_a_free_length_are_unknown():
    assert Call(OPS["Sort"](), ((2, symbol("L")),)).cost is None
    assert Call(OPS["Sort"](), ((symbol("N"), 8),)).cost.compare == 17 * symbol("N")
