"""The store over models of virtual time, each of which takes one second to load."""

import asyncio
from collections.abc import Callable

import pytest
from support.virtual_time import run

from seq2seq.errors import ModelError
from seq2seq.server.faults import RequestError
from seq2seq.server.models.catalogue import Place
from seq2seq.server.models.store import Loader, ModelStore


class Model:
    def __init__(self, name: str, state: object) -> None:
        self.name = name
        self.state = state
        self.closed = False

    async def close(self) -> None:
        await asyncio.sleep(0.25)
        self.closed = True


class Folders:
    """Models on disk: name to (size, state); no state, no folder; a size of -1 is a broken one."""

    def __init__(self, **folders: tuple[int, object]) -> None:
        self.folders = folders
        self.loads: list[str] = []
        self.opened: list[Model] = []
        self.open_bytes = 0
        self.most_bytes = 0
        self.on_load: Callable[[], object] = lambda: None
        """Is called at the end of every load."""

    async def load(self, place: Place) -> Model:
        self.loads.append(place.name)
        size, state = self.folders[place.name]
        await asyncio.sleep(1)
        if size < 0 or state is None:
            raise ModelError(f"/srv/{place.name}: damaged", code="model.damaged")
        self.opened.append(Model(place.name, state))
        held = sum(self.folders[model.name][0] for model in self.opened if not model.closed)
        self.most_bytes = max(self.most_bytes, held)
        self.on_load()
        return self.opened[-1]

    def store(self, limit: int | None = None) -> ModelStore[Model]:
        places = [Place(name, name) for name in self.folders]
        loader = Loader(
            self.load, lambda place: max(self.folders[place.name][0], 0), lambda place: self.folders[place.name][1]
        )
        return ModelStore(places, loader, limit=limit, clock=asyncio.get_running_loop().time)


async def use(store: ModelStore[Model], name: str, seconds: float = 0.0) -> Model:
    async with store.use(name) as model:
        await asyncio.sleep(seconds)
        assert not model.closed, "a model was closed under a user"
        return model


def test_a_model_is_loaded_once_at_its_first_use() -> None:
    folders = Folders(a=(1, "one"), b=(1, "one"))

    async def work() -> None:
        store = folders.store()
        first, second = await asyncio.gather(use(store, "a"), use(store, "a"))
        assert first is second is await use(store, "a")

    run(work())
    assert folders.loads == ["a"]


def test_an_unknown_model_is_refused() -> None:
    async def work() -> None:
        await use(Folders(a=(1, 1)).store(), "b")

    with pytest.raises(RequestError) as caught:
        run(work())
    assert (caught.value.status, caught.value.code) == (404, "serve.no-such-model")


def test_the_model_not_used_for_longest_makes_room() -> None:
    folders = Folders(a=(4, 1), b=(4, 1), c=(4, 1))

    async def work() -> list[str]:
        store = folders.store(limit=10)
        for name in ("a", "b", "a", "c"):
            await use(store, name, 0.1)
        return list(store.loaded)

    assert run(work()) == ["a", "c"]
    assert folders.most_bytes == 8


def test_a_model_in_use_is_closed_after_its_last_user() -> None:
    folders = Folders(a=(6, 1), b=(6, 1))

    async def work() -> float:
        store = folders.store(limit=10)
        await use(store, "a")
        long = asyncio.create_task(use(store, "a", 5))
        await asyncio.sleep(0)
        model = await use(store, "b")
        assert (await long).closed
        assert not model.closed
        return asyncio.get_running_loop().time()

    assert run(work()) == 1 + 5 + 0.25 + 1
    assert folders.most_bytes == 6


def test_idle_models_make_room_before_busy_ones() -> None:
    folders = Folders(a=(4, 1), b=(4, 1), c=(6, 1))

    async def work() -> list[str]:
        store = folders.store(limit=10)
        await use(store, "a")
        busy = asyncio.create_task(use(store, "a", 20))
        await use(store, "b", 1)  # after a
        await use(store, "c")
        await busy
        return list(store.loaded)

    assert run(work()) == ["a", "c"]


def test_models_that_do_not_fit_together_take_turns() -> None:
    folders = Folders(a=(6, 1), b=(6, 1))

    async def work() -> None:
        store = folders.store(limit=10)
        await asyncio.gather(*(use(store, name, 0.1) for name in "abababab"))

    run(work())
    assert folders.most_bytes == 6


