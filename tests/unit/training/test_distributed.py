"""Where training runs: what is refused, who leads, and what is said when another process is gone."""

import os
from pathlib import Path

import pytest
import torch
from support import toy
from support.commands import run
from support.kill import write_recipe
from support.refused import refused

from seq2seq.training.distributed import Runtime, launched_rank

GONE = (
    "[/__w/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Read error [127.0.0.1]:36996: Connection reset by "
    "peer. This is typically caused by a remote worker hanging."
)


@pytest.fixture
def by_torchrun(monkeypatch: pytest.MonkeyPatch) -> None:
    """What torchrun tells the fourth of eight processes, on the second of two nodes."""
    told = {"TORCHELASTIC_RUN_ID": "1", "RANK": "4", "LOCAL_RANK": "0", "WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "4"}
    told |= {"GROUP_RANK": "1", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)


def test_who_leads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    monkeypatch.setenv("RANK", "3")  # some schedulers leave it to every process
    assert launched_rank() == 0
    monkeypatch.setenv("LOCAL_RANK", "1")
    assert launched_rank() == 1
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "1")
    assert launched_rank() == 3


@pytest.mark.usefixtures("by_torchrun")
def test_torchrun_decides_how_many_there_are() -> None:
    for devices in ("auto", "4", 4):
        runtime = Runtime(accelerator="cpu", devices=devices)
        assert runtime.rank == 4
        assert not runtime.is_main
    with refused("training.devices-by-torchrun", "--devices: 2: ", " 4 "):
        Runtime(accelerator="cpu", devices="2")


def test_a_job_of_slurm_is_nothing_special(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fabric would wait for the processes that `srun` had started."""
    for name, value in {"SLURM_NTASKS": "4", "SLURM_PROCID": "0", "SLURM_LOCALID": "0", "SLURM_JOB_NAME": "x"}.items():
        monkeypatch.setenv(name, value)
    runtime = Runtime(accelerator="cpu")
    runtime.launch()
    assert (runtime.rank, runtime.world_size) == (0, 1)


@pytest.mark.parametrize("devices", ["0", "many", "-3"])
def test_devices_that_make_no_sense(devices: str) -> None:
    with refused("training.devices-unsupported", "--devices") as raised:
        Runtime(accelerator="cpu", devices=devices)
    assert raised.value.exit_code == 2


def test_a_lost_process_is_an_error_of_ours(tmp_path: Path) -> None:
    runtime = Runtime(accelerator="cpu")
    runtime.world_size = 2
    for error, cause in (
        (RuntimeError(GONE), "(Read error [127.0.0.1]:36996: Connection reset by peer)"),
        (torch.distributed.DistBackendError("NCCL error: remote end"), "(NCCL error: remote end)"),
    ):
        with refused("training.process-lost", str(tmp_path), cause), runtime.report_lost_peers(tmp_path):
            raise error
    with pytest.raises(RuntimeError, match="a bug"), runtime.report_lost_peers(tmp_path):
        raise RuntimeError("a bug")


def test_single_process_reraises_connection_errors(tmp_path: Path) -> None:
    runtime = Runtime(accelerator="cpu")
    with pytest.raises(RuntimeError, match="Connection reset"), runtime.report_lost_peers(tmp_path):
        raise RuntimeError(GONE)


@pytest.mark.parametrize("kind", [RuntimeError, torch.distributed.DistNetworkError])
def test_processes_that_cannot_connect_are_no_wrong_option(kind: type[Exception]) -> None:
    def launch() -> None:
        raise kind("Gloo connectFullMesh failed with [/gloo/transport/tcp/pair.cc:152] SO_ERROR: Connection refused")

    runtime = Runtime(accelerator="cpu")
    runtime._fabric.launch = launch  # type: ignore[method-assign, assignment]
    with refused("training.processes-not-connected", "Connection refused", "GLOO_SOCKET_IFNAME") as raised:
        runtime.launch()
    assert raised.value.exit_code == 1


def test_a_folder_in_use_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq.training.run_folder.folder import lock_run

    recipe = write_recipe(toy.recipe(tmp_path), tmp_path / "recipe")
    monkeypatch.setattr(Runtime, "launch", lambda _: pytest.fail("processes were started"))
    arguments = ("train", recipe, "--output", tmp_path / "run", "--devices", "2", "--accelerator", "cpu")
    with lock_run(tmp_path / "run"):
        done = run(*arguments, code=2)
    assert f"in use by another run (process {os.getpid()} on " in done.output
