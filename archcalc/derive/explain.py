"""One layer of a network, explained."""

from collections.abc import Mapping
from typing import Any

from archcalc.analyse.receptive_fields import Gates
from archcalc.call import Call
from archcalc.derive import field
from archcalc.derive.derivation import Derivation, Section
from archcalc.derive.facts import Facts
from archcalc.derive.rules import purpose
from archcalc.errors import Refused, nearest, some
from archcalc.network import Layer, Network

SHOWN = 8
"""The most layers that an error names."""


def explain(
    network: Network, path: str, name: str = "", gates: Gates = "count", known: Mapping[str, Any] | None = None
) -> Derivation:
    """All facts of a layer, derived; raises Refused where there is no layer of this path.

    `known` are usual values of config entries that are free here: the methods run on them, the formulas hold for all.
    """
    found = layer(network, path)
    facts = Facts(found.call, known)
    seen = field.section(network, path, gates, known)
    return Derivation(
        network=name,
        path=path,
        op=found.op,
        doc=purpose(found.op),
        inputs=facts.inputs(),
        sections=(*_sections(facts, found), seen),
        notes=tuple(_notes(found)),
        assumptions=tuple(network.given),
    )


def explain_call(call: Call) -> Derivation:
    """The facts of an operation on input shapes in any network, derived: all but the receptive field."""
    facts = Facts(call)
    return Derivation("", "", call.op, purpose(call.op), facts.inputs(), _sections(facts))


def _sections(facts: Facts, found: Layer | None = None) -> tuple[Section, ...]:
    # In this order: what one section has found out, the next may call by its name.
    sections = (facts.output(), _parameters(facts, found), facts.buffers(), facts.work(), facts.activations())
    return tuple(section for section in sections if section is not None)


def _parameters(facts: Facts, found: Layer | None) -> Section:
    section = facts.parameters()
    if found is None or found.weights_of is None or not facts.call.weights:
        return section
    shared = f"The weights are those of {found.weights_of}, where a summary counts them."
    return Section(section.title, section.rule, section.steps, notes=(shared,))


def _notes(found: Layer) -> list[str]:
    times = found.times
    return [] if isinstance(times, int) and times == 1 else [f"It stands for {times} such layers; all is for one."]


def layers(network: Network) -> list[str]:
    """The paths of all layers."""
    return [path for path, found in network.layers.items() if not found.is_input]


def layer(network: Network, path: str) -> Layer:
    """The layer of this path; raises Refused when there is none."""
    known = layers(network)
    if path in network.layers:
        if network.layers[path].is_input:
            raise Refused(f"{path!r} is an input of the network, from which nothing is derived", nearest(path, known))
        return network.layers[path]
    inside = [name for name in known if name.startswith(f"{path}.")]
    if inside:
        raise Refused(f"{path!r} is a scope, not a layer", f"its layers: {some(inside, SHOWN)}")
    raise Refused(f"there is no layer {path!r}", nearest(path, known))
