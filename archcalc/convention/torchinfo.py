"""torchinfo: parameters times a part of the output's shape, for modules only."""

from archcalc.convention.rules import CELLS, CONVOLUTIONS, NORMS, CountingRule, over, tool
from archcalc.dim import prod

# torchinfo ignores the meaning of the first axis and the number of uses of the weights in a sample.
PER_SAMPLE = CountingRule("N p", lambda layer: layer.batch * layer.parameters)
PER_POSITION = CountingRule("p for each position of the output", lambda layer: layer.positions * layer.parameters)
PER_STEP = CountingRule("p for each step", lambda layer: prod(layer.call.outputs[0][:2]) * layer.parameters)

TORCHINFO = tool(
    "torchinfo",
    "mult-adds",
    "as torchinfo 1.8 counts modules: parameters, biases too, times the positions of a convolution, else the batch",
    {
        **over(CONVOLUTIONS, PER_POSITION),
        **over(("linear", *NORMS, "prelu", "subsampling", "embedding", "embedding bag", "bilinear"), PER_SAMPLE),
        **over(("rnn", "gru", "lstm", *CELLS), PER_STEP),
    },
    functions={},
    attention={},
    as_is="a dense layer over several tokens is counted as over one, a look-up as a product with its whole table, "
    "a transposed convolution over its output; norms are counted by their parameters; no function is seen, "
    "nor the inside of nn.MultiheadAttention",
)
