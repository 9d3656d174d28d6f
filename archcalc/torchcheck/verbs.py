"""The verb of the proof: a network as a PyTorch module, run and compared layer by layer."""

from collections.abc import Iterator, Mapping, Sequence

from archcalc.analyse.arrays import arrays
from archcalc.dim import Shape, show
from archcalc.language.loaded import Loadable, opened
from archcalc.network import Layer, Network
from archcalc.torchcheck.build import Module, build
from archcalc.torchcheck.crosscheck import Crosscheck, Disagreement
from archcalc.torchcheck.module import Torch, measured


def crosscheck(network: Loadable, device: str = "cpu") -> Crosscheck:
    """A network built in PyTorch, run once on noise and compared layer by layer; needs the extra `torch`.

    `device` is one of PyTorch's, such as `cpu`, `cuda` or `meta`; on `meta` nothing is computed or stored.
    """
    found = opened(network)
    return compared(found.network, device, found.name, found.file)


def compared(network: Network, device: str = "cpu", name: str = "", file: str = "") -> Crosscheck:
    """Build the network on a device, run it once on noise and compare every layer with the facts of archcalc."""
    module = build(network, device)
    found: list[Disagreement] = []
    counted: list[int] = []

    def each(layer: Layer, part: Torch, inputs: list[Torch]) -> Torch:
        outputs, macs = measured(part, inputs)
        counted.append(macs)
        shapes = [tuple(output.shape) for output in (outputs if isinstance(outputs, tuple) else (outputs,))]
        found.extend(_different(layer.path, _ours(layer), _theirs(layer, part, shapes, macs)))
        return outputs

    try:
        module.run(module.example_inputs(), each)
    except RuntimeError:
        if not found:  # else an output of another shape, which is noted, is no input of the next layer
            raise
    calls = [layer.call for layer in network.layers.values() if layer.weights_of is None]
    ours = sum(call.parameters for call in calls)
    theirs = sum(p.numel() for p in module.parameters())
    found.extend(_different("", {"parameters": f"{ours:,}"}, {"parameters": f"{theirs:,}"}))
    found.extend(_names(network, module))
    return Crosscheck(
        name=name,
        file=file,
        device=str(device),
        layers=len(module.layers),
        arrays=sum(len(call.weights) + len(call.buffers) for call in calls),
        parameters=theirs,
        macs=sum(counted),
        unknown=[path for path, layer in network.layers.items() if layer.call.cost is None],
        differences=found,
    )


def _different(path: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> Iterator[Disagreement]:
    """The facts that differ, or that only one of two mappings has."""
    for what in {**ours, **theirs}:
        a, b = ours.get(what, "none"), theirs.get(what, "none")
        if a != b:
            yield Disagreement(path, what, a, b)


def _ours(layer: Layer) -> dict[str, str]:
    call = layer.call
    macs = {} if call.cost is None else {"macs": f"{call.cost.macs:,}"}
    return _outputs(call.outputs) | _arrays("weight", call.weights) | _arrays("buffer", call.buffers) | macs


def _theirs(layer: Layer, module: Torch, outputs: Sequence[Shape], macs: int) -> dict[str, str]:
    kept = module.state_dict()
    weights = {name: array.shape for name, array in module.named_parameters()}
    buffers = {name: array.shape for name, array in module.named_buffers() if name in kept}
    counted = {} if layer.call.cost is None else {"macs": f"{macs:,}"}
    return _outputs(outputs) | _arrays("weight", weights) | _arrays("buffer", buffers) | counted


def _outputs(shapes: Sequence[Shape]) -> dict[str, str]:
    if len(shapes) == 1:
        return {"output shape": show(shapes[0])}
    found = {f"shape of output {port}": show(shape) for port, shape in enumerate(shapes)}
    return found | {"number of outputs": str(len(shapes))}


def _arrays(kind: str, shapes: Mapping[str, Shape]) -> dict[str, str]:
    return {f"{kind} {name or 'weight'}": show(shape) for name, shape in shapes.items()}


def _names(network: Network, module: Module) -> Iterator[Disagreement]:
    """Differences between the spec's paths and the keys of the state dict."""
    ours = {name for names in arrays(network) for name in names}
    theirs = {*module.state_dict()}
    for name in sorted(ours ^ theirs):
        yield Disagreement(name, "key of the state dict", str(name in ours).lower(), str(name in theirs).lower())
