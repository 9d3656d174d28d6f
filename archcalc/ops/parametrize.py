"""Weights that are computed from other arrays: PyTorch's parametrizations.

A network with a normalised convolution::

    conv = parametrized(Conv2d, WeightNorm)(out_channels=64, kernel_size=3)
"""

from functools import cache
from typing import ClassVar

from archcalc.dim import Shape, prod
from archcalc.errors import Refused
from archcalc.op import Cost, Inputs, Op, Requirements, Torch
from archcalc.ops.axes import with_size

WEIGHT = "weight"
"""The weight that is computed, as by default in PyTorch."""
PLACE = f"parametrizations.{WEIGHT}"
"""The name of the module that computes it."""


class Parametrization(Op):
    """An operation whose weight is computed from other arrays in every pass; in all else it is the plain one."""

    # PyTorch gives the module another class, which counting tools do not know.
    counted_as = ""
    plain: ClassVar[type[Op]]
    function: ClassVar[str]
    """The function of torch.nn.utils.parametrizations."""

    def _plain(self) -> Op:
        return self.plain(**self.settings())

    def _weight(self, *x: Shape) -> Shape:
        """The shape of the computed weight."""
        return self._plain().weights(*x)[WEIGHT]

    def _dim(self) -> int:
        """The axis of the weight along which its rows stand."""
        return 0

    def _rows(self, weight: Shape) -> int:
        return weight[self._dim()]

    def requires(self, *x: Inputs, **_: Inputs) -> Requirements:
        yield from self._plain().requires(*x)
        yield WEIGHT in self._plain().weights(*x), f"{self.plain.__name__} has no weight for {self.function}"

    def weights(self, *x: Inputs, **_: Inputs) -> dict[str, Shape]:
        """The weight is replaced by the trained arrays that it is computed from."""
        plain = self._plain().weights(*x)
        made = self._originals(plain.pop(WEIGHT))
        return plain | {f"{PLACE}.{name}": shape for name, shape in made.items()}

    def buffers(self, *x: Inputs, **_: Inputs) -> dict[str, Shape]:
        made = self._vectors(self._weight(*x))
        return self._plain().buffers(*x) | {f"{PLACE}.0.{name}": shape for name, shape in made.items()}

    def cost(self, *x: Inputs, **_: Inputs) -> Cost | None:
        """As of the plain operation, and the work of computing the weight, once for all of the batch."""
        found = self._plain().cost(*x)
        return None if found is None else Cost.sum([found, self._work(self._weight(*x))])

    def _originals(self, weight: Shape) -> dict[str, Shape]:
        """The trained arrays."""
        raise NotImplementedError

    def _vectors(self, weight: Shape) -> dict[str, Shape]:
        """The arrays that are kept but not trained."""
        return {}

    def _work(self, weight: Shape) -> Cost:
        """The work of computing the weight."""
        raise NotImplementedError

    def torch(self, torch: Torch, *x: Inputs) -> Torch:
        module = self._plain().torch(torch, *x)
        if not isinstance(module, torch.nn.Module):
            raise Refused(f"{self.plain.__name__} is no module of PyTorch, so {self.function} does not apply")
        return getattr(torch.nn.utils.parametrizations, self.function)(module)


class WeightNorm(Parametrization):
    """Give each row of the weight a trained length and a trained direction.

    Source: Salimans & Kingma 2016 (arXiv:1602.07868).
    """

    function = "weight_norm"

    def _originals(self, weight: Shape) -> dict[str, Shape]:
        ones = (1,) * len(weight)
        return {"original0": with_size(ones, self._dim(), self._rows(weight)), "original1": weight}

    def _work(self, weight: Shape) -> Cost:
        # v * (g / |v|), the length of each row as sqrt(sum(v * v))
        size, rows = prod(weight), self._rows(weight)
        return Cost(mul=2 * size, add=size - rows, sqrt=rows, div=rows)


class SpectralNorm(Parametrization):
    """Divide the weight by its largest singular value, that of two kept vectors in eval mode.

    Source: Miyato et al. 2018 (arXiv:1802.05957).
    """

    function = "spectral_norm"

    def _dim(self) -> int:
        return 1 if self.plain.counted_as == "transposed convolution" else 0

    def _originals(self, weight: Shape) -> dict[str, Shape]:
        return {"original": weight}

    def _vectors(self, weight: Shape) -> dict[str, Shape]:
        if len(weight) == 1:
            return {}
        return {"_u": (self._rows(weight),), "_v": (prod(with_size(weight, self._dim(), 1)),)}

    def _work(self, weight: Shape) -> Cost:
        # W / (u . (W v)); a single row is divided by its length, or by eps if that is greater.
        size = prod(weight)
        if len(weight) == 1:
            return Cost(mul=size, add=size - 1, sqrt=1, compare=1, div=size)
        return Cost(macs=size + self._rows(weight), div=size)


PARAMETRIZATIONS: dict[str, type[Parametrization]] = {one.function: one for one in (WeightNorm, SpectralNorm)}
"""Every parametrization by PyTorch's name."""


@cache
def parametrized(cls: type[Op], how: type[Parametrization]) -> type[Op]:
    """The class of an operation whose weight is computed; it has the same name, settings and role."""
    return type(cls.__name__, (how, cls), {"__doc__": cls.__doc__, "plain": cls})
