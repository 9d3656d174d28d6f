"""The builder: the only way to make a network, from a spec or from a program.

One convolution over an image::

    build = Builder()
    image = build.input("image", (1, 3, 224, 224))
    conv, = build.layer("conv", Conv2d(out_channels=64, kernel_size=3), [image])
    network = build.finish([conv])
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.call import Call
from archcalc.dim import Dim, Shape, show
from archcalc.errors import Place, Refused, Undecidable
from archcalc.network import LAYOUTS, Input, Layer, Network, Repeat, Source
from archcalc.op import Op


class Move:
    """Renames the paths and sources of a scope to those of its copy.

    `swaps` maps each source outside the scope to the one that the copy reads instead.
    """

    def __init__(self, old: str, new: str, swaps: dict[Source, Source]) -> None:
        self.old, self.new, self.swaps = old, new, swaps

    def path(self, path: str) -> str:
        """The path of a layer or scope in the copy."""
        return self.new + path[len(self.old) :] if path.startswith(self.old) else path

    def source(self, source: Source) -> Source:
        """The copy's source for a source of the original."""
        found = self.swaps.get(source)
        if found is None:
            found = self.swaps[source] = Source(self.path(source.path), source.port, source.repeat)
        return found


class Builder:
    """Makes a network, layer by layer. Equal (operation, input shapes) pairs share one Call."""

    def __init__(self, given: Assumptions = NOTHING) -> None:
        self.given = given
        """What is assumed so far; each layer's requirements may add to it."""
        self.layers: dict[str, Layer] = {}
        self.inputs: list[str] = []
        self.scopes: dict[str, str] = {}
        self.repeats: list[Repeat] = []
        self.open: tuple[int, ...] = ()
        """The symbolic repeats whose bodies are being made, outermost first."""
        self.times: Dim = 1
        """The product of their counts."""
        self._calls: dict[tuple[Op, tuple[Shape, ...]], Call] = {}

    def input(
        self, name: str, shape: Shape, dtype: str = "float32", layout: str | None = None, place: Place | None = None
    ) -> Source:
        """Add an input of the network; `layout` has a letter for each axis."""
        usual = "NL" if len(shape) == 2 and dtype.startswith("int") else LAYOUTS.get(len(shape), "N" + "?" * len(shape))
        op = Input(shape=shape, element=dtype, layout=layout or usual)
        self.layers[name] = Layer(name, Call(op, ()), (), op.out_dtype(), place=place)
        self.inputs.append(name)
        return Source(name)

    def layer(
        self,
        path: str,
        op: Op,
        reads: Sequence[Source],
        *,
        frozen: bool = False,
        weights_of: str | None = None,
        place: Place | None = None,
        doc: str = "",
    ) -> tuple[Source, ...]:
        """Add a layer and give its outputs; raises Refused when the operation does not take its inputs."""
        layers = self.layers
        call = self._call(op, tuple([layers[s.path].call.outputs[s.port] for s in reads]))
        dtype = _dtype(op, [layers[s.path].dtype for s in reads])
        if weights_of is not None:
            weights_of = layers[weights_of].weights_of or weights_of
            _same_weights(weights_of, layers[weights_of].call, call)
        layers[path] = Layer(path, call, tuple(reads), dtype, self.times, self.open, frozen, weights_of, place, doc)
        return tuple([Source(path, port) for port in range(len(call.outputs))])

    def _call(self, op: Op, inputs: tuple[Shape, ...]) -> Call:
        call = self._calls.get((op, inputs))
        if call is None:
            call = self._calls[op, inputs] = self._made(op, inputs)
        return call

    def _made(self, op: Op, inputs: tuple[Shape, ...]) -> Call:
        """The operation applied; what it leaves open is assumed, or decided near the defaults."""
        while True:
            try:
                call = Call(op, inputs, self.given)
            except Undecidable as error:
                self.given = self.given.decided(error)
            else:
                self.given = call.given
                return call

    def copy(self, layers: Iterable[Layer], scopes: Mapping[str, str], move: Move) -> None:
        """Add layers and scopes once more under another path; what held of them holds of the copy."""
        for layer in layers:
            path, call, reads, dtype, times, repeats, frozen, owner, place, doc = layer
            path, reads = move.path(path), tuple([move.source(source) for source in reads])
            owner = None if owner is None else move.path(owner)
            self.layers[path] = Layer(path, call, reads, dtype, times, repeats, frozen, owner, place, doc)
        self.scopes.update({move.path(path): block for path, block in scopes.items()})

    @contextmanager
    def repeat(self, count: Dim, before: Source) -> Iterator[Repeat]:
        """Add the layers made inside the `with` block as a body that is repeated `count` times in a row.

        The body must end with a call of `ends`, which sets the output of one copy.
        """
        made = Repeat(len(self.repeats), count, before, before)
        self.repeats.append(made)
        around = self.open, self.times
        self.open, self.times = (*self.open, made.place), self.times * count
        try:
            yield made
        finally:
            self.open, self.times = around

    def ends(self, repeat: Repeat, result: Source) -> None:
        """Set the output of one copy of a repeat."""
        self.repeats[repeat.place] = replace(repeat, result=result)

    def finish(self, outputs: Iterable[Source]) -> Network:
        """The network with these outputs; the facts of its layers hold under every assumption made on the way."""
        layers, given = self.layers, self.given
        if given is not NOTHING:
            calls = {id(call): call.under(given) for call in self._calls.values()}
            layers = {p: la._replace(call=calls.get(id(la.call), la.call)) for p, la in layers.items()}
        return Network(layers, tuple(self.inputs), tuple(outputs), self.scopes, tuple(self.repeats), given)


def _dtype(op: Op, dtypes: list[str]) -> str:
    for dtype in (dtypes[i] for i in op.integers):
        if not dtype.startswith("int"):
            hint = "declare the input as `{shape: [N, L], dtype: int64}`"
            raise Refused(f"{type(op).__name__} reads integers, but its input is {dtype}", hint)
    return op.out_dtype(*dtypes)


def _same_weights(path: str, owner: Call, sharer: Call) -> None:
    if owner.weights != sharer.weights:
        theirs, ours = _weights(owner), _weights(sharer)
        raise Refused(f"cannot share the weights of {path}: they are {theirs}, needed are {ours}")


def _weights(call: Call) -> str:
    return ", ".join(f"{name} {show(shape)}" for name, shape in call.weights.items()) or "none"
