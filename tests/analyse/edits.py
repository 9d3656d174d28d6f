"""Drawn specs, and the same specs with one layer inserted, removed, renamed or changed."""

import json

from hypothesis import strategies as st

import archcalc

WIDTH = 8
# Every operation keeps the shape, so that an edit changes nothing but what was edited.
OPERATIONS = (
    {"Linear": WIDTH},
    {"Linear": {"out_features": WIDTH, "bias": False}},
    {"BatchNorm1d": {}},
    {"LayerNorm": 1},
    {"ReLU": {}},
    {"GELU": {}},
    {"Dropout": {"p": 0.25}},
)
CHANGED = {"Linear": {"Linear": {"out_features": WIDTH, "bias": False}}, "Dropout": {"Dropout": {"p": 0.5}}}

operations = st.sampled_from(OPERATIONS)
named = st.lists(operations, min_size=2, max_size=6).map(
    lambda ops: {f"layer_{'abcdef'[i]}": op for i, op in enumerate(ops)}
)
numbered = st.lists(operations, min_size=2, max_size=8)
scopes = st.one_of(named, numbered)
networks = st.one_of(scopes, st.dictionaries(st.sampled_from(["stem", "body", "head"]), scopes, min_size=1, max_size=3))


def nested(layers):
    """Scopes within a mapping are entries with `layers`."""
    if isinstance(layers, list):
        return layers
    return {name: {"layers": inner} if _is_scope(inner) else inner for name, inner in layers.items()}


def _is_scope(inner):
    return isinstance(inner, list) or (isinstance(inner, dict) and next(iter(inner)).startswith("layer_"))


def facts(folder, layers, name="net"):
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps({"archcalc": 1, "inputs": {"x": [2, WIDTH]}, "layers": nested(layers)}))
    return archcalc.load(path).summary()


def chosen(draw, layers):
    """One scope of a network, with a copy of the network in which that scope may be changed in place."""
    copy = json.loads(json.dumps(layers))
    inner = [s for s in copy.values() if _is_scope(s)] if isinstance(copy, dict) else []
    scope = draw(st.sampled_from(inner)) if inner else copy
    return copy, scope


def insert(scope, place, name, operation):
    if isinstance(scope, list):
        scope.insert(place, operation)
        return
    items = list(scope.items())
    items.insert(place, (name, operation))
    scope.clear()
    scope.update(items)


def replace(scope, place, name, operation):
    """Another name or operation in place of one."""
    if isinstance(scope, list):
        scope[place] = operation
        return
    items = list(scope.items())
    items[place] = (name or items[place][0], operation)
    scope.clear()
    scope.update(items)


def remove(scope, place):
    del scope[place if isinstance(scope, list) else list(scope)[place]]


def at(scope, place):
    return scope[place] if isinstance(scope, list) else list(scope.values())[place]
