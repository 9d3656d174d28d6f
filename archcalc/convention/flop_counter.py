"""PyTorch's FlopCounterMode: two for each multiply-accumulate of the operators that it knows."""

from archcalc.convention.dispatched import attention, lstm, product
from archcalc.convention.rules import PRODUCTS, TWICE_MACS, CountingRule, over, tool

COUNTED = {
    **over(PRODUCTS, TWICE_MACS),
    "matrix product": CountingRule("2M", lambda layer: 2 * product(layer)),
}

TORCH = tool(
    "torch",
    "FLOPs",
    "as torch.utils.flop_counter counts on a GPU: two for each multiply-accumulate, but of recurrent layers",
    COUNTED,
    as_is="recurrent layers count nothing",
)
TORCH_CPU = tool(
    "torch-cpu",
    "FLOPs",
    "as torch.utils.flop_counter counts on a CPU in eval mode: two for each multiply-accumulate of what is not fused",
    {
        **COUNTED,
        "attention": CountingRule("0 where fused, else 2M", lambda layer: 2 * attention(layer)),
        **over(("rnn", "gru"), TWICE_MACS),
        "lstm": CountingRule("2M projected, else 0", lambda layer: 2 * lstm(layer)),
    },
    attention={},
    as_is="an LSTM, the core of attention and all of nn.MultiheadAttention count nothing",
)
