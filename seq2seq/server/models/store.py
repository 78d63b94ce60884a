"""Several models in limited memory: loaded at first use, replaced when their folders are, closed when others need room.

Nobody who uses a model notices: one that has to go is retired, which means that nobody new gets it, and is closed when
its last user is done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from seq2seq import log
from seq2seq.errors import ModelError, Seq2SeqError, reason_of
from seq2seq.server.faults import RequestError
from seq2seq.server.models.catalogue import CHECK_INTERVAL, Place, State


class Closable(Protocol):
    """A loaded model."""

    async def close(self) -> None:
        """Finish what it was asked for, and free its memory."""


Model = TypeVar("Model", bound=Closable)
_RETRY: Final = 30.0
"""Seconds after which a model that could not be loaded is tried again, though its folder is as it was: memory may be
free now, or the hub be reached."""


@dataclass(frozen=True)
class Loader(Generic[Model]):
    """How models are loaded."""

    load: Callable[[Place], Awaitable[Model]]
    size_of: Callable[[Place], int]
    """Bytes of memory that a model will take, as far as its files tell."""
    state_of: Callable[[Place], State] = Place.state
    changed: Callable[[int], None] = lambda _: None
    """Is called with the number of loaded models when it changes."""


@dataclass(eq=False, slots=True)
class _Open(Generic[Model]):
    """A loaded model."""

    model: Model
    size: int
    state: State
    users: int = 0
    retired: bool = False


@dataclass(eq=False, slots=True)
class _Slot(Generic[Model]):
    """A model that the server has, loaded or not."""

    place: Place
    current: _Open[Model] | None = None
    loading: "asyncio.Task[None] | None" = None
    waiters: "list[asyncio.Future[_Open[Model]]]" = field(default_factory=list)
    used: float = 0.0
    checked: float = float("-inf")
    problem: str | None = None
    """Why it could not be loaded the last time."""
    failed: State = None
    """What was there then."""
    failed_at: float = 0.0


class ModelStore(Generic[Model]):
    """The models.

    Args:
        places: where they are.
        loader: loads them.
        limit: most bytes of memory for all; None: no limit. A model that replaces another is loaded beside it.
        clock: seconds, that of the event loop.
    """

    def __init__(
        self, places: Sequence[Place], loader: Loader[Model], *, limit: int | None, clock: Callable[[], float]
    ) -> None:
        self._slots: dict[str, _Slot[Model]] = {place.name: _Slot(place) for place in places}
        self._loader = loader
        self._limit = limit
        self._clock = clock
        self._bytes = 0
        self._changed = asyncio.Event()
        self._closing: set[asyncio.Task[None]] = set()
        self._retired = 0  # bytes of models that have to go

    @property
    def names(self) -> list[str]:
        """All models."""
        return list(self._slots)

    @property
    def loaded(self) -> dict[str, Model]:
        """Those in memory that new requests get."""
        return {name: slot.current.model for name, slot in self._slots.items() if slot.current is not None}

    @property
    def problems(self) -> dict[str, str]:
        """Why models could not be loaded, or replaced, the last time."""
        return {name: slot.problem for name, slot in self._slots.items() if slot.problem is not None}

    @asynccontextmanager
    async def use(self, name: str) -> AsyncIterator[Model]:
        """A model, which stays open meanwhile; loads it if need be.

        Raises:
            RequestError: it cannot be loaded (503), or there is none of this name (404).
        """
        slot = self._slots.get(name)
        if slot is None:
            raise RequestError(404, f"there is no model {name!r}", code="serve.no-such-model")
        self._refresh(slot)
        opened = slot.current
        if opened is None:
            opened = await self._loaded(slot)
        else:
            opened.users += 1
        slot.used = self._clock()
        try:
            yield opened.model
        finally:
            self._leave(opened)

    async def close(self) -> None:
        """Close all models, after what they were asked for."""
        loading = [slot.loading for slot in self._slots.values() if slot.loading is not None]
        await asyncio.gather(*loading, return_exceptions=True)
        for slot in self._slots.values():
            self._retire(slot)
        while self._closing:
            await asyncio.gather(*self._closing)

    # ---------------------------------------------------------------------------------------------------------- loading

    def _refresh(self, slot: _Slot[Model]) -> None:
        """Look, once in a while, whether a folder has changed; load what is there now beside what is in use."""
        now = self._clock()
        if slot.loading is not None or now - slot.checked < CHECK_INTERVAL:
            return
        slot.checked = now
        state = self._loader.state_of(slot.place)
        if slot.current is None:
            if state != slot.failed or now - slot.failed_at >= _RETRY:
                slot.problem = None
        elif state not in (None, slot.current.state, slot.failed):
            self._start_load(slot)

    async def _loaded(self, slot: _Slot[Model]) -> _Open[Model]:
        """A model as soon as it is loaded. Who waits is a user from then on, so that it is not closed before."""
        waiter: asyncio.Future[_Open[Model]] = asyncio.get_running_loop().create_future()
        slot.waiters.append(waiter)
        self._start_load(slot)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled() and waiter.exception() is None:  # it was loaded at the same moment
                self._leave(waiter.result())
            raise

    def _start_load(self, slot: _Slot[Model]) -> None:
        """Load a model in a task of its own, which goes on if the request that began it ends."""
        if slot.loading is None:
            slot.loading = asyncio.create_task(self._load(slot), name=f"seq2seq-load-{slot.place.name}")

    async def _load(self, slot: _Slot[Model]) -> None:
        """Load what is at a place now; what was open there is retired if that succeeds."""
        reserved, opened = 0, None
        try:
            if slot.current is None and slot.problem is not None:
                return
            state = self._loader.state_of(slot.place)
            slot.failed, slot.failed_at = state, self._clock()
            size = self._loader.size_of(slot.place)
            await self._make_room(slot, size)
            self._bytes += size
            reserved = size
            opened = _Open(await self._loader.load(slot.place), size, state)
        except Exception as error:
            self._free(reserved)
            slot.problem = reason_of(error)
            code = error.code if isinstance(error, Seq2SeqError) else "serve.model-broken"
            going_on = "" if slot.current is None else "\n  The model that was there before stays in use."
            log.warn(f"model {slot.place.name} cannot be loaded: {error}{going_on}", code=code)
        else:
            self._retire(slot)
            slot.current, slot.problem, slot.failed = opened, None, None
            slot.used = self._clock()
            self._loader.changed(len(self.loaded))
        finally:
            slot.loading = None
            self._hand_over(slot, opened)
            self._changed.set()

    def _hand_over(self, slot: _Slot[Model], opened: _Open[Model] | None) -> None:
        """Give a model to those who wait for it; None: it cannot be loaded."""
        for waiter in slot.waiters:
            if waiter.done():  # it has left
                continue
            if opened is None:
                waiter.set_exception(_broken(slot.place.name))
            else:
                opened.users += 1
                waiter.set_result(opened)
        slot.waiters.clear()

    async def _make_room(self, slot: _Slot[Model], size: int) -> None:
        """Retire models, those not used for longest first, and idle ones before others, until there is room.

        For what replaces an open model, only idle models go.

        Raises:
            ModelError: there is never enough.
        """
        if self._limit is None:
            return
        if size > self._limit:
            message = f"{size:,} bytes, more than the limit of {self._limit:,} for all models"
            raise ModelError(message, code="serve.model-too-large")
        while self._bytes + size > self._limit:
            others = [one for one in self._slots.values() if one is not slot and one.current is not None]
            idle = [one for one in others if one.current is not None and not one.current.users]
            enough = self._bytes - self._retired + size <= self._limit  # as soon as those that have to go are closed
            replaces = slot.current is not None
            if not enough and (idle or (others and not replaces)):
                self._retire(min(idle or others, key=lambda one: one.used))
            elif replaces:
                return
            else:  # for models to be closed, or to be loaded and then retired
                self._changed.clear()
                await self._changed.wait()

    # ---------------------------------------------------------------------------------------------------------- closing

    def _retire(self, slot: _Slot[Model]) -> None:
        """Take a model out of use; it is closed when its last user is done."""
        if slot.current is None:
            return
        opened, slot.current = slot.current, None
        self._loader.changed(len(self.loaded))
        opened.retired = True
        self._retired += opened.size
        self._close_if_idle(opened)

    def _leave(self, opened: _Open[Model]) -> None:
        opened.users -= 1
        self._close_if_idle(opened)

    def _close_if_idle(self, opened: _Open[Model]) -> None:
        if opened.retired and not opened.users:
            task = asyncio.create_task(self._close(opened))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close(self, opened: _Open[Model]) -> None:
        try:
            await opened.model.close()
        finally:
            self._retired -= opened.size
            self._free(opened.size)

    def _free(self, size: int) -> None:
        self._bytes -= size
        self._changed.set()


def _broken(name: str) -> RequestError:
    """What a client is told; the reason, which names files, is for the operator."""
    return RequestError(503, f"model {name!r} cannot be loaded at present", code="serve.model-broken")
