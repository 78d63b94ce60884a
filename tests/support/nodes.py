"""Two machines on one: network namespaces with a cable between them.

Where the system refuses those, each torchrun still takes itself for one of two nodes, on the loopback interface.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.processes import Group, started


@dataclass(frozen=True)
class Node:
    """A machine, as others see it."""

    address: str
    interface: str
    prefix: tuple[str, ...] = ()
    """Of commands that run on it."""


@contextmanager
def two_nodes() -> Iterator[tuple[Node, Node]]:
    """Two machines, which reach each other by their addresses alone: no name resolves to them."""
    names = [f"seq2seq-{os.getpid()}-{number}" for number in (1, 2)]
    made = [name for name in names if _ip("netns", "add", name)]
    try:
        yield _wired(*names) if made == names else (Node("127.0.0.1", "lo"), Node("127.0.0.2", "lo"))
    finally:
        for name in made:
            _ip("netns", "del", name)


@contextmanager
def torchrun(nodes: tuple[Node, Node], arguments: list[str], said: Path) -> Iterator[list[Group]]:
    """Start one process of a command of ours on each node, as docs/scaling.md says.

    Args:
        nodes: the machines; the first leads.
        arguments: of ``seq2seq``.
        said: the folder for what they say to people.
    """
    leader = ("--master-addr", nodes[0].address, "--master-port", str(_free_port()))
    with ExitStack() as stack:
        groups = []
        for rank, node in enumerate(nodes):
            command = ["-m", "torch.distributed.run", "--nnodes", "2", "--nproc-per-node", "1"]
            group = started(
                [*command, "--node-rank", str(rank), *leader, "-m", "seq2seq", *arguments],
                said / f"node {rank}",
                prefix=node.prefix,
                environment={"GLOO_SOCKET_IFNAME": node.interface},
            )
            groups.append(stack.enter_context(group))
        yield groups


def _wired(first: str, second: str) -> tuple[Node, Node]:
    """Namespaces with a cable between them."""
    assert _ip("link", "add", "node1", "netns", first, "type", "veth", "peer", "name", "node2", "netns", second)
    nodes = []
    for number, name in enumerate((first, second), 1):
        address, interface = f"198.51.100.{number}", f"node{number}"  # RFC 5737: for examples
        assert _ip("-n", name, "addr", "add", f"{address}/24", "dev", interface)
        assert all(_ip("-n", name, "link", "set", link, "up") for link in ("lo", interface))
        nodes.append(Node(address, interface, ("ip", "netns", "exec", name)))
    return nodes[0], nodes[1]


def _ip(*arguments: str) -> bool:
    """Whether the system lets us."""
    try:
        return subprocess.run(["ip", *arguments], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
