"""Pictures: a network as nested boxes, as volumes, as receptive fields, as a plot of its costs, as a page to explore.

A picture is made in two steps. First what is to be seen, as data without any format: `view` says which scopes are open
and which boxes and arrows are left. Then how it looks: a module for each style, all with the colours of `theme`.
"""
