"""A graph as a `torch.nn.Module` whose `state_dict` has the spec's paths as names."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from archcalc import dim
from archcalc.errors import Refused
from archcalc.graph import Input, reads
from archcalc.torchcheck.module import as_module, torch

Run = Callable[[str, Any, list[Any]], Any]
"""How a layer is run: gets its path, its module and its inputs, gives its outputs."""


class Scope(torch.nn.Module):  # type: ignore[misc]  # torch is not followed, so its classes are Any
    """A scope of the spec: holds the modules inside it."""

    def forward(self, *inputs: Any) -> Any:
        raise NotImplementedError("a scope is run by the network that it is part of")


class Network(Scope):
    """A network that runs its layers in the graph's order and drops each output after its last reader."""

    def __init__(self, graph: Any, device: str = "cpu"):
        super().__init__()
        _require_numbers(graph)
        self.graph, self.device = graph, torch.device(device)
        self.layers: dict[str, Any] = {}
        with self.device:
            for path, node in graph.nodes.items():
                if not isinstance(node["op"], Input):
                    self.layers[path] = self._made(path, node)
        self.sources = {path: reads(graph, path) for path in self.layers}
        self.readers = Counter(source.path for sources in self.sources.values() for source in sources)
        self.readers.update(source.path for source in graph.graph["outputs"])
        self.eval()

    def _made(self, path: str, node: Any) -> Any:
        """The module of a layer, put where its path says, with its own weights or those that it shares."""
        module = as_module(node["op"], *node["call"].inputs)
        module.requires_grad_(not node["frozen"])
        if node["weights_of"] is not None:
            self._share(module, self.layers[node["weights_of"]], node["call"])
        parent, name = self._place(path)
        # The key in the state dict of an array without a name is the layer's own path.
        if "" in node["call"].weights:
            parent._parameters[name] = module.weight
        elif "" in node["call"].buffers:
            parent._buffers[name] = module.weight
        else:
            parent._modules[name] = module  # not add_module, which refuses names such as `forward` or `type`
        return module

    def _share(self, module: Any, owner: Any, call: Any) -> None:
        """Give a module the arrays of another."""
        for name in (*call.weights, *call.buffers):
            setattr(module, name or "weight", getattr(owner, name or "weight"))

    def _apply(self, *args: Any, **settings: Any) -> Any:
        """Move or convert everything: also what stands in two places, since that puts new buffers in place of old."""
        super()._apply(*args, **settings)
        for path, module in self.layers.items():
            node = self.graph.nodes[path]
            if node["weights_of"] is not None:
                self._share(module, self.layers[node["weights_of"]], node["call"])
            elif "" in node["call"].buffers:
                parent, name = self._place(path)
                module.weight = parent._buffers[name]
        return self

    def _place(self, path: str) -> tuple[Any, str]:
        """The scope that a path lies in, made where it is not there yet, and the name in it."""
        *scopes, name = path.split(".")
        parent: Any = self
        for scope in scopes:
            parent = parent._modules.setdefault(scope, Scope())
        return parent, name

    def forward(self, *inputs: Any) -> Any:
        """What the network gives: one tensor, or a tuple where it has several outputs."""
        outputs = self.run(inputs, lambda path, module, given: module(*given))
        return outputs[0] if len(outputs) == 1 else outputs

    def run(self, inputs: Any, each: Run) -> tuple[Any, ...]:
        """Run all layers, each through `each`."""
        names = self.graph.graph["inputs"]
        if len(inputs) != len(names):
            raise Refused(f"the network takes {len(names)} inputs ({', '.join(names)}), not {len(inputs)}")
        values: dict[str, tuple[Any, ...]] = {name: (value,) for name, value in zip(names, inputs, strict=True)}
        left = Counter(self.readers)
        for path, module in self.layers.items():
            sources = self.sources[path]
            out = each(path, module, [values[source.path][source.port] for source in sources])
            values[path] = out if isinstance(out, tuple) else (out,)
            for source in sources:
                left[source.path] -= 1
                if not left[source.path]:
                    del values[source.path]
        return tuple(values[source.path][source.port] for source in self.graph.graph["outputs"])

    def example_inputs(self) -> tuple[Any, ...]:
        """Inputs of the right shapes and types: noise, or zeros where whole numbers are read."""
        nodes = (self.graph.nodes[name] for name in self.graph.graph["inputs"])
        return tuple(_example(node["call"].outputs[0], node["dtype"], self.device) for node in nodes)


def _example(shape: Any, dtype: str, device: Any) -> Any:
    kind = getattr(torch, dtype)
    make = torch.randn if kind.is_floating_point else torch.zeros
    return make(shape, dtype=kind, device=device)


def _require_numbers(graph: Any) -> None:
    """Refuse a network that is not one network but a family: a module needs every size."""
    sizes = [d for n in graph.nodes.values() for s in n["call"].outputs for d in s]
    free = dim.free_symbols([*sizes, *(n["times"] for n in graph.nodes.values())])
    if free:
        raise Refused(f"a module needs numbers, but {', '.join(sorted(free))} is free", "fix it with --set")


def build(graph: Any, device: str = "cpu") -> Network:
    """The module of a graph in eval mode, its weights freshly initialised; device is cpu, cuda or meta."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise Refused("this machine has no CUDA device that PyTorch can use", "use --device cpu or meta")
    return Network(graph, device)
