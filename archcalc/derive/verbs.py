"""The verb of derivations: one layer of a network, explained."""

from collections.abc import Mapping
from typing import Any

from archcalc.analyse.receptive_fields import Gates
from archcalc.call import Call
from archcalc.derive import field
from archcalc.derive.derivation import Derivation, Section
from archcalc.derive.facts import Facts
from archcalc.derive.rules import purpose
from archcalc.errors import Refused, nearest, some
from archcalc.language.loaded import Loadable, opened
from archcalc.network import Layer, Network

SHOWN = 8
"""The most layers that an error names."""


def explain(network: Loadable, layer: str, gates: Gates = "count") -> Derivation:
    """A layer's facts derived: the rule, the formula, the numbers put in, the result.

    `layer` is its path, such as `layer1.0.conv1`; `gates` is that of `summary`. Raises Refused for an unknown layer.
    """
    found = opened(network)
    usual = {name: entry.default for name, entry in found.spec.config.items()}
    return derived(found.network, layer, found.name, gates, usual)


def derived(
    network: Network, path: str, name: str = "", gates: Gates = "count", known: Mapping[str, Any] = {}
) -> Derivation:
    """All facts of a layer, derived; raises Refused for an unknown path.

    `known` has the default values of config entries that are free here: the methods run on them, the formulas hold for
    all values.
    """
    found = _layer(network, path)
    facts = Facts(found.call, known)
    sections = (*_sections(facts, found.weights_of), field.section(network, path, gates, known))
    many = found.times != 1
    notes = (f"It stands for {found.times} such layers; the facts are for one of them.",) if many else ()
    assumed = tuple(network.given)
    return Derivation(name, path, found.op, purpose(found.op), facts.inputs(), sections, notes, assumed)


def explain_call(call: Call) -> Derivation:
    """The facts of an operation on input shapes, derived without a network: all but the receptive field."""
    facts = Facts(call)
    return Derivation("", "", call.op, purpose(call.op), facts.inputs(), _sections(facts))


def _sections(facts: Facts, weights_of: str | None = None) -> tuple[Section, ...]:
    # The order matters: a section may refer by name to sizes that an earlier one derived.
    sections = (facts.output(), facts.parameters(weights_of), facts.buffers(), facts.work(), facts.activations())
    return tuple(section for section in sections if section is not None)


def layers(network: Network) -> list[str]:
    """The paths of all layers, without the inputs."""
    return [path for path, found in network.layers.items() if not found.is_input]


def _layer(network: Network, path: str) -> Layer:
    known = layers(network)
    if path in known:
        return network.layers[path]
    if path in network.layers:
        raise Refused(f"{path!r} is an input of the network, from which nothing is derived", nearest(path, known))
    inside = [name for name in known if name.startswith(f"{path}.")]
    if inside:
        raise Refused(f"{path!r} is a scope, not a layer", f"its layers: {some(inside, SHOWN)}")
    raise Refused(f"there is no layer {path!r}", nearest(path, known))
