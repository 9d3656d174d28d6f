"""Images sampled at given points. Shapes: [N, C, H, W] or [N, C, D, H, W]."""

from typing import Annotated

from archcalc.dim import Dim, Shape, equal, prod, show
from archcalc.op import UNKNOWN, Cost, Field, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.base import Spatial, Weightless
from archcalc.role import Role
from archcalc.setting import Choice, Flag, Index, Number, PerAxis


def interpolation(axes: int) -> tuple[Cost, Cost]:
    """The work of linear interpolation along some axes: for the weights of a point, and for a value.

    A weight is a product of a fraction or 1 minus it for each axis, and a value a weighted sum of the corners.
    """
    corners = 2**axes
    return Cost(add=2 * axes, mul=corners * (axes - 1)), Cost(mul=corners, add=corners - 1)


class GridSample(Weightless):
    """Sample an image at the points that the second input lists, -1 and 1 being its ends.

    Shapes of the points: [N, H, W, 2] as (x, y), or [N, D, H, W, 3]. Source: Jaderberg et al. 2015 (arXiv:1506.02025).
    """

    role = Role.RESAMPLING
    counted_as = "sampling"
    channel_axis = 1
    arity = (2, 2)
    mode: Annotated[str, Choice("bilinear", "nearest", "bicubic")] = "bilinear"
    padding_mode: Annotated[str, Choice("zeros", "border", "reflection")] = "zeros"
    align_corners: Flag = False
    examples = (
        example((2, 3, 5, 6), (2, 4, 3, 2)),
        example((1, 2, 5, 4), (1, 3, 3, 2), padding_mode="border", align_corners=True),
        example((1, 2, 3, 5, 4), (1, 2, 3, 3, 3)),
        example((1, 2, 5, 4), (1, 3, 3, 2), mode="nearest"),
        example((1, 2, 5, 4), (1, 3, 3, 2), mode="bicubic", padding_mode="reflection"),
    )
    refused = (
        refusal("the input must have 4 or 5 axes (N, C, ...), not 3", (2, 3, 5), (2, 4, 1)),
        refusal("the points must be [2, ..., 2] with 4 axes, not [2, 4, 3, 3]", (2, 3, 5, 6), (2, 4, 3, 3)),
        refusal("the points must be [2, ..., 2] with 4 axes, not [1, 4, 3, 2]", (2, 3, 5, 6), (1, 4, 3, 2)),
        examples[2].but("mode 'bicubic' takes images of 4 axes, not 5", mode="bicubic"),
    )

    def requires(self, x: Shape, grid: Shape) -> Requirements:
        rank = len(x)
        yield rank in (4, 5), f"the input must have 4 or 5 axes (N, C, ...), not {rank}: {show(x)}"
        message = f"the points must be [{x[0]}, ..., {rank - 2}] with {rank} axes, not {show(grid)}"
        yield len(grid) == rank, message
        yield equal(grid[0], x[0]), message
        yield equal(grid[-1], rank - 2), message
        yield rank == 4 or self.mode != "bicubic", f"mode 'bicubic' takes images of 4 axes, not {rank}"

    def out(self, x: Shape, grid: Shape) -> Shape:
        """There is a position for each point."""
        return (*x[:2], *grid[1:-1])

    def cost(self, x: Shape, grid: Shape) -> Cost | None:
        """A point is scaled and compared with the ends; a value is interpolated. Bicubic and reflection are unknown."""
        if self.mode == "bicubic" or self.padding_mode == "reflection":
            return None
        axes, linear = len(x) - 2, self.mode == "bilinear"
        # (g + 1) * (size / 2) - 1/2, or (g + 1) * ((size - 1) / 2); a border clips it, else each corner is tested.
        tests = 4 if linear and self.padding_mode == "zeros" else 2
        point = Cost(add=1 if self.align_corners else 2, mul=1, compare=tests).times(axes)
        weights, value = interpolation(axes) if linear else (Cost(), Cost())
        points = prod(grid[:-1])
        return Cost.sum([point.times(points), weights.times(points), value.times(points * x[1])])

    def field(self, x: Shape, grid: Shape) -> Field:
        """A position reads its own point, and that may lie anywhere in the image."""
        positions = (Window(axis + 1) for axis in range(1, len(grid) - 1))
        points: tuple[Reach, ...] = (Window(0), *positions, Window(1, 0, 0, len(x) - 3))
        image: tuple[Reach, ...] = (Window(0), Window(1), *[UNKNOWN] * (len(x) - 2))
        return image, points

    def torch(self, torch: Torch, x: Shape, grid: Shape) -> Torch:
        return lambda x, grid: torch.nn.functional.grid_sample(x, grid, **self.settings())


