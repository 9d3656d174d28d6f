"""Labels never overlap, stay inside and cover no mark; along a line they keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from archcalc.picture.plots.labels import Rectangle, Spot, leader, placed
from archcalc.picture.plots.scope_labels import spread

BOUNDS = Rectangle(0, 0, 300, 200)
SPOTS = st.lists(
    st.builds(
        Spot,
        st.floats(0, 300),
        st.floats(0, 200),
        st.floats(1, 12),
        st.floats(5, 60),
        st.just(7.0),
    ),
    max_size=25,
)


@given(SPOTS)
def test_no_label_covers_another_or_a_mark(spots):
    places = [place for place in placed(spots, BOUNDS) if place is not None]
    for i, place in enumerate(places):
        assert place.box.within(BOUNDS)
        assert not any(place.box.meets(other.box) for other in places[:i])
        assert not any(place.box.meets(spot.mark) for spot in spots)


def test_where_there_is_room_every_label_stands_beside_its_point():
    spots = [Spot(50.0 * i + 20, 40.0 * j + 20, 3, 20, 7) for i in range(5) for j in range(4)]
    places = placed(spots, BOUNDS)
    assert all(place is not None and place.leader is None for place in places)
    assert all(leader(place, 3) is None for place in places)


def test_points_on_one_place_have_lines_to_their_labels():
    spots = [Spot(150, 100, 3, 40, 7)] * 12
    places = placed(spots, BOUNDS)
    assert None not in places
    lines = [line for place in places if (line := leader(place, 3)) is not None]
    assert lines
    assert all(abs((x - 150) ** 2 + (y - 100) ** 2 - 9) < 1e-6 for (x, y), _ in lines)


def test_without_room_there_is_no_label():
    assert placed([Spot(5, 5, 1, 50, 7)], Rectangle(0, 0, 10, 10)) == [None]


def test_above_means_above():
    places = placed([Spot(100.0 + 30 * i, 50, 1, 20, 7) for i in range(4)], BOUNDS, above=True)
    assert all(place is not None and place.box.bottom > 50 for place in places)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 20)), min_size=1, max_size=20))
def test_along_a_line_labels_keep_their_order_and_do_not_overlap(labels):
    wanted, lengths = sorted(at for at, _ in labels), [length for _, length in labels]
    found = spread(wanted, lengths, 0, 100)
    if sum(lengths) > 100:
        assert found is None
        return
    edges = [0.0]
    for middle, length in zip(found, lengths, strict=True):
        assert middle - length / 2 >= edges[-1] - 1e-6
        edges.append(middle + length / 2)
    assert edges[-1] <= 100 + 1e-6


@given(st.lists(st.integers(0, 9), min_size=1, max_size=9, unique=True))
def test_labels_with_room_stand_where_they_want_to(places):
    wanted = [10.0 * place + 5 for place in sorted(places)]
    assert spread(wanted, [9.0] * len(wanted), 0, 100) == wanted
