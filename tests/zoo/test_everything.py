"""Every network of the zoo: all its facts, and PyTorch's agreement."""

import json

import pytest

from archcalc.cli import main
from archcalc.language.zoo import networks
from archcalc.torchcheck.verbs import crosscheck

NETWORKS = networks()


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    out, err = capsys.readouterr()
    return left.value.code, out, err


@pytest.mark.slow
def test_check_derives_all_facts_of_every_network(capsys):
    status, out, err = run(capsys, "zoo", "--check", "--format", "json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert [f["name"] for f in found] == NETWORKS
    assert all(f["unknown"] == [] for f in found)
    status, out, _ = run(capsys, "zoo", "--check")
    assert out.splitlines()[-1] == f"{len(NETWORKS)} networks, {sum(f['layers'] for f in found):,} layers, 0 errors"


def test_all_takes_no_spec(capsys):
    for arguments in (("vgg16",), ("--set", "H=3")):
        status, _, err = run(capsys, "crosscheck", "--all", *arguments)
        assert status == 2
        assert "--all takes no SPEC and no settings" in err


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_pytorch_agrees_with_every_network(name):
    assert crosscheck(name, "meta").differences == []