class RoIAlign(Weightless, Spatial):
    """Average samples of each region's cells: [N, C, H, W] and regions [K, 5] become [K, C, output_size].

    A region is (image, x1, y1, x2, y2), times spatial_scale. A cell has sampling_ratio x sampling_ratio samples; if
    that is 0 or less, their number follows from the region. Source: He et al. 2017 (arXiv:1703.06870); the name is
    torchvision's.
    """

    role = Role.RESAMPLING
    counted_as = "region sampling"
    axes = 2
    arity = (2, 2)
    output_size: PerAxis
    spatial_scale: Number
    sampling_ratio: Index
    aligned: Flag = False
    letters = ("NCHW", "KR")
    examples = (
        example((2, 3, 8, 8), (4, 5), output_size=2, spatial_scale=0.5, sampling_ratio=2),
        example((1, 2, 7, 9), (3, 5), output_size=[3, 2], spatial_scale=1, sampling_ratio=1, aligned=True),
        example((1, 2, 7, 9), (3, 5), output_size=3, spatial_scale=2, sampling_ratio=0),
    )
    refused = (
        examples[0].but("the regions must be [K, 5], not [4, 4]", (2, 3, 8, 8), (4, 4)),
        refusal("RoIAlign needs spatial_scale and sampling_ratio", (2, 3, 8, 8), (4, 5), output_size=2),
    )

    def requires(self, x: Shape, boxes: Shape) -> Requirements:
        yield from super().requires(x)
        message = f"the regions must be [K, 5], not {show(boxes)}"
        yield len(boxes) == 2, message
        yield equal(boxes[1], 5), message

    def out(self, x: Shape, boxes: Shape) -> Shape:
        """Each region has output_size cells."""
        return (boxes[0], x[1], *self.output_size)

    def cost(self, x: Shape, boxes: Shape) -> Cost | None:
        """A sample is placed, tested and interpolated; a cell is their mean. Without a sampling_ratio it is unknown."""
        if self.sampling_ratio <= 0:
            return None
        each, cells = self.sampling_ratio**2, prod(self.output_size)
        # A region is scaled and perhaps shifted by 1/2; its sizes, at least 1 if not aligned, are divided twice.
        region = Cost(mul=4, add=6 if self.aligned else 2, compare=0 if self.aligned else 2, div=4)
        weights, value = interpolation(2)
        sample = Cost.sum([Cost(mul=2, add=2, compare=4), weights])
        cell = Cost.sum([value.times(each), Cost(add=each - 1, div=1)])
        parts = (region, sample.times(each * cells), cell.times(cells * x[1]))
        return Cost.sum([part.times(boxes[0]) for part in parts])

    def field(self, x: Shape, boxes: Shape) -> Field:
        """A position reads its own region, and that may lie anywhere in any image."""
        return (UNKNOWN, Window(1), UNKNOWN, UNKNOWN), (Window(0), Window(1, 0, 0, 4))

    def torch(self, torch: Torch, x: Shape, boxes: Shape) -> Torch:
        def run(x: Torch, boxes: Torch) -> Torch:
            images = boxes[:, 0].long().clamp(0, x.shape[0] - 1)
            corners = boxes[:, 1:] * self.spatial_scale - (0.5 if self.aligned else 0)
            (xs, x_kept), (ys, y_kept) = (
                self._samples(torch, corners[:, i], corners[:, i + 2], cells, x.shape[3 - i])
                for i, cells in enumerate(reversed(self.output_size))
            )
            grid = torch.stack(torch.broadcast_tensors(xs[:, None, :], ys[:, :, None]), dim=-1)
            found = torch.nn.functional.grid_sample(x[images], grid, padding_mode="border", align_corners=False)
            found = found * (y_kept[:, None, :, None] * x_kept[:, None, None, :])
            cells = found.unflatten(3, (self.output_size[1], -1)).unflatten(2, (self.output_size[0], -1))
            return cells.sum((3, 5))

        return run

    def _samples(self, torch: Torch, start: Torch, end: Torch, cells: Dim, size: Dim) -> tuple[Torch, Torch]:
        """The samples of each region along an axis, in the scale of `grid_sample`, and their weights in the cells."""
        length = (end - start) if self.aligned else (end - start).clamp(min=1)
        cell = (length / cells)[:, None, None]
        fixed = self.sampling_ratio > 0
        count = torch.full_like(cell, self.sampling_ratio) if fixed else cell.ceil()
        sample = torch.arange(self.sampling_ratio if fixed else size)
        at = start[:, None, None] + cell * torch.arange(cells)[:, None] + (sample + 0.5) * cell / count
        weight = (sample < count) & (at >= -1) & (at <= size)
        scaled = (2 * at.clamp(0, size - 1) + 1) / size - 1
        return scaled.flatten(1), (weight / count.clamp(min=1)).flatten(1)
