"""Starting one process per device on this machine, without torchrun."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

from ganworks.errors import GanworksError


def run_in_processes(count: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call `function(*arguments)` in `count` processes that form a group; the first one's result.

    Signals to this process reach the children; when one fails the others are ended and its error is raised here.
    """
    context = multiprocessing.get_context("spawn")
    ends, children = [], []
    port = free_port()
    try:
        for rank in range(count):
            end, other = context.Pipe(duplex=False)
            child = context.Process(target=_work, args=(rank, count, port, other, function, arguments), daemon=True)
            child.start()
            other.close()
            ends.append(end)
            children.append(child)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        for child in children:
            child.kill()
        raise GanworksError(f"several devices need data and networks that can be sent to a process: {error}") from None

    def forward(number: int, frame: FrameType | None) -> None:
        for child in children:
            if child.pid is not None and child.is_alive():
                os.kill(child.pid, number)

    in_main_thread = threading.current_thread() is threading.main_thread()
    previous = {n: signal.signal(n, forward) for n in (signal.SIGINT, signal.SIGTERM)} if in_main_thread else {}
    try:
        return _collect(ends)
    finally:
        for child in children:
            child.join(timeout=5)
            child.kill()
        for number, handler in previous.items():
            signal.signal(number, handler)


def _collect(ends: list[Connection]) -> Any:
    """The first process's answer, once all have answered; the first error that any of them sends."""
    answers: dict[int, Any] = {}
    while len(answers) < len(ends):
        for end in wait([end for rank, end in enumerate(ends) if rank not in answers]):
            rank = ends.index(end)  # type: ignore[arg-type]
            try:
                answers[rank], error = ends[rank].recv()
            except EOFError:
                error = GanworksError(f"process {rank} of {len(ends)} died: out of memory, or killed")
            if error is not None:
                raise error
    return answers[0]


def _work(
    rank: int, world: int, port: int, answer: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]
) -> None:
    # In a session of its own a Ctrl-C comes once, through the parent, rather than from the terminal too.
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ |= {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(world),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }
    try:
        answer.send((function(*arguments), None))
    except GanworksError as error:
        answer.send((None, error))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
