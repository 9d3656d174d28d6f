"""Specs drawn at random, each with a program that makes the same network flat, layer by layer.

A spec nests scopes, blocks with arguments, `for`, `repeat`, `let`, `when`, `splice`, `frozen` and shape words. The
program knows none of these: it follows the tree that the spec was drawn from with Python's own loops and variables.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from archcalc.builder import Builder
from archcalc.network import Network, Source
from archcalc.ops import OPS

Env = Mapping[str, int]
"""The values of the names that an expression sees."""
SIZE = 6


class Term(NamedTuple):
    """An expression and its value."""

    text: str
    value: Callable[[Env], int]


class Flat:
    """A flat network in the making."""

    def __init__(self, config: Env):
        self.build, self.config, self.frozen = Builder(), config, False

    def layer(self, name: str, reads: Sequence[Source], **settings: object) -> Source:
        """Add an operation."""
        path = f"l{len(self.build.layers)}"
        return self.build.layer(path, OPS[name](**settings), reads, frozen=self.frozen)[0]

    def channels(self, source: Source) -> int:
        """The channels of an output."""
        return self.build.layers[source.path].call.outputs[source.port][1]


class Part(NamedTuple):
    """An entry of a list, and the program that makes it: from what it reads to what it gives."""

    text: str
    run: Callable[[Flat, Env, Source], Source]


def _listed(parts: Sequence[Part]) -> str:
    return f"[{', '.join(part.text for part in parts)}]"


def _in_turn(parts: Sequence[Part]) -> Callable[[Flat, Env, Source], Source]:
    def run(flat: Flat, env: Env, source: Source) -> Source:
        for part in parts:
            source = part.run(flat, env, source)
        return source

    return run


class Known(NamedTuple):
    """The names that an expression may see."""

    sizes: tuple[str, ...]
    counts: tuple[str, ...]
    """Those that may decide how many layers there are: no symbols."""

    def sized(self, *names: str) -> "Known":
        """Further names for sizes."""
        return self._replace(sizes=(*self.sizes, *names))

    def counted(self, name: str) -> "Known":
        """A further name for sizes and counts."""
        return Known((*self.sizes, name), (*self.counts, name))


def _names(names: Sequence[str]) -> st.SearchStrategy[Term]:
    return st.sampled_from(names).map(lambda name: Term(name, lambda env: env[name]))


def terms(names: Sequence[str]) -> st.SearchStrategy[Term]:
    """Expressions from 1 up in names from 0 up."""
    two = st.tuples(_names(names), _names(names))
    return st.one_of(
        st.integers(1, 3).map(lambda n: Term(str(n), lambda env: n)),
        _names(names).map(lambda a: Term(f"{a.text} + 1", lambda env: a.value(env) + 1)),
        two.map(
            lambda ab: Term(f"max({ab[0].text}, {ab[1].text}, 1)", lambda env: max(*(t.value(env) for t in ab), 1))
        ),
        two.map(lambda ab: Term(f"{ab[0].text} % 3 + {ab[1].text} // 2 + 1", lambda env: _mixed(env, *ab))),
    )


def _mixed(env: Env, a: Term, b: Term) -> int:
    return a.value(env) % 3 + b.value(env) // 2 + 1


def conv(channels: Term, kernel: int) -> Part:
    """A convolution that keeps the image's size."""
    settings = f'out_channels: "{channels.text}", kernel_size: {kernel}, padding: {kernel // 2}'

    def run(flat: Flat, env: Env, source: Source) -> Source:
        fixed = {"out_channels": channels.value(env), "kernel_size": kernel, "padding": kernel // 2}
        return flat.layer("Conv2d", [source], **fixed)

    return Part(f"{{Conv2d: {{{settings}}}}}", run)


RELU = Part("ReLU", lambda flat, env, source: flat.layer("ReLU", [source]))
NORM = Part("BatchNorm2d", lambda flat, env, source: flat.layer("BatchNorm2d", [source]))


def scope(parts: Sequence[Part], name: str, value: Term, frozen: bool) -> Part:
    """A scope with a value of `let`, perhaps frozen."""
    inner = _in_turn(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        around, flat.frozen = flat.frozen, flat.frozen or frozen
        source = inner(flat, {**env, name: value.value(env)}, source)
        flat.frozen = around
        return source

    modifiers = f'let: {{{name}: "{value.text}"}}' + (", frozen: true" if frozen else "")
    return Part(f"{{layers: {_listed(parts)}, {modifiers}}}", run)


def kept(parts: Sequence[Part]) -> Part:
    """A scope that gives the shape that it reads."""
    back = "{Conv2d: {out_channels: input.channels, kernel_size: 1}}"
    inner = _in_turn(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        last = inner(flat, env, source)
        return flat.layer("Conv2d", [last], out_channels=flat.channels(source), kernel_size=1)

    return Part(f"{{layers: [{', '.join([*(part.text for part in parts), back])}]}}", run)


def residual(parts: Sequence[Part]) -> Part:
    """A shortcut around a body."""
    body = kept(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        return flat.layer("Add", [body.run(flat, env, source), source])

    return Part(f"{{layers: {{f: {body.text}, sum: {{Add: , from: [f, input]}}}}}}", run)


def loop(variable: str, count: Term, parts: Sequence[Part], how: str) -> Part:
    """`for` over a range; the entries are in a scope, or spliced into the list."""
    inner = _in_turn(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        for i in range(count.value(env) % 3):
            source = inner(flat, {**env, variable: i}, source)
        return source

    return Part(f'{{for: {{{variable}: "range(({count.text}) % 3)"}}, {how}: {_listed(parts)}}}', run)


def repeat(count: Term, parts: Sequence[Part], how: str) -> Part:
    """Copies in a row."""
    inner = _in_turn(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        for _ in range(count.value(env)):
            source = inner(flat, env, source)
        return source

    return Part(f'{{repeat: "{count.text}", {how}: {_listed(parts)}}}', run)


def chosen(test: Term, parts: Sequence[Part]) -> Part:
    """A scope with a condition."""
    inner = _in_turn(parts)

    def run(flat: Flat, env: Env, source: Source) -> Source:
        return inner(flat, env, source) if test.value(env) > 1 else source

    return Part(f'{{when: "{test.text} > 1", layers: {_listed(parts)}}}', run)


class Block(NamedTuple):
    """A block with an argument `c` that has a default, and a value `v` of `let`."""

    name: str
    default: int
    value: Term
    body: Sequence[Part]

    @property
    def text(self) -> str:
        head = f'args: {{c: {self.default}}}, let: {{v: "{self.value.text}"}}'
        return f"{self.name}: {{{head}, layers: {_listed(self.body)}}}"

    def call(self, argument: Term | None) -> Part:
        """A call of the block, which does not see the variables of its caller."""

        def run(flat: Flat, env: Env, source: Source) -> Source:
            inside = {**flat.config, "c": self.default if argument is None else argument.value(env)}
            return _in_turn(self.body)(flat, {**inside, "v": self.value.value(inside)}, source)

        return Part(self.name if argument is None else f'{{{self.name}: "{argument.text}"}}', run)


def bodies(known: Known, blocks: Sequence[Block], depth: int) -> st.SearchStrategy[list[Part]]:
    """Lists of entries that see some names."""
    return st.lists(_parts(known, blocks, depth), min_size=1, max_size=2)


def _parts(known: Known, blocks: Sequence[Block], depth: int) -> st.SearchStrategy[Part]:
    size, count = terms(known.sizes), terms(known.counts)
    leaves = [st.builds(conv, size, st.sampled_from([1, 3])), st.sampled_from([RELU, NORM])]
    if blocks:
        leaves.append(st.builds(Block.call, st.sampled_from(blocks), st.none() | size))
    if depth == 0:
        return st.one_of(leaves)
    value = f"s{depth}"  # another at each depth: a value of `let` sees itself
    inner, how = bodies(known, blocks, depth - 1), st.sampled_from(["layers", "splice"])

    def looped(variable: str) -> st.SearchStrategy[Part]:
        body = bodies(known.counted(variable), blocks, depth - 1)
        return st.builds(loop, st.just(variable), count, body, how)

    return st.one_of(
        *leaves,
        st.builds(scope, bodies(known.sized(value), blocks, depth - 1), st.just(value), size, st.booleans()),
        st.builds(residual, inner),
        st.sampled_from(["i", "j"]).flatmap(looped),
        st.builds(repeat, count, inner, how),
        st.builds(chosen, count, inner),
    )


class Generated(NamedTuple):
    """A spec, all but its config, and the network that it must make."""

    text: str
    parts: Sequence[Part]

    def flat(self, config: Env) -> Network:
        """The same network, made layer by layer."""
        flat = Flat(config)
        source = flat.build.input("x", (1, config["w"], SIZE, SIZE))
        return flat.build.finish([_in_turn(self.parts)(flat, config, source)])

    def extended(self, base: str, first: Part, last: Part) -> "Generated":
        """A spec that extends this one, in the file `base`: another first layer, and one more at the end."""
        return Generated(
            f'extends: {base}\nlayers: {{"0": {first.text}, end: [{last.text}]}}\n', [first, *self.parts[1:], last]
        )


def _whole(blocks: Sequence[Block], parts: Sequence[Part]) -> Generated:
    defined = f"blocks: {{{', '.join(block.text for block in blocks)}}}\n" if blocks else ""
    return Generated(f"inputs: {{x: [1, w, {SIZE}, {SIZE}]}}\n{defined}layers: {_listed(parts)}\n", parts)


@st.composite
def _blocks(draw: st.DrawFn, known: Known) -> list[Block]:
    """Blocks that may call those before them."""
    found: list[Block] = []
    for name in ("first", "second")[: draw(st.integers(0, 2))]:
        value, body = draw(terms([*known.sizes, "c"])), draw(bodies(known.sized("c", "v"), found, 1))
        found.append(Block(name, draw(st.integers(1, 3)), value, body))
    return found


STEM = conv(Term("2 * w", lambda env: 2 * env["w"]), 3)


@st.composite
def numbered(draw: st.DrawFn, depth: int = 2) -> Generated:
    """A network of whose config everything may depend on everything."""
    known = Known(("w", "n"), ("w", "n"))
    blocks = draw(_blocks(known))
    return _whole(blocks, [STEM, *draw(bodies(known, blocks, depth))])


@st.composite
def changed(draw: st.DrawFn, depth: int = 2) -> tuple[Generated, Part, Part]:
    """A network, and what an extending spec puts at its beginning and its end."""
    known = Known(("w", "n"), ("w", "n"))
    first = draw(st.builds(conv, terms(known.sizes), st.sampled_from([1, 3])))
    return draw(numbered(depth)), first, draw(_parts(known, [], depth))


@st.composite
def symbolic(draw: st.DrawFn, depth: int = 1) -> Generated:
    """A network with a body that is repeated `n` times; `w` is a width, and nothing else depends on them."""
    known = Known(("w", "k"), ("k",))
    blocks = draw(_blocks(known))
    count, body = Term("n", lambda env: env["n"]), [kept(draw(bodies(known, blocks, depth)))]
    copies = [repeat(count, body, "layers"), repeat(count, body, "splice"), _each(count, body)]
    return _whole(blocks, [STEM, draw(st.sampled_from(copies)), *draw(bodies(known, blocks, 1))])


def _each(count: Term, parts: Sequence[Part]) -> Part:
    """`for` over a symbolic range."""
    text = f'{{for: {{i: "range({count.text})"}}, layers: {_listed(parts)}}}'
    return repeat(count, parts, "layers")._replace(text=text)
