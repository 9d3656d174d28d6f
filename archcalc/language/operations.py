"""Operations with their settings evaluated."""

from collections.abc import Callable, Mapping

from archcalc.errors import Refused
from archcalc.language.evaluate import steady
from archcalc.language.limits import Limits
from archcalc.language.scope import Scope
from archcalc.language.spec import Expression, LayerEntry, expression, locate, words
from archcalc.language.tree import Map, Node, Scalar, text_of
from archcalc.language.value import Rounds, Value, symbols_in, unfit
from archcalc.op import Op, no_setting
from archcalc.setting import means_itself, types

Settings = list[tuple[str, Expression]]


class OperationCache:
    """Makes operations; equal ones are one object."""

    def __init__(self, known: Mapping[str, type[Op]], limits: Limits) -> None:
        self.known, self.limits = known, limits
        self.made: dict[tuple[object, ...], Op] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.known

    def reads_nothing(self, entry: LayerEntry) -> bool:
        """Whether an entry is an operation without inputs."""
        name = entry.static
        return name is not None and name in self.known and self.known[name].arity[1] == 0

    def of(self, name: str, entry: LayerEntry, inner: Scope) -> Op:
        """The operation of an entry."""
        cls = self.known[name]
        if cls in entry.made:
            return entry.made[cls]
        given = self.settings(cls, name, entry)
        values = {name: _settled(name, value, inner) for name, value in given}
        key = (cls, *[(name, value, types(value)) for name, value in values.items()])
        try:
            op = self.made[key] if key in self.made else cls(**values)
        except Refused as error:
            node = next((value.node for n, value in given if n == error.setting), entry.node)
            if not error.hint and (names := symbols_in(values.get(error.setting))):
                error = error.hinted(inner.given.decided_by(sorted(names)))
            raise locate(error, node) from None
        self.made[key] = op
        if all(value.is_constant for _, value in given):
            entry.made[cls] = op
        return op

    def settings(self, cls: type[Op], name: str, entry: LayerEntry) -> Settings:
        """The settings that an entry gives; a string means itself if the setting takes words."""

        def value(setting: str, node: Node) -> Expression:
            kind, is_string = cls.declared[setting].kind, isinstance(node, Scalar) and isinstance(node.value, str)
            literal = is_string and means_itself(kind, text_of(node))
            return (words if literal else expression)(node, self.limits)

        return settings_of(entry, cls, name, cls.declared, value)


def settings_of(
    entry: LayerEntry,
    taker: str | type[Op],
    name: str,
    known: Mapping[str, object],
    value: Callable[[str, Node], Expression],
) -> Settings:
    """The settings that an entry gives to an operation or block, parsed once; a value alone is the first setting."""
    if taker not in entry.compiled:
        entry.compiled[taker] = [(key, value(key, node)) for key, node in _given(entry.settings, name, known)]
    return entry.compiled[taker]


def _given(node: Node | None, owner: str, known: Mapping[str, object]) -> list[tuple[str, Node]]:
    if node is None:
        return []
    if isinstance(node, Map):
        for key, _ in node:
            if key.text not in known:
                raise locate(no_setting(owner, key.text, known), key)
        return [*node.items.items()]
    if not known:
        raise locate(Refused(f"{owner} has no settings"), node)
    return [(next(iter(known)), node)]


def _settled(name: str, value: Expression, inner: Scope) -> Value:
    """A setting's value; raises Refused if it differs between copies that are made at once."""
    found = value(inner)
    if not isinstance(found, Rounds) and not inner.given.running:
        return found
    try:
        steady(name, found, inner.given)
        if isinstance(found, Rounds):
            raise unfit(f"{name} needs a known list, not {found}", found)
    except Refused as error:
        raise locate(error, value.node) from None
    return found
