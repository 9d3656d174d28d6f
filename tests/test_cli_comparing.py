"""`archcalc compare`, `diff` and `check` as a user meets them: several networks, exit statuses, messages."""

import json
from pathlib import Path

import pytest

import archcalc
from archcalc.analyse.budgets import budget
from archcalc.cli.common import loaded_by
from archcalc.render.result import machine
from archcalc.render.words import count_of

from .test_cli import run  # noqa: F401 - a fixture

NET = """
archcalc: 1
config: {width: 8}
variants: {s: {width: 4}, l: {width: 16}}
inputs: {x: [1, 4]}
layers: [{Linear: width}]
"""


@pytest.fixture
def net(run):  # noqa: F811
    Path("net.yaml").write_text(NET)
    return run


def names(out):
    return [n["name"] for n in json.loads(out)["networks"]]


# -- compare -----------------------------------------------------------------------------------------------------------


def test_a_family_stands_for_its_variants(net):
    for given in ("net", "net.yaml", "./net.yaml"):
        status, out, err = net("compare", given, "vgg16", "--format", "json")
        assert (status, err) == (0, "")
        assert names(out) == ["net", "net:s", "net:l", "vgg16"]
    assert names(net("compare", "net:l", "resnet50", "--format", "json")[1]) == ["net:l", "resnet:50"]
    assert len(names(net("compare", "resnet", "--format", "json")[1])) == 10


def test_set_applies_to_all(net):
    out = net("compare", "vgg16", "resnet:50", "--set", "H=256", "--format", "json")[1]
    assert [n["inputs"] for n in json.loads(out)["networks"]] == [[[1, 3, 256, 224]]] * 2


def test_settings_are_named_in_every_format(net):
    for form in ("text", "json", "csv", "markdown", "latex", "html"):
        assert "net:l width=9" in net("compare", "net:l", "--set", "width=9", "--format", form)[1]
    out = net("compare", "resnet:50", "vgg16", "--set", "H=320", "--columns", "network", "--format", "csv")[1]
    assert out == "network\nresnet:50 H=320\nvgg16 H=320\n"
    assert net("compare", "net:l", "--set", "width=16")[1] == net("compare", "net:l")[1]
    model = archcalc.load("net", width=5)
    assert [n.name for n in archcalc.compare(model, "net:s").networks] == ["net width=5", "net:s"]
    assert [n.name for n in archcalc.compare(model.freed(["width"])).networks] == ["net width=width"]


def test_a_broken_network_does_not_lose_the_others(net):
    Path("broken.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: no}, {Linea: 4}]\n")
    status, out, err = net("compare", "vgg61", "lenet_dense", "broken.yaml", "resnet:49", "--set", "classes=5")
    lines = out.splitlines()
    assert (status, err) == (3, "")
    assert lines[2].startswith(
        "vgg61                  error: there is no file and nothing in the zoo called 'vgg61' (did you mean"
    )
    assert lines[3].split()[:4] == ["lenet_dense", "classes=5", "1998", "5"]
    assert lines[4].startswith("broken.yaml            broken.yaml:2:")
    assert lines[5].startswith("resnet:49              error: resnet has no variant '49' (known: 18, ")


def test_a_limit_that_is_reached_has_its_status(net):
    status, out, _ = net("compare", "lenet_dense", "vgg16", "--limit", "layers=20")
    assert status == 5
    assert "the limit layers is 20" in out


def test_sort_and_columns(net):
    out = net("compare", "net", "--columns", "network,parameters", "--sort", "parameters", "-r", "--format", "csv")[1]
    assert out == "network,parameters\nnet:l,80\nnet,40\nnet:s,20\n"


def test_networks_of_one_name_are_told_apart(net):
    Path("old").mkdir()
    Path("old/net.yaml").write_text(NET)
    assert names(net("compare", "net:s", "old/net.yaml:s", "vgg16", "--format", "json")[1]) == [
        "net:s",
        "old/net.yaml:s",
        "vgg16",
    ]


# -- diff --------------------------------------------------------------------------------------------------------------


