"""Operations with their settings evaluated."""

from collections.abc import Mapping

from archcalc.errors import Refused
from archcalc.language.evaluate import setting_value, settings_of, steady, types
from archcalc.language.limits import Limits
from archcalc.language.scope import Scope
from archcalc.language.spec import Expression, LayerEntry, locate
from archcalc.language.value import Rounds, Value, symbols_in, unfit
from archcalc.op import Op

_Key = tuple[object, ...]


class OperationCache:
    """Makes operations; equal ones are one object."""

    def __init__(self, known: Mapping[str, type[Op]], limits: Limits) -> None:
        self.known, self.limits = known, limits
        self.made: dict[_Key, Op] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.known

    def reads_nothing(self, entry: LayerEntry) -> bool:
        """Whether an entry is an operation without inputs."""
        name = entry.static
        return name is not None and name in self.known and self.known[name].arity[1] == 0

    def of(self, name: str, entry: LayerEntry, inner: Scope) -> Op:
        """The operation of an entry."""
        cls = self.known[name]
        made = entry.made.get(cls)
        if made is not None:
            return made
        given = self.settings(cls, name, entry)
        values = {name: _settled(name, value, inner) for name, value in given}
        try:
            op = self.one(cls, values)
            if all(value.is_constant for _, value in given):
                entry.made[cls] = op
            return op
        except Refused as error:
            node = next((value.node for n, value in given if n == error.setting), entry.node)
            if not error.hint and (names := symbols_in(values.get(error.setting))):
                error = error.hinted(inner.given.decided_by(sorted(names)))
            raise locate(error, node) from None

    def settings(self, cls: type[Op], name: str, entry: LayerEntry) -> list[tuple[str, Expression]]:
        """The settings that an entry gives."""
        given = entry.compiled.get(cls)
        if given is None:
            known = cls.kinds()
            given = entry.compiled[cls] = settings_of(
                name, known, entry.settings, lambda name, node: setting_value(known[name], node, self.limits)
            )
        return given

    def one(self, cls: type[Op], values: Mapping[str, Value]) -> Op:
        """The operation with some settings."""
        key = (cls, *[(name, value, types(value)) for name, value in values.items()])
        op = self.made.get(key)
        if op is None:
            op = self.made[key] = cls(**values)
        return op


def _settled(name: str, value: Expression, inner: Scope) -> Value:
    """A setting's value; raises Refused where it is not the same in all copies that are made at once."""
    found = value(inner)
    if not isinstance(found, Rounds) and not inner.given.running:
        return found
    try:
        steady(name, found, inner.given)
        if isinstance(found, Rounds):
            raise unfit(f"{name} needs a list that is known, not {found}", found)
    except Refused as error:
        raise locate(error, value.node) from None
    return found
