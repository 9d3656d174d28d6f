"""The proof: the same network as a PyTorch module, run and compared layer by layer."""

from collections.abc import Iterator

from archcalc.call import Call
from archcalc.dim import Shape, prod, show
from archcalc.network import Layer, Network
from archcalc.torchcheck.build import Module, build
from archcalc.torchcheck.crosscheck import Crosscheck, Disagreement
from archcalc.torchcheck.module import Torch, measured


def crosscheck(network: Network, device: str = "cpu", name: str = "", file: str = "") -> Crosscheck:
    """Build the network on a device, run it once on noise and compare every layer with what archcalc derived."""
    module = build(network, device)
    found: list[Disagreement] = []
    counted: list[int] = []

    def each(layer: Layer, part: Torch, inputs: list[Torch]) -> Torch:
        path, call = layer.path, layer.call
        outputs, macs = measured(part, inputs)
        counted.append(macs)
        found.extend(_outputs(path, call, outputs if isinstance(outputs, tuple) else (outputs,)))
        found.extend(_arrays(path, call, part))
        if call.cost is not None and call.cost.macs != macs:
            found.append(Disagreement(path, "macs", f"{call.cost.macs:,}", f"{macs:,}"))
        return outputs

    module.run(module.example_inputs(), each)
    calls = [layer.call for layer in network.layers.values() if layer.weights_of is None]
    ours = sum(call.parameters for call in calls)
    theirs = sum(p.numel() for p in module.parameters())
    if ours != theirs:
        found.append(Disagreement("", "parameters", f"{ours:,}", f"{theirs:,}"))
    found.extend(_names(network, module))
    return Crosscheck(
        name=name,
        file=file,
        device=device,
        layers=len(module.layers),
        arrays=sum(len(call.weights) + len(call.buffers) for call in calls),
        parameters=theirs,
        macs=sum(counted),
        unknown=[path for path, layer in network.layers.items() if layer.call.cost is None],
        differences=found,
    )


def _outputs(path: str, call: Call, outputs: tuple[Torch, ...]) -> Iterator[Disagreement]:
    theirs = [tuple(output.shape) for output in outputs]
    for port, (a, b) in enumerate(zip(call.outputs, theirs, strict=False)):
        if tuple(a) != b:
            what = "output shape" if len(theirs) == 1 else f"shape of output {port}"
            yield Disagreement(path, what, show(a), show(b))
    if len(call.outputs) != len(theirs):
        yield Disagreement(path, "number of outputs", str(len(call.outputs)), str(len(theirs)))


def _arrays(path: str, call: Call, module: Torch) -> Iterator[Disagreement]:
    """Differences of weights and buffers, by name and shape."""
    kinds = (
        ("weight", call.weights, dict(module.named_parameters())),
        ("buffer", call.buffers, {name: b for name, b in module.named_buffers() if name in module.state_dict()}),
    )
    for kind, declared, held in kinds:
        ours: dict[str, Shape] = {name or "weight": tuple(shape) for name, shape in declared.items()}
        theirs = {name: tuple(array.shape) for name, array in held.items()}
        for name in {**ours, **theirs}:
            a, b = ours.get(name), theirs.get(name)
            if a != b:
                yield Disagreement(
                    path, f"{kind} {name}", "none" if a is None else show(a), "none" if b is None else show(b)
                )


def _names(network: Network, module: Module) -> Iterator[Disagreement]:
    """Differences between the spec's paths and the keys of the state dict."""
    ours = {
        f"{path}.{name}" if name else path: prod(shape)
        for path, layer in network.layers.items()
        for name, shape in {**layer.call.weights, **layer.call.buffers}.items()
    }
    theirs = {name: array.numel() for name, array in module.state_dict().items()}
    for name in sorted({*ours} ^ {*theirs}):
        yield Disagreement(name, "key of the state dict", str(name in ours).lower(), str(name in theirs).lower())
