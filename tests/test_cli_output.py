"""Where the output of a command goes: files, links, devices, pipes; and how a command is interrupted."""

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest

from archcalc.cli import main

from .test_cli import run  # noqa: F401 - a fixture

ARCHCALC = (sys.executable, "-m", "archcalc")
SUMMARY = (*ARCHCALC, "summary", "lenet_dense")


def shell(command, **more):
    """Run a command of archcalc in a shell; gives its exit status, output and errors."""
    text = f"set -o pipefail; {sys.executable} -m archcalc {command}"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False, timeout=60, **more)
    return done.returncode, done.stdout, done.stderr


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_link_stays_a_link(run):  # noqa: F811
    Path("folder").mkdir()
    for name, target in (("there", "folder/old.txt"), ("dangling", "folder/new.txt")):
        Path(name).symlink_to(target)
    Path("folder/old.txt").write_text("before")
    for name in ("there", "dangling"):
        assert run("summary", "lenet_dense", "-o", name) == (0, "", "")
        assert Path(name).is_symlink()
        assert "61,706" in Path(name).read_text()
    assert sorted(os.listdir("folder")) == ["new.txt", "old.txt"]


def test_a_pipe_is_written_into(run):  # noqa: F811
    os.mkfifo("pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append(Path("pipe").read_text()), daemon=True)
    reader.start()
    assert run("summary", "lenet_dense", "-o", "pipe") == (0, "", "")
    reader.join(10)
    assert stat.S_ISFIFO(os.stat("pipe").st_mode)
    assert "61,706" in read[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_written_into(run):  # noqa: F811
    try:
        os.mknod("null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        os.mknod("full", 0o666 | stat.S_IFCHR, os.makedev(1, 7))
        Path("null").write_text("")
    except PermissionError:
        pytest.skip("devices are forbidden here")
    assert run("summary", "lenet_dense", "-o", "null") == (0, "", "")
    assert run("summary", "lenet_dense", "-o", "full") == (
        2,
        "",
        "Error: cannot write 'full': No space left on device\n",
    )
    assert all(stat.S_ISCHR(os.stat(name).st_mode) for name in ("null", "full"))


def test_a_folder_is_refused(run):  # noqa: F811
    Path("lenet_dense.html").mkdir()
    status, out, err = run("summary", "lenet_dense", "-o", "lenet_dense.html")
    assert (status, out) == (2, "")
    assert "'lenet_dense.html' is a directory" in err
    assert run("page", "lenet_dense") == (2, "", "Error: cannot write 'lenet_dense.html': Is a directory\n")


def test_an_existing_file_keeps_its_mode(run):  # noqa: F811
    Path("table.txt").write_text("before")
    os.chmod("table.txt", 0o640)
    assert run("summary", "lenet_dense", "-o", "table.txt") == (0, "", "")
    assert stat.S_IMODE(os.stat("table.txt").st_mode) == 0o640
    assert "61,706" in Path("table.txt").read_text()


def test_a_file_that_does_not_fit_leaves_the_old_one(tmp_path):
    (tmp_path / "table.txt").write_text("before")
    small = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # noqa: E731
    command = [*SUMMARY, "-o", "table.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=small)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: cannot write 'table.txt': File too large\n"
    assert os.listdir(tmp_path) == ["table.txt"]
    assert (tmp_path / "table.txt").read_text() == "before"


def test_a_protected_file_is_kept(run, monkeypatch):  # noqa: F811
    Path("table.txt").write_text("before")
    os.chmod("table.txt", 0o444)
    if os.geteuid() == 0:  # whom no mode stops
        os.seteuid(65534)
    try:
        status, _, err = run("summary", "lenet_dense", "-o", "table.txt")
    finally:
        os.seteuid(os.getuid())
    assert (status, err) == (2, "Error: cannot write 'table.txt': Permission denied\n")
    assert Path("table.txt").read_text() == "before"


# -- standard output ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["summary lenet_dense", "--help", "compare lenet_dense --format csv"])
def test_output_that_cannot_be_printed_is_one_line_of_error(command):
    assert shell(f"{command} >&-") == (2, "", "Error: cannot write to standard output: Bad file descriptor\n")
    assert shell(f"{command} >/dev/full") == (
        2,
        "",
        "Error: cannot write to standard output: No space left on device\n",
    )


def test_a_command_that_prints_nothing_needs_no_output():
    assert shell("diff vgg16 vgg:11 --quiet >&-") == (1, "", "")
    assert shell("summary vgg61 >&- 2>&-") == (3, "", "")


def test_a_reader_that_goes_away_changes_no_status():
    assert shell("summary efficientnet:b7 --format csv | head -c 6") == (0, "layer,", "")
    assert shell("check resnet efficientnet convnext --max macs=1 | (sleep 3; true)") == (1, "", "")


def test_an_error_of_the_system_is_not_one_of_the_output(run, monkeypatch):  # noqa: F811
    import archcalc.analyse.verbs

    def failing(error):
        def summarize(*_, **__):
            raise error

        monkeypatch.setattr(archcalc.analyse.verbs, "summarize", summarize)
        return run("summary", "vgg16")

    for error in (BrokenPipeError(errno.EPIPE, "Broken pipe"), OSError(errno.EIO, "Input/output error")):
        status, out, err = failing(error)
        assert (status, out) == (70, "")
        assert err.startswith("internal error: ")
        assert f"{type(error).__name__}: {error}" in err
        with pytest.raises((type(error), RuntimeError)):
            main(["--debug", "summary", "vgg16"])
    for error, message in (
        (MemoryError(), "error: there is not enough memory\n"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "error: there is not enough memory\n"),
        (
            BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"),
            "error: no process can be started: Resource temporarily unavailable\n",
        ),
    ):
        assert failing(error) == (5, "", message)


def test_what_a_users_module_prints_cannot_fail_in_silence(run):  # noqa: F811
    Path("loud.py").write_text("print('loud')\nOPS = {}\n")
    assert shell("diff vgg16 vgg16 --quiet --ops loud >/dev/full") == (
        2,
        "",
        "Error: cannot write to standard output: No space left on device\n",
    )


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "all.txt"])
def test_a_name_of_standard_output_is_written_into_where_it_stands(run, name):  # noqa: F811
    command = f"{sys.executable} -m archcalc summary lenet_dense -o {name}"
    text = f"(echo before; {command}; echo after) > all.txt"
    assert subprocess.run(["bash", "-c", text], check=False, timeout=60).returncode == 0
    lines = Path("all.txt").read_text().splitlines()
    assert (lines[0], lines[-1]) == ("before", "after")
    assert "61,706" in "".join(lines)


NET = "archcalc: 1\nextends: base.yaml\nuse: blocks.yaml\n"
BASE = "archcalc: 1\ninputs: {x: [1, 4]}\nlayers: [{Linear: 3}]\n"
TABLE = "archcalc_table: 1\ntitle: A paper\nref: a\nwhere: b\nrows:\n  - {spec: base.yaml, parameters: 15}\n"
READERS = {
    "net.yaml": "summary net.yaml",
    "./net.yaml": "summary net.yaml",
    "link.yaml": "summary net.yaml",
    "base.yaml": "compare net.yaml",
    "blocks.yaml": "summary net.yaml",
    "table.yaml": "verify table.yaml",
    "quiet_op.py": "summary base.yaml --ops quiet_op",
    "arrays.safetensors": "verify base.yaml --checkpoint arrays.safetensors",
}


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_was_read_is_not_replaced(run, name, monkeypatch):  # noqa: F811
    monkeypatch.syspath_prepend(".")
    monkeypatch.delitem(sys.modules, "quiet_op", raising=False)
    Path("net.yaml").write_text(NET)
    Path("base.yaml").write_text(BASE)
    Path("blocks.yaml").write_text("archcalc: 1\nblocks: {b: {layers: [ReLU]}}\n")
    Path("table.yaml").write_text(TABLE)
    Path("quiet_op.py").write_text("OPS = {}\n")
    Path("arrays.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    Path("link.yaml").symlink_to("net.yaml")
    before = Path(name).read_bytes()
    status, _, err = run(*READERS[name].split(), "-o", name)
    shown = str(Path(name))
    assert (status, err) == (
        2,
        f"Error: cannot write {shown!r}: the command has read this file; choose another name\n",
    )
    assert Path(name).read_bytes() == before
    assert run(*READERS[name].split(), "-o", "new.txt")[2] == ""


# -- interrupts --------------------------------------------------------------------------------------------------------

STOPPED = """
import runpy, sys

class Stop:
    def find_spec(self, name, *_):
        if name == {name!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Stop())
sys.argv = ["archcalc", "summary", "lenet_dense"]
runpy.run_module("archcalc", run_name="__main__")
"""


@pytest.mark.parametrize("name", ["click", "archcalc.cli.summary", "archcalc.analyse.summary"])
def test_an_interrupt_of_an_import_is_quiet(name):
    code = STOPPED.format(name=name)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")


def test_the_installed_command_is_interrupted_quietly_too():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = project["project"]["scripts"]["archcalc"].partition(":")
    start = f"from {module} import {function}; sys.exit({function}())"  # as an installed script does
    code = STOPPED.format(name="click").replace('runpy.run_module("archcalc", run_name="__main__")', start)
    assert start in code
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.strip()) == (130, "", "")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("everyone", [True, False], ids=["a terminal", "only the command"])
def test_a_signal_to_workers_is_quiet_and_soon(everyone, sent):
    command = subprocess.Popen(
        [*ARCHCALC, "zoo", "--check"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(sent, signal.SIG_DFL),  # a shell's background ignores Ctrl-C
    )
    children = Path(f"/proc/{command.pid}/task/{command.pid}/children")
    while not children.read_text():
        time.sleep(0.05)
    time.sleep(0.5)
    (os.killpg if everyone else os.kill)(command.pid, sent)
    out, err = command.communicate(timeout=10)  # which ends once no worker holds the pipe
    assert (command.returncode, out, err.strip()) == (128 + sent, b"", b"")
