"""What an operation is: the one answer that counting conventions, colours, `verify` and pictures follow."""

from enum import StrEnum


class Role(StrEnum):
    """What an operation is, declared once by its class and inherited by its subclasses.

    The value names the family: the module or package in `archcalc.ops`, and the heading in the reference.
    """

    CONVOLUTION = "conv"
    LINEAR = "linear"
    POOLING = "pool"
    NORMALISATION = "norm"
    ACTIVATION = "activation"
    DROPOUT = "dropout"
    """Does nothing in eval mode."""
    LAYOUT = "layout"
    """Moves or reshapes elements."""
    REARRANGE = "rearrange"
    """Moves or reshapes elements, by a pattern of named axes."""
    JOIN = "join"
    """Joins arrays, or takes them apart."""
    RESAMPLING = "resample"
    ARITHMETIC = "arithmetic"
    PRODUCT = "product"
    """A product of arrays of which none is trained."""
    LEARNED = "learned"
    """Holds an array, or looks one up."""
    RECURRENT = "recurrent"
    ATTENTION = "attention"
    OTHER = "other"
    """Not declared: an operation of the user's own may leave it out."""
