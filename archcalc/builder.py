"""The builder: the only way to make a network, from a spec or from a program.

One convolution over an image::

    build = Builder("tiny")
    image = build.input("image", (1, 3, 224, 224))
    conv = build.layer("conv", Conv2d(out_channels=64, kernel_size=3), image)
    network = build.finish(conv)
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.call import Call
from archcalc.dim import Dim, Shape, show
from archcalc.errors import Place, Refused, Undecidable, nearest, some
from archcalc.network import LAYOUTS, Input, Layer, Network, Repeat, Source, check_layout, scopes_above
from archcalc.op import Op

_BAD_PATH = re.compile(r"(?:^|\.)(?:\.|$)|[\[\]{}\x00-\x1f\x7f-\x9f\u2028\u2029]")
Reads = Source | Sequence["Source | Sequence[Source]"]
"""One output of a layer, or several, perhaps as `layer` returned them."""


class Unread(Refused):
    """Layers that neither another layer nor the network's outputs read."""

    def __init__(self, layers: Sequence[Layer]):
        self.layers = layers
        super().__init__(f"nothing reads {some([layer.path for layer in layers])}", "read it or make it an output")


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

    def __init__(self, name: str = "", given: Assumptions = NOTHING) -> None:
        self.name, self.given = name, given
        """What is assumed so far; each layer's requirements may add to it."""
        self.layers: dict[str, Layer] = {}
        self.inputs: list[str] = []
        self.scopes: dict[str, str] = {}
        """The block's name by the path of each scope that was named."""
        self.repeats: list[Repeat] = []
        self.open: tuple[int, ...] = ()
        """The symbolic repeats whose bodies are being made, outermost first."""
        self.times: Dim = 1
        """The product of their counts."""
        self._calls: dict[tuple[Op, tuple[Shape, ...]], Call] = {}
        self._dtypes: dict[tuple[Op, tuple[str, ...]], tuple[str, ...]] = {}
        self._around: set[str] = {""}
        """The scopes around the layers."""
        self._ended: set[int] = set()
        """The repeats whose output is set, by place."""

    def input(
        self, name: str, shape: Shape, dtype: str = "float32", layout: str | None = None, place: Place | None = None
    ) -> Source:
        """Add an input of the network.

        `layout` has a letter for each axis: N for the batch, C for the channels, any others for space and time; by
        default NCHW for four axes, NCL for three. Raises Refused for a shape, element type or layout that cannot be.
        """
        self._check_path(name)
        op = Input(shape=shape, dtype=dtype, layout=layout or "")
        if layout:
            check_layout(layout, len(op.shape))
        else:
            op = Input(shape=op.shape, dtype=dtype, layout=_usual_layout(op))
        self._add(Layer(name, self._made(op, ()), (), (op.dtype,), place=place))
        self.inputs.append(name)
        return Source(name)

    def scope(self, path: str, block: str = "") -> None:
        """Name the block that the layers below a path make up, such as `Bottleneck`."""
        if path in self.layers or not _is_path(path):
            raise Refused(f"{path!r:.60} is not a path of a scope")
        self.scopes[path] = block

    def layer(
        self,
        path: str,
        op: Op,
        reads: Reads,
        *,
        frozen: bool = False,
        weights_of: str | None = None,
        place: Place | None = None,
        doc: str = "",
    ) -> tuple[Source, ...]:
        """Add a layer and give its outputs.

        `path` is dotted, as in PyTorch: `layer1.0.conv1`. A `frozen` layer is not trained; `weights_of` names the layer
        whose weights it uses. Raises Refused for a path that is taken, an unknown source, and whenever the operation
        does not take its inputs; the builder then stays as it was.
        """
        self._check_path(path)
        before = self.given
        try:
            if not isinstance(op, Op):
                raise Refused(f"a layer is an operation such as ReLU(), not {op!r:.60}")
            reads = _sources(reads)
            inputs = tuple([self._shape(source) for source in reads])
            call = self._calls.get((op, inputs)) or self._made(op, inputs)
            given = tuple([self.layers[source.path].dtypes[source.port] for source in reads])
            dtypes = self._dtypes.get((op, given)) or _dtypes(op, given)
            if weights_of is not None:
                weights_of = self._owner(weights_of, call)
        except Refused as error:
            self.given = before
            if place is not None:
                raise
            raise error.changed(message=f"{error.message}, in the layer {path!r}") from None
        self._calls[op, inputs], self._dtypes[op, given] = call, dtypes
        dtypes = dtypes * len(call.outputs) if len(dtypes) == 1 else dtypes
        self._add(Layer(path, call, reads, dtypes, self.times, self.open, frozen, weights_of, place, doc))
        return tuple([Source(path, port) for port in range(len(call.outputs))])

    def _add(self, layer: Layer) -> None:
        self.layers[layer.path] = layer
        if layer.path.rpartition(".")[0] not in self._around:
            self._around.update(scopes_above(layer.path))

    def _check_path(self, path: str) -> None:
        """Raise Refused for a path that cannot be given to a layer."""
        if not _is_path(path):
            hint = "use names of letters, digits, _ and -, with dots between"
            raise Refused(f"{path!r:.60} is not a path of a layer", hint)
        if path in self.layers or path in self._around:
            kind = "layer" if path in self.layers else "scope"
            raise Refused(f"there is a {kind} {path!r} already")
        if path.rpartition(".")[0] not in self._around:
            for scope in scopes_above(path):
                if scope in self.layers:
                    raise Refused(f"{path!r} cannot be inside {scope!r}, which is a layer")

    def _shape(self, source: Source) -> Shape:
        """The shape of a source; raises Refused if there is none, or if it crosses the border of a repeat."""
        layer = self.layers.get(source.path)
        if layer is None:
            raise Refused(f"there is no layer {source.path!r}", nearest(source.path, self.layers))
        outputs = layer.call.outputs
        if not 0 <= source.port < len(outputs):
            raise Refused(f"{source.path!r} has no output {source.port}, it has {len(outputs)}")
        if source.repeat is not None:
            self._check_passed(source)
        elif layer.repeats and layer.repeats != self.open[: len(layer.repeats)]:
            raise Refused(f"{source.path!r} is inside a repeat that has ended", "read `repeat.passed` of its result")
        return outputs[source.port]

    def _check_passed(self, source: Source) -> None:
        """Raise Refused for a source that its repeat does not carry across its border."""
        place = source.repeat
        if place is not None and 0 <= place < len(self.repeats):
            self._check_ended([place])
            repeat = self.repeats[place]
            if source == repeat.passed(repeat.before if place in self.open else repeat.result):
                return
        raise Refused(
            f"no repeat carries {str(source)!r} across its border",
            "inside it passes what it reads, outside what it ends with",
        )

    def _check_ended(self, places: Iterable[int]) -> None:
        """Raise Refused for a repeat that is over without a call of `ends`."""
        if not self._ended.union(self.open).issuperset(places):
            raise Refused("the body of a repeat has no end", "call `ends` inside the `with` block")

    def _owner(self, path: str, sharer: Call) -> str:
        """The layer whose weights a call is to use; raises Refused unless they fit."""
        if path not in self.layers:
            raise Refused(f"there is no layer {path!r} to share the weights of", nearest(path, self.layers))
        path = self.layers[path].weights_of or path
        _same_arrays(path, self.layers[path].call, sharer)
        return path

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
        """Add layers and scopes once more under another path, unchecked: the copy is right where the original was."""
        for layer in layers:
            path, call, reads, dtypes, times, repeats, frozen, owner, place, doc = layer
            path, reads = move.path(path), tuple([move.source(source) for source in reads])
            owner = None if owner is None else move.path(owner)
            self.layers[path] = Layer(path, call, reads, dtypes, times, repeats, frozen, owner, place, doc)
        self.scopes.update({move.path(path): block for path, block in scopes.items()})

    @contextmanager
    def repeat(self, count: Dim, before: Reads) -> Iterator[Repeat]:
        """Add the layers made inside the `with` block as a body that is repeated `count` times in a row.

        The body reads `repeat.passed(before)` and ends with a call of `ends`, which sets the output of one copy. The
        layers after it read `repeat.passed(result)`. Raises Refused unless `before` is one source.
        """
        sources = _sources(before)
        if len(sources) != 1:
            raise Refused(f"a repeat carries one source, not {len(sources)}")
        self._shape(sources[0])
        if not dim.is_size(count) or (isinstance(count, int) and count < 0):
            raise Refused(f"a body is repeated a number of times, not {count!r:.60}")
        made = Repeat(len(self.repeats), count, *sources * 2)
        self.repeats.append(made)
        around = self.open, self.times
        self.open, self.times = (*self.open, made.place), self.times * count
        try:
            yield made
        finally:
            self.open, self.times = around

    def ends(self, repeat: Repeat, result: Reads) -> None:
        """Set the output of one copy of a repeat; raises Refused unless it has the shape of what a copy reads."""
        before, results = self._shape(repeat.before), _sources(result)
        shapes = [self._shape(source) for source in results]
        if len(shapes) != 1 or not self._same(before, shapes[0]):
            turned = f"{show(before)} into {' and '.join(map(show, shapes))}"
            raise Refused(f"the body turns {turned}", "fix the count, or keep the shape")
        dtypes = [self.layers[source.path].dtypes[source.port] for source in (repeat.before, *results)]
        if dtypes[0] != dtypes[1]:
            raise Refused(f"the body turns {dtypes[0]} into {dtypes[1]}", "fix the count, or keep the element type")
        self.repeats[repeat.place] = replace(repeat, result=results[0])
        self._ended.add(repeat.place)

    def _same(self, a: Shape, b: Shape) -> bool:
        """Whether two shapes are equal for sure."""
        return len(a) == len(b) and all(self.given.judge(dim.equal(x, y)) is True for x, y in zip(a, b, strict=True))

    def finish(self, outputs: Reads) -> Network:
        """The network with these outputs; the facts of its layers hold under every assumption made on the way.

        Raises Refused without an output or with a body that has no end, and Unread for layers that nothing reads.
        """
        ends = _sources(outputs)
        if not ends:
            raise Refused("a network needs an output")
        self._check_ended(range(len(self.repeats)))
        for output in ends:
            self._shape(output)  # refuses one that is not there
        read = {source.path for reads in (ends, *[la.reads for la in self.layers.values()]) for source in reads}
        if unread := [layer for path, layer in self.layers.items() if path not in read]:
            raise Unread(unread)
        layers, given = dict(self.layers), self.given
        if given is not NOTHING:
            calls = {id(call): call.under(given) for call in self._calls.values()}
            layers = {p: la._replace(call=calls.get(id(la.call), la.call)) for p, la in layers.items()}
        return Network(layers, tuple(self.inputs), ends, dict(self.scopes), tuple(self.repeats), given, self.name)