def test_a_model_larger_than_the_limit_is_refused() -> None:
    folders = Folders(a=(20, 1), b=(5, 1))

    async def work() -> Model:
        store = folders.store(limit=10)
        with pytest.raises(RequestError) as caught:
            await use(store, "a")
        assert caught.value.status == 503
        assert "20" in store.problems["a"]
        return await use(store, "b")

    assert run(work()).name == "b"


def test_a_broken_model_harms_no_other_and_names_no_path() -> None:
    folders = Folders(a=(-1, 1), b=(1, 1))

    async def work() -> dict[str, str]:
        store = folders.store()
        for _ in range(3):
            with pytest.raises(RequestError) as caught:
                await use(store, "a")
            assert (caught.value.status, caught.value.code) == (503, "serve.model-broken")
            assert "/srv" not in str(caught.value)
        await use(store, "b")
        return store.problems

    assert run(work()) == {"a": "/srv/a: damaged"}
    assert folders.loads == ["a", "b"]


@pytest.mark.parametrize("mended", [lambda folders: folders.update(a=(1, 2)), lambda folders: folders.update(a=(1, 1))])
def test_a_broken_model_is_tried_again_when_its_folder_changes_or_after_a_while(
    mended: Callable[[dict[str, tuple[int, object]]], None],
) -> None:
    folders = Folders(a=(-1, 1))

    async def work() -> Model:
        store = folders.store()
        with pytest.raises(RequestError):
            await use(store, "a")
        mended(folders.folders)
        await asyncio.sleep(2 if folders.folders["a"][1] == 2 else 31)
        return await use(store, "a")

    assert run(work()).name == "a"


def test_a_replaced_folder_is_taken_up_while_the_old_model_answers() -> None:
    folders = Folders(a=(6, "old"))

    async def work() -> None:
        store = folders.store(limit=10)
        old = await use(store, "a")
        long = asyncio.create_task(use(store, "a", 5))
        await asyncio.sleep(2)
        folders.folders["a"] = (6, "new")
        assert await use(store, "a") is old  # at once: the new one is loaded beside it
        await asyncio.sleep(1.5)
        new = await use(store, "a")
        assert new.state == "new"
        assert not old.closed
        assert await long is old
        await asyncio.sleep(1)
        assert old.closed
        assert not new.closed

    run(work())


@pytest.mark.parametrize("state", ["new", None])
def test_a_broken_or_missing_replacement_leaves_the_old_model_in_use(state: object) -> None:
    folders = Folders(a=(1, "old"))

    async def work() -> dict[str, str]:
        store = folders.store()
        old = await use(store, "a")
        folders.folders["a"] = (-1, state)
        for _ in range(10):
            await asyncio.sleep(2)
            assert await use(store, "a") is old
        return store.problems

    assert run(work()) == ({} if state is None else {"a": "/srv/a: damaged"})
    assert len(folders.loads) == (1 if state is None else 2)


def test_a_load_goes_on_when_the_request_that_began_it_ends() -> None:
    folders = Folders(a=(1, 1))

    async def work() -> None:
        store = folders.store()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(use(store, "a"), 0.5)
        await use(store, "a")

    run(work())
    assert folders.loads == ["a"]


def test_who_waits_gets_a_model_before_it_can_be_closed() -> None:
    folders = Folders(a=(6, 1), b=(6, 1))

    async def work() -> None:
        store = folders.store(limit=10)
        await asyncio.gather(use(store, "a"), use(store, "b"), use(store, "b"))

    run(work())
    assert folders.loads == ["a", "b"]


def test_a_waiter_that_leaves_as_the_model_comes_keeps_nothing_open() -> None:
    folders = Folders(a=(6, 1))

    async def work() -> None:
        store = folders.store()
        waiting = asyncio.create_task(use(store, "a"))
        # In the step that loads the model, so that it is cancelled between getting the model and waking up.
        folders.on_load = lambda: asyncio.get_running_loop().call_soon(waiting.cancel)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        folders.on_load = lambda: None
        await use(store, "a")
        await store.close()

    run(work())
    assert all(model.closed for model in folders.opened)


def test_closing_closes_all_after_their_users() -> None:
    folders = Folders(a=(1, 1), b=(1, 1))

    async def work() -> None:
        store = folders.store()
        await asyncio.gather(use(store, "a"), use(store, "b"))
        user = asyncio.create_task(use(store, "a", 3))
        await asyncio.sleep(0)
        await store.close()
        assert not folders.opened[0].closed or user.done()
        await user
        await store.close()

    run(work())
    assert all(model.closed for model in folders.opened)
