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


def test_among_symbols_receptive_fields_come_with_their_assumptions(monkeypatch):
    found, real = [], summary.receptive_fields
    monkeypatch.setattr(summary, "receptive_fields", lambda *given: found.append(given) or real(*given))
    archcalc.load("resnet:18", free={"H": "32*h"}).summary()
    assert len(found) == 1