def _is_path(path: object) -> bool:
    return isinstance(path, str) and not _BAD_PATH.search(path)


def _usual_layout(op: Input) -> str:
    rank = len(op.shape)
    return "NL" if rank == 2 and op.dtype.startswith("int") else LAYOUTS.get(rank, "N" + "?" * (rank - 1))


def _sources(reads: Reads) -> tuple[Source, ...]:
    """The sources in one, in a list of them, or in a list of what `layer` returned."""
    if isinstance(reads, Source):
        return (reads,)
    if isinstance(reads, (list, tuple)):
        if all(isinstance(read, Source) for read in reads):
            return tuple(reads)
        return tuple([source for read in reads for source in _sources(read)])
    raise Refused(f"a source is what `input` and `layer` return, not {reads!r:.60}")


def _dtypes(op: Op, given: tuple[str, ...]) -> tuple[str, ...]:
    """The element type of each output, or the one of all; raises Refused for an input of the wrong type."""
    name = type(op).__name__
    for slot, dtype in enumerate(given):
        if slot in op.integers and not dtype.startswith("int"):
            hint = "declare the input as `{shape: [N, L], dtype: int64}`"
            raise Refused(f"{name} reads integers, but its input is {dtype}", hint)
        if slot in op.booleans and dtype != "bool":
            hint = "declare the input as `{shape: [N, L], dtype: bool}`"
            raise Refused(f"{name} reads truth values, but its input is {dtype}", hint)
        if dtype.startswith("complex") and not op.takes_complex:
            hint = "Abs gives their magnitudes, and IRFFT real numbers"
            raise Refused(f"{name} takes no complex numbers, but its input is {dtype}", hint)
    return op.out_dtypes(*given)


def _same_arrays(path: str, owner: Call, sharer: Call) -> None:
    """Raise Refused unless two calls have the same weights, and the same buffers, which are shared with them."""
    for what in ("weights", "buffers"):
        theirs, ours = getattr(owner, what), getattr(sharer, what)
        if theirs != ours:
            message = f"they are {_arrays(theirs)}, needed are {_arrays(ours)}"
            raise Refused(f"cannot share the {what} of {path}: {message}")


def _arrays(arrays: Mapping[str, Shape]) -> str:
    return ", ".join(f"{name} {show(shape)}" for name, shape in arrays.items()) or "none"
