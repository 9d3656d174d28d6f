"""A network as a `torch.nn.Module` whose `state_dict` has the spec's paths as names."""

from collections.abc import Callable, Sequence

from archcalc import dim
from archcalc.errors import Refused, require
from archcalc.network import Layer, Network
from archcalc.render.words import count_of
from archcalc.torchcheck.module import Torch, as_module, torch
from archcalc.walk import fold

DEVICES = ("cpu", "cuda", "meta")
"""The devices that a module may be on."""
Run = Callable[[Layer, Torch, list[Torch]], Torch]
"""Runs one layer: receives the layer, its module and its inputs, returns its outputs."""


class ScopeModule(torch.nn.Module):
    """A scope of the spec: holds the modules inside it."""

    def forward(self, *inputs: Torch) -> Torch:
        raise NotImplementedError("a scope is run by the network that it is part of")


class Module(ScopeModule):
    """A network that runs its layers in order and drops each output after its last reader."""

    def __init__(self, network: Network, device: str = "cpu"):
        super().__init__()
        _require_numbers(network)
        self.network, self.device = network, torch.device(device)
        self.layers: dict[str, Torch] = {}
        with self.device:
            for path, layer in network.layers.items():
                if not layer.is_input:
                    self.layers[path] = self._made(layer)
        self.eval()

    def _made(self, layer: Layer) -> Torch:
        """The module of a layer, at its path, with its own weights or those that it shares."""
        call = layer.call
        module = as_module(layer.op, *call.inputs)
        module.requires_grad_(not layer.frozen)
        if layer.weights_of is not None:
            self._share(module, layer)
        parent, name = self._place(layer.path)
        # The key in the state dict of an array without a name is the layer's own path.
        if "" in call.weights:
            parent._parameters[name] = module.weight
        elif "" in call.buffers:
            parent._buffers[name] = module.weight
        else:
            parent._modules[name] = module  # not add_module, which refuses names such as `forward` or `type`
        return module

    def _share(self, module: Torch, layer: Layer) -> None:
        """Give a module the arrays of the layer whose weights it uses."""
        owner = self.layers[layer.weights_of or layer.path]
        for name in (*layer.call.weights, *layer.call.buffers):
            inside, _, last = (name or "weight").rpartition(".")
            setattr(module.get_submodule(inside), last, getattr(owner.get_submodule(inside), last))

    def _apply(self, *args: Torch, **settings: Torch) -> Torch:
        """Move or convert everything, and share buffers again, because PyTorch replaces them."""
        super()._apply(*args, **settings)
        for path, module in self.layers.items():
            layer = self.network.layers[path]
            if layer.weights_of is not None:
                self._share(module, layer)
            elif "" in layer.call.buffers:
                parent, name = self._place(path)
                module.weight = parent._buffers[name]
        return self

    def _place(self, path: str) -> tuple[Torch, str]:
        """The module of a path's scope, created if needed, and the path's name in it."""
        *scopes, name = path.split(".")
        parent: Torch = self
        for scope in scopes:
            parent = parent._modules.setdefault(scope, ScopeModule())
        return parent, name

    def forward(self, *inputs: Torch) -> Torch:
        """Run the network; returns a tensor, or a tuple if it has several outputs."""
        outputs = self.run(inputs, lambda layer, module, given: module(*given))
        return outputs[0] if len(outputs) == 1 else outputs

    def run(self, inputs: Sequence[Torch], each: Run) -> tuple[Torch, ...]:
        """Run all layers, each through `each`."""
        names = self.network.inputs
        if len(inputs) != len(names):
            raise Refused(f"the network takes {count_of(len(names), 'input')} ({', '.join(names)}), not {len(inputs)}")
        given = dict(zip(names, inputs, strict=True))

        def step(layer: Layer, read: list[Torch]) -> tuple[Torch, ...]:
            out = given[layer.path] if layer.is_input else each(layer, self.layers[layer.path], read)
            return out if isinstance(out, tuple) else (out,)

        values = fold(self.network, step, keep=False)
        return tuple(values[source.path][source.port] for source in self.network.outputs)

    def example_inputs(self) -> tuple[Torch, ...]:
        """Inputs of the right shapes and types: noise, or zeros for integer types."""
        return tuple(self._example(self.network.layers[name]) for name in self.network.inputs)

    def _example(self, layer: Layer) -> Torch:
        dtype = getattr(torch, layer.dtypes[0])
        make = torch.randn if dtype.is_floating_point or dtype.is_complex else torch.zeros
        return make(layer.call.outputs[0], dtype=dtype, device=self.device)


def _require_numbers(network: Network) -> None:
    layers = network.layers.values()
    sizes = [size for layer in layers for shape in layer.call.outputs for size in shape]
    if free := dim.free_symbols([*sizes, *(layer.times for layer in layers)]):
        raise Refused(f"a module needs numbers, but {', '.join(sorted(free))} is free", "fix it with --set")


def build(network: Network, device: str = "cpu") -> Module:
    """The module of a network in eval mode, its weights freshly initialised; device is cpu, cuda, cuda:1 or meta.

    Raises Refused for another device, or one that this machine lacks.
    """
    device = str(device)  # PyTorch's own device prints as its name
    kind, _, index = device.partition(":")
    numbered = index.isascii() and index.isdigit()
    require("device", kind if numbered or device == kind else device, DEVICES)
    if kind == "cuda" and int(index or 0) >= torch.cuda.device_count():
        raise Refused("this machine has no CUDA device that PyTorch can use", "use --device cpu or meta")
    return Module(network, device)
