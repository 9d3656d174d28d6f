"""What a summary finds, and when."""

import archcalc
from archcalc.analyse import summary


def test_receptive_fields_are_found_once_and_when_asked_for(monkeypatch):
    found, real = [], summary.receptive_fields
    monkeypatch.setattr(summary, "receptive_fields", lambda *given: found.append(given) or real(*given))
    facts = archcalc.load("lenet").summary()
    assert facts.totals.parameters > 0
    assert found == []
    sizes = [layer.field and layer.field[0].size for layer in facts.layers[:2]]
    assert sizes == [5, 5]
    assert len(found) == 1


def test_reading_fields_assumes_nothing_more():
    """All assumptions are known once the network is made, and fields hold under them."""
    found = archcalc.load("resnet:18", free={"H": "32*h"}).summary()
    before = found.assumptions
    assert found["layer4.1.relu2"].field[0].size == archcalc.load("resnet:18").summary()["layer4.1.relu2"].field[0].size
    assert found.assumptions == before
