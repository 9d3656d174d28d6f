"""One layer of a network, explained."""

from collections.abc import Mapping
from typing import Any

from archcalc.analyse.receptive_fields import Gates
from archcalc.derive import field
from archcalc.derive.derivation import Derivation, Section
from archcalc.derive.facts import Facts
from archcalc.derive.rules import purpose
from archcalc.errors import Refused, nearest, some
from archcalc.graph import Input
from archcalc.op import Call

SHOWN = 8
"""So many layers are named in an error."""


def explain(
    graph: Any, path: str, network: str = "", gates: Gates = "count", known: Mapping[str, Any] | None = None
) -> Derivation:
    """All facts of a layer, derived; raises Refused where there is no layer of this path.

    `known` are usual values of config entries that are free here: the methods run on them, the formulas hold for all.
    """
    node = layer(graph, path)
    facts = Facts(node["call"], known)
    seen = field.section(graph, path, gates, known)
    return Derivation(
        network=network,
        path=path,
        op=node["op"],
        doc=purpose(node["op"]),
        inputs=facts.inputs(),
        sections=(*_sections(facts, node), *([] if seen is None else [seen])),
        notes=tuple(_notes(node)),
        assumptions=tuple(map(str, graph.graph["assumptions"])),
    )


def explain_call(call: Call) -> Derivation:
    """The facts of an operation on input shapes in any network, derived: all but the receptive field."""
    facts = Facts(call)
    return Derivation("", "", call.op, purpose(call.op), facts.inputs(), _sections(facts))


def _sections(facts: Facts, node: Any = None) -> tuple[Section, ...]:
    # In this order: what one section has found out, the next may call by its name.
    sections = (facts.output(), _parameters(facts, node), facts.buffers(), facts.work(), facts.activations())
    return tuple(section for section in sections if section is not None)


def _parameters(facts: Facts, node: Any) -> Section:
    section = facts.parameters()
    if node is None or node["weights_of"] is None or not facts.call.weights:
        return section
    shared = f"The weights are those of {node['weights_of']}, where a summary counts them."
    return Section(section.title, section.rule, section.steps, notes=(shared,))


def _notes(node: Any) -> list[str]:
    times = node["times"]
    return [] if isinstance(times, int) and times == 1 else [f"It stands for {times} such layers; all is for one."]


def layers(graph: Any) -> list[str]:
    """The paths of all layers."""
    return [name for name, node in graph.nodes(data=True) if not isinstance(node["op"], Input)]


def layer(graph: Any, path: str) -> Any:
    """The node of a layer."""
    known = layers(graph)
    if path in graph.nodes:
        if isinstance(graph.nodes[path]["op"], Input):
            raise Refused(f"{path!r} is an input of the network, from which nothing is derived", nearest(path, known))
        return graph.nodes[path]
    inside = [name for name in known if name.startswith(f"{path}.")]
    if inside:
        raise Refused(f"{path!r} is a scope, not a layer", f"its layers: {some(inside, SHOWN)}")
    raise Refused(f"there is no layer {path!r}", nearest(path, known))
