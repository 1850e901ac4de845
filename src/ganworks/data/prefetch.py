"""Preparing the next items in a thread while the current one is used."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TypeVar

Item = TypeVar("Item")


def prefetched(items: Iterable[Item], depth: int = 2) -> Iterator[Item]:
    """The same items in the same order, up to `depth` of them made ahead; errors are raised where they fall.

    The thread starts with the first item asked for and ends when this iterator is closed or collected.
    """
    ready: queue.Queue[Item | _End] = queue.Queue(maxsize=depth)
    stopped = threading.Event()

    def offer(item: Item | _End) -> None:
        while not stopped.is_set():
            try:
                return ready.put(item, timeout=0.1)
            except queue.Full:
                continue

    def fill() -> None:
        try:
            for item in items:
                offer(item)
                if stopped.is_set():
                    return
            offer(_End(None))
        except BaseException as error:
            offer(_End(error))

    thread = threading.Thread(target=fill, name="ganworks-prefetch", daemon=True)

    def stop() -> None:
        stopped.set()
        with suppress(queue.Empty):  # makes room, so that a waiting offer returns at once
            ready.get_nowait()
        if thread is not threading.current_thread():
            thread.join()

    # A thread that is still inside torch when the interpreter goes away aborts the process.
    atexit.register(stop)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        atexit.unregister(stop)
        stop()


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error