def test_the_exit_status_tells(net):
    assert net("diff", "net:s", "net:s") == (0, "net:s -> net:s: no difference in 1 layer\n", "")
    assert net("diff", "net:s", "net:l")[0] == 1
    assert net("diff", "net:s", "net:s", "--quiet") == (0, "", "")
    assert net("diff", "net:s", "net:l", "-q") == (1, "", "")
    assert net("diff", "net:s", "nte", "-q")[0] == 3


def test_settings_of_one_side_or_both(net):
    assert net("diff", "net", "--set-a", "width=4", "--set-b", "width=4", "-q")[0] == 0
    assert net("diff", "net", "net:s", "--set", "width=9", "-q")[0] == 0
    document = json.loads(net("diff", "net", "--set-b", "width=9", "--format", "json")[1])
    assert (document["before"]["config"], document["after"]["config"]) == ({"width": 8}, {"width": 9})
    assert document["totals"]["parameters"] == {"before": 40, "after": 45, "difference": 5, "percent": 12.5}


def test_free_entries(net):
    out = net("diff", "lenet_dense", "--set-b", "classes=20", "--free", "N")[1]
    assert "840*N" in out


def test_a_difference_is_written_to_a_file(net):
    assert net("diff", "net:s", "net:l", "-o", "d.md", "--format", "markdown") == (1, "", "")
    assert Path("d.md").read_text().startswith("## net:s -\\> net:l\n")


# -- check -------------------------------------------------------------------------------------------------------------


def test_budgets(net):
    assert net("check", "net:l", "--max", "parameters=80", "--min", "macs=64") == (
        0,
        "net:l\n"
        "  kept  parameters  80  at most   80  exactly\n"
        "  kept  macs        64  at least  64  exactly\n"
        "2 of 2 budgets kept\n",
        "",
    )
    status, out, _ = net("check", "net", "--max", "parameters=79")
    assert (status, out.splitlines()[-2:]) == (
        1,
        ["  broken  parameters  80  at most  79  1 over (1.3%)", "2 of 3 budgets kept"],
    )


def test_a_broken_network_is_told_beside_the_others(net):
    status, out, err = net("check", "nte", "net:s", "--max", "parameters=1")
    assert (status, err) == (1, "")  # a broken budget is worse than one that is not known
    assert out.splitlines()[-1] == "0 of 1 budget kept, 1 of 2 networks could not be made"
    assert net("check", "nte", "net:s", "--max", "parameters=20")[0] == 3
    assert net("check", "vgg16", "net:s", "nte", "--max", "parameters=1e9", "--limit", "layers=20")[0] == 5


def test_quiet_shows_only_what_is_broken_or_unknown(net):
    budgets = ("--max", "parameters=40", "--min", "macs=1")
    status, out, err = net("check", "net", "nte", *budgets, "--quiet")
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        "net:l",
        "  broken  parameters  80  at most  40  40 over (100.0%)",
        "nte",
        "  error: there is no file and nothing in the zoo called 'nte' (`archcalc zoo` lists the zoo)",
    ]
    assert net("check", "net:s", *budgets, "-q") == (0, "", "")
    assert len(json.loads(net("check", "net", *budgets, "-q", "--format", "json")[1])["networks"]) == 3


def test_the_defaults_alone(net):
    assert net("check", "net:default", "--max", "parameters=40")[1].splitlines()[0] == "net"
    assert names(net("compare", "net:default", "net:s", "--format", "json")[1]) == ["net", "net:s"]
    for given in (["net:default"], ["net", "--variant", "default"]):
        assert net("summary", *given) == net("summary", "net")
    Path("own.yaml").write_text(NET.replace("{s: {", "{default: {"))
    assert names(net("compare", "own:default", "--format", "json")[1]) == ["own:default"]
    assert net("compare", "own:default", "--columns", "parameters", "--format", "csv")[1] == "parameters\n20\n"


def test_a_margin_is_a_number(net):
    out = net("check", "net", "nte", "--max", "parameters=40.5", "--min", "receptive_field=1", "--format", "csv")[1]
    assert out.splitlines()[0] == "network,verdict,quantity,value,bound,limit,margin,reason"
    assert out.splitlines()[1:3] == [
        "net,kept,parameters,40,at most,40.5,0.5,",
        "net,broken,receptive_field,,at least,1,,there is none: no place of an input is read",
    ]
    found = archcalc.check("net", budgets=[budget("parameters", "max", "40.5")])
    assert [row[-2] for row in machine(found.table())[1]] == [0.5, 20.5, -39.5]


