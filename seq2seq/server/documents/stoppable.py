"""Work in threads that can be stopped, since documents may be made to take long to read."""

import asyncio
import ctypes
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class _StoppedError(SystemExit):
    """Raised in a thread whose result nobody waits for; a thread that ends so says nothing."""


class StoppableThreads:
    """Runs functions in threads of their own, a few at a time; others wait.

    Args:
        most: threads at a time.
    """

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._running: set[asyncio.Future[Any]] = set()

    async def run(self, work: Callable[[], T], *, seconds: float | None = None) -> T:
        """The result of some work, which is stopped when nobody waits for it any more.

        It stops at its next step in Python, and has its place among the threads until then.

        Args:
            work: any function.
            seconds: its time, once it runs; None: without limit.

        Raises:
            TimeoutError: it took longer.
            Exception: what the work raised.
        """
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        thread = threading.Thread(target=self._work, args=(work, done, loop), name="seq2seq-document", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads
            self._free.release()
            raise
        self._running.add(done)
        try:
            async with asyncio.timeout(seconds):
                return await done
        finally:
            if done in self._running and thread.ident is not None:
                # https://docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident), ctypes.py_object(_StoppedError)
                )

    def _work(self, work: Callable[[], T], done: "asyncio.Future[T]", loop: asyncio.AbstractEventLoop) -> None:
        outcome: list[Any] = [None, None]
        try:
            try:
                outcome[0] = work()
            except Exception as error:
                outcome[1] = error
            self._report(loop, done, outcome)
        except _StoppedError:  # it comes once, wherever this thread is
            self._report(loop, done, outcome)

    def _report(self, loop: asyncio.AbstractEventLoop, done: "asyncio.Future[T]", outcome: list[Any]) -> None:
        with suppress(RuntimeError):  # the server has stopped: its loop is closed
            loop.call_soon_threadsafe(self._finish, done, *outcome)

    def _finish(self, done: "asyncio.Future[T]", result: Any, error: Exception | None) -> None:
        if done not in self._running:
            return
        self._running.remove(done)
        self._free.release()
        if done.done():  # nobody waits
            return
        if error is None:
            done.set_result(result)
        else:
            done.set_exception(error)
