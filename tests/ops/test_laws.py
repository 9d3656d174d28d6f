"""Every operation keeps the laws: its examples, and settings and shapes drawn around them."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings

from archcalc.op import Op
from archcalc.ops import FAMILIES, OPS
from tests.ops import laws
from tests.ops.laws import DEVICES, Case, about, examples
from tests.ops.strategies import calls
from tests.sweeps import one_dimension

every_operation = pytest.mark.parametrize("name", OPS)


def test_every_operation_declares_the_role_of_its_family():
    assert {family: [name for name in OPS if OPS[name].role == family] for family in FAMILIES} == FAMILIES


FAIR_SHARE = 0.25
"""The least part of the drawn cases that an operation takes; drawing nothing but refusals would prove little."""
SMALL_SHARE = {"Fold": (0.1, "each of its settings but two decides how many columns there must be")}
"""Operations of which fewer drawn cases are taken: the least part, and why."""


def for_each_example(name: str, law: Callable[[Case], Any]) -> list[Any]:
    results = []
    for case in examples(OPS[name]):
        with about(case):
            results.append(law(case))
    return results


@every_operation
def test_is_declared(name: str) -> None:
    laws.check_declared(OPS[name])


@every_operation
def test_refuses(name: str) -> None:
    for wrong in laws.refused(OPS[name]):
        with about(Case.of(OPS[name], wrong)):
            laws.check_refused(OPS[name], wrong)


@every_operation
def test_symbols_first_numbers_after_is_numbers(name: str) -> None:
    for_each_example(name, laws.check_symbols)


@every_operation
def test_what_is_assumed_near_the_defaults_holds_there(name: str) -> None:
    for_each_example(name, laws.check_defaults)


@every_operation
def test_many_at_once_is_one_by_one(name: str) -> None:
    for_each_example(name, laws.check_arrays)


@every_operation
@pytest.mark.parametrize("device", DEVICES)
def test_torch_agrees(name: str, device: str) -> None:
    for law in (laws.check_shapes, laws.check_names, laws.check_macs):
        for_each_example(name, lambda case, law=law: law(case, device))


@every_operation
def test_a_class_derived_by_a_user_has_the_same_module(name: str) -> None:
    derived = type(f"My{name}", (OPS[name],), {})
    for case in examples(OPS[name]):
        mine = derived(**case.settings).torch(torch, *case.inputs)
        assert repr(type(mine)) == repr(type(case.op().torch(torch, *case.inputs)))


@every_operation
def test_field_is_the_support_of_the_gradient(name: str) -> None:
    everything_read = for_each_example(name, laws.check_field)
    assert any(everything_read) or OPS[name].integers, "no example's gradient shows what is read"


@every_operation
def test_batch_changes_no_weight_and_scales_the_cost(name: str) -> None:
    for_each_example(name, laws.check_batch)


def keeps_all_laws(case: Case) -> bool:
    """All laws on one drawn case; whether the operation takes it."""
    if not laws.check_refusals(case):
        return False
    for device in DEVICES:
        laws.check_shapes(case, device)
        laws.check_names(case, device)
        laws.check_macs(case, device)
    laws.check_symbols(case)
    laws.check_defaults(case)
    laws.check_arrays(case)
    laws.check_field(case)
    laws.check_batch(case)
    return True


def draw_and_check(cls: type[Op], how_many: int) -> None:
    verdicts: list[bool] = []

    @settings(max_examples=how_many, suppress_health_check=list(HealthCheck))
    @given(calls(cls))
    def run(case: Case) -> None:
        with about(case):
            verdicts.append(keeps_all_laws(case))

    run()
    share, _ = SMALL_SHARE.get(cls.__name__, (FAIR_SHARE, ""))
    assert sum(verdicts) >= share * len(verdicts), f"only {sum(verdicts)} of {len(verdicts)} drawn cases are taken"


@pytest.mark.parametrize("name", one_dimension(OPS))
def test_drawn_cases_keep_the_laws(name: str) -> None:
    draw_and_check(OPS[name], 4)


@pytest.mark.slow
@every_operation
def test_many_drawn_cases_keep_the_laws(name: str) -> None:
    draw_and_check(OPS[name], 100)