def test_check_of_a_layer(net):
    status, out, _ = net("check", "vgg16", "--min", "receptive_field=212", "--layer", "features", "--format", "json")
    assert status == 0
    assert json.loads(out)["networks"][0]["budgets"][0]["value"] == 212
    status, out, _ = net("check", "vgg16", "--min", "receptive_field=212", "--layer", "featured")
    assert status == 3
    assert "error: vgg16 has no layer or scope 'featured' (did you mean 'features'" in out


WRONG = {
    "compare nothing": (("compare",), 2, "Missing argument 'SPEC...'"),
    "no such column": (
        ("compare", "vgg16", "--columns", "macss"),
        3,
        "there is no column 'macss' (did you mean 'macs'?)",
    ),
    "no column to sort by": (("compare", "vgg16", "--sort", "siz"), 3, "error: there is no column 'siz'"),
    "reverse without sort": (("compare", "vgg16", "-r"), 2, "Error: --reverse needs --sort COLUMN\n"),
    "diff of one": (
        ("diff", "vgg16"),
        2,
        "Error: Missing argument 'B', or --set-a or --set-b for two settings of A.\n",
    ),
    "diff without a value": (("diff", "vgg16", "--set-b", "H"), 2, "'H' is not of the form NAME=VALUE, such as H=320"),
    "no such setting": (("diff", "vgg16", "--set-b", "Q=3"), 3, "error: vgg16 has no config entry 'Q'"),
    "no budget": (("check", "vgg16"), 2, "Error: no budget is given, such as --max parameters=5e6\n"),
    "a budget without a number": (
        ("check", "vgg16", "--max", "macs"),
        2,
        "'macs' is not of the form NAME=VALUE, such as parameters=5e6",
    ),
    "no such quantity": (
        ("check", "vgg16", "--max", "params=1"),
        3,
        "error: there is no quantity 'params' (did you mean 'parameters'?)\n",
    ),
    "no amount": (
        ("check", "vgg16", "--max", "macs=1e"),
        3,
        "error: '1e' is not a valid amount (write 25000000, 25_000_000, 5e6, 4.1G, or 100MB and 96MiB of memory)\n",
    ),
    "bytes of parameters": (
        ("check", "vgg16", "--max", "parameters=1MB"),
        3,
        "error: '1MB' is in bytes, which only memory is counted in\n",
    ),
    "a budget of a shape": (
        ("check", "vgg16", "--max", "shape=3"),
        3,
        "error: shape is not a number, so it has no budget\n",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input(net, name):
    arguments, expected, message = WRONG[name]
    status, out, err = net(*arguments)
    assert (status, out) == (expected, "")
    assert message in err


def test_the_options_of_loading_are_told_from_the_others_without_changing_them():
    options = {"settings": (("H", "7"),), "limits": (), "modules": (), "gates": "count"}
    loading, others = loaded_by(options)
    assert (loading.config, others) == ({"H": 7}, {"gates": "count"})
    assert sorted(options) == ["gates", "limits", "modules", "settings"]


def test_one_is_singular_and_more_are_plural(net):
    Path("one.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: {out_features: 1, bias: false}}]\n")
    Path("wrong.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [Foo]\n")
    assert net("diff", "one.yaml", "one.yaml")[1] == "one -> one: no difference in 1 layer\n"
    assert net("check", "one.yaml", "--max", "macs=9")[1].splitlines()[-1] == "1 of 1 budget kept"
    budgets = ("--max", "macs=9", "--min", "macs=1")
    assert net("check", "one.yaml", *budgets)[1].splitlines()[-1] == "2 of 2 budgets kept"
    last = net("check", "wrong.yaml", "--max", "macs=9")[1].splitlines()[-1]
    assert last.endswith("1 of 1 network could not be made")
    assert [count_of(n, "axis", "axes") for n in (0, 1, 2, 1000)] == ["0 axes", "1 axis", "2 axes", "1,000 axes"]
