"""Specs drawn at random make the networks that a program makes layer by layer, in numbers and in closed form."""

from collections.abc import Iterable
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings

import archcalc
from archcalc.analyse.summary import LayerSummary, summarize
from archcalc.network import Network, Source
from tests.language.depths import same_totals
from tests.language.generated import Generated, Part, changed, numbered, symbolic

CONFIG = "config: {w: 2, n: 1, k: 2}\n"
SIZES = [{"w": 2, "n": 1, "k": 2}, {"w": 3, "n": 2, "k": 2}]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("generated") / "s.yaml"


def loaded(path, spec: Generated, **options):
    path.write_text(f"{CONFIG}{spec.text}")
    return archcalc.load(path, **options)


FACTS = [
    f.name for f in fields(LayerSummary) if f.name not in ("path", "origin", "sources", "countable", "fields", "place")
]


def facts(network: Network) -> list[object]:
    """Every fact of every layer in order; layers are known by their number, not by their path."""
    number = {path: str(i) for i, path in enumerate(network.layers)}

    def plain(sources: Iterable[Source]) -> list[Source]:
        return [source._replace(path=number[source.path]) for source in sources]

    layers = summarize(network).layers
    known = [[getattr(layer, name) for name in FACTS] for layer in layers]
    return [*known, [(layer.field, plain(layer.sources)) for layer in layers], plain(network.outputs)]


def compared(path, spec: Generated) -> None:
    for config in SIZES:
        made = loaded(path, spec, **config).network
        assert facts(made) == facts(spec.flat(config)), spec.text


def compared_in_closed_form(path, spec: Generated) -> None:
    formulas = loaded(path, spec, free=["w", "n"]).summary()
    for config in [*SIZES, {"w": 5, "n": 4, "k": 2}]:
        same_totals(formulas, summarize(spec.flat(config)), config)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(numbered())
def test_numbers(path, spec):
    compared(path, spec)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(symbolic())
def test_closed_forms(path, spec):
    compared_in_closed_form(path, spec)


def compared_when_extended(path, base: Generated, first: Part, last: Part) -> None:
    path.with_name("base.yaml").write_text(f"{CONFIG}{base.text}")
    spec = base.extended("base", first, last)
    path.write_text(spec.text)
    for config in SIZES:
        assert facts(archcalc.load(path, **config).network) == facts(spec.flat(config)), (base.text, spec.text)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(changed())
def test_specs_that_extend(path, made):
    compared_when_extended(path, *made)


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(changed(3))
def test_many_specs_that_extend(path, made):
    compared_when_extended(path, *made)


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(numbered(3))
def test_numbers_of_many(path, spec):
    compared(path, spec)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(symbolic(2))
def test_closed_forms_of_many(path, spec):
    compared_in_closed_form(path, spec)
