"""Pictures: a network as nested boxes, as volumes, as receptive fields, as a plot of its costs, as a page to explore.

A picture is made in two steps. The first decides what is shown, as data without a format: `view` says which scopes are
open and which boxes and arrows remain. The second decides how it looks: one module per style, colours from `theme`.
"""
