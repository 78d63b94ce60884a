"""What holds for batches by token budget, whatever the lengths."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.refused import refused

from seq2seq.config.training import BatchConfig
from seq2seq.data.batching import order
from seq2seq.data.batching.mixture import Mixture
from seq2seq.data.batching.sampler import TokenBudgetSampler

LENGTHS = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=200).map(
    lambda pairs: np.array(pairs, dtype=np.int32)
)


def like_multi30k(count: int, seed: int) -> NDArray[np.int32]:
    """Sub-word lengths with the spread of Multi30k's."""
    rng = np.random.default_rng(seed)
    normal = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], size=count)
    lengths = np.array([14.0, 15.0]) + normal * np.array([4.5, 5.0])
    return np.maximum(2, np.round(lengths)).astype(np.int32) + 1


@given(LENGTHS, st.integers(80, 400), st.none() | st.integers(1, 9), st.integers(0, 5), st.integers(0, 5))
@settings(deadline=None)
def test_every_example_once_within_the_budget(
    lengths: NDArray[np.int32], budget: int, rows: int | None, seed: int, epoch: int
) -> None:
    sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget, max_rows=rows), seed=seed)
    batches = sampler.epoch(epoch)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch)
        assert len(batch) * lengths[batch].max(axis=0).sum() <= budget
        assert rows is None or len(batch) <= rows


@given(LENGTHS, st.integers(2, 5), st.integers(0, 3))
@settings(deadline=None)
def test_ranks_share_an_epoch(lengths: NDArray[np.int32], ranks: int, epoch: int) -> None:
    config = BatchConfig(max_tokens=100)
    if len(lengths) < ranks:
        with refused("data.nothing-fits-batch", str(ranks)):
            TokenBudgetSampler(lengths, config, seed=1, ranks=ranks)
        return
    shares = [TokenBudgetSampler(lengths, config, seed=1, rank=rank, ranks=ranks).epoch(epoch) for rank in range(ranks)]
    assert len({len(share) for share in shares}) == 1
    assert shares[0]
    seen = [row for share in shares for batch in share for row in batch.tolist()]
    assert len(seen) == len(set(seen))
    if len(seen) < len(lengths):  # only where batches of one row are all there is
        assert len(lengths) - len(seen) < ranks
        assert all(len(batch) == 1 for share in shares for batch in share)
    for share in shares:
        for batch in share:
            assert len(batch) * lengths[batch].max(axis=0).sum() <= 100


@given(LENGTHS, st.integers(2, 5), st.integers(1, 3), st.integers(0, 3))
@settings(deadline=None)
def test_processes_learn_in_a_step_from_what_one_accumulates(
    lengths: NDArray[np.int32], ranks: int, accumulate: int, epoch: int
) -> None:
    config = BatchConfig(max_tokens=200)
    alone = TokenBudgetSampler(lengths, config, seed=1).epoch(epoch)
    left_over = len(alone) % ranks
    assume(len(lengths) >= ranks)
    # One row cannot be shared: then some other batch is halved, and with it another step.
    assume(not left_over or sum(map(len, alone[-left_over:])) >= ranks)
    shares = [TokenBudgetSampler(lengths, config, seed=1, rank=rank, ranks=ranks).epoch(epoch) for rank in range(ranks)]
    assert len(shares[0]) == -(-len(alone) // ranks)
    for step in range(0, len(shares[0]), accumulate):
        learnt = {row for share in shares for batch in share[step : step + accumulate] for row in batch.tolist()}
        of_one = alone[step * ranks : (step + accumulate) * ranks]
        assert learnt == {row for batch in of_one for row in batch.tolist()}


@contextmanager
def small_windows() -> Iterator[None]:
    """Windows of 40 rows and blocks of 7, as if they were millions and thousands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "WINDOW", 40)
        patch.setattr(order, "BLOCK", 7)
        yield


@given(LENGTHS, st.integers(30, 90), st.integers(1, 5), st.integers(0, 3), st.integers(0, 40))
@settings(deadline=None)
def test_an_epoch_of_several_windows_is_one_epoch(
    lengths: NDArray[np.int32], budget: int, ranks: int, epoch: int, start: int
) -> None:
    fits = np.flatnonzero(lengths.sum(axis=1) <= budget)
    assume(len(fits) >= ranks)
    with small_windows():
        epochs = [
            TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1, rank=rank, ranks=ranks).epoch(epoch)
            for rank in range(ranks)
        ]
        # Resumed first, so that nothing has been counted before.
        later = [[batch.tolist() for batch in one.start(start)] for one in epochs]
        shares = [[batch.tolist() for batch in one] for one in epochs]
        alone = TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1).epoch(epoch)
        batches = [set(batch.tolist()) for batch in alone]
    assert later == [share[start:] for share in shares]
    assert {len(share) for share in shares} == {len(one) for one in epochs} == {len(shares[0])}
    seen = sorted(row for share in shares for batch in share for row in batch)
    assert seen == fits.tolist() or len(fits) - len(seen) < ranks  # where batches of one row are all there is
    assert sorted(row for batch in batches for row in batch) == fits.tolist()
    left_over = len(batches) % ranks
    if not left_over or sum(map(len, batches[-left_over:])) >= ranks:  # one row cannot be shared
        for step in range(len(shares[0])):
            assert set().union(*(share[step] for share in shares)) == set().union(*batches[step * ranks :][:ranks])
    for batch in batches:
        assert len(batch) * lengths[list(batch)].max(axis=0).sum() <= budget


def test_a_window_mixes_blocks_from_everywhere() -> None:
    lengths = np.full((40_000, 2), 5, dtype=np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "WINDOW", 4_000)
        patch.setattr(order, "BLOCK", 40)
        sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1000), seed=1)
        rows, again = (np.concatenate(sampler.epoch(epoch)) for epoch in range(2))
    windows = rows.reshape(10, -1)
    for window in windows:
        blocks = np.unique(window // 40)
        assert len(blocks) == 100  # the rows of a block stay together: few places are read
        assert np.abs(np.bincount(window // 4_000, minlength=10) / 4_000 - 0.1).max() < 0.1
        assert abs(np.corrcoef(window[:-1], window[1:])[0, 1]) < 0.05
    assert len(np.intersect1d(windows[0], again.reshape(10, -1)[0])) < 800


def test_windows_may_be_very_many() -> None:
    lengths = np.full((60_000, 2), 5, dtype=np.int32)
    with small_windows():
        epoch = TokenBudgetSampler(lengths, BatchConfig(max_tokens=200), seed=1).epoch(0)
        assert len(epoch) >= 3_000  # of 1,500 windows
        rows = np.concatenate(list(epoch.start(2_990)))
    assert len(rows) == len(np.unique(rows))


def test_the_order_of_few_rows_is_that_of_earlier_versions() -> None:
    """So that a run continues its epoch where it was stopped, whatever version of this package resumes it."""
    lengths = np.random.default_rng(1).integers(3, 40, (2000, 2), dtype=np.int32)
    mixture = Mixture((0, 300, 1500), (0.4, None), replay=0.2)
    plain = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1024), seed=3)
    mixed = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1024), seed=3, rank=1, ranks=3, mixture=mixture)
    digests = [
        hashlib.sha256(" ".join(map(str, np.concatenate(sampler.epoch(2)).tolist())).encode()).hexdigest()[:16]
        for sampler in (plain, mixed)
    ]
    assert digests == ["a5e7c8844f229be1", "5f2389a9bde08dc3"]


@given(LENGTHS, st.integers(10, 60))
@settings(deadline=None)
def test_what_exceeds_the_budget_alone_is_left_out(lengths: NDArray[np.int32], budget: int) -> None:
    sizes = lengths.sum(axis=1)
    if (sizes > budget).all():
        with refused("data.nothing-fits-batch", "training.batch.max_tokens"):
            TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1)
        return
    sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1)
    assert sampler.left_out.tolist() == np.flatnonzero(sizes > budget).tolist()
    assert sorted(np.concatenate(sampler.epoch(0)).tolist()) == np.flatnonzero(sizes <= budget).tolist()


@pytest.mark.parametrize(
    ("sizes", "budget", "ranks", "advice"),
    [
        ([100, 60], 50, 1, "max_tokens=4096"),
        ([6000, 5000, 8000], 50, 1, "max_tokens=5000"),
        ([6000, 5000, 8000], 5500, 2, "max_tokens=6000"),
        ([60, 50], 5500, 3, "train with 2 "),
    ],
)
def test_the_advice_helps(sizes: list[int], budget: int, ranks: int, advice: str) -> None:
    lengths = np.array([[size - 1, 1] for size in sizes], dtype=np.int32)
    with refused("data.nothing-fits-batch", advice):
        TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1, ranks=ranks)


def test_the_warning_names_the_first_few(capsys: pytest.CaptureFixture[str]) -> None:
    lengths = np.array([[5, 5]] * 3 + [[100, 101]] * 7, dtype=np.int32)
    config = BatchConfig(max_tokens=50)
    TokenBudgetSampler(lengths, config, seed=1, where=lambda row: f"train.tsv:{row + 1}")
    text = capsys.readouterr().err
    assert "7 of 10 examples" in text
    assert "training.batch.max_tokens = 50: " in text
    assert "train.tsv:4 (201 tokens), train.tsv:5 (201 tokens)" in text
    assert "and 2 more" in text
    TokenBudgetSampler(lengths, config, seed=1, rank=1, ranks=2)
    assert not capsys.readouterr().err


def test_an_epoch_is_a_pure_function_of_seed_and_number() -> None:
    lengths = like_multi30k(2000, seed=1)
    config = BatchConfig(max_tokens=1024)

    def epoch(seed: int, number: int, before: int = 0) -> list[list[int]]:
        sampler = TokenBudgetSampler(lengths, config, seed=seed)
        for earlier in range(before):
            sampler.epoch(earlier)
        return [batch.tolist() for batch in sampler.epoch(number)]

    assert epoch(1, 3) == epoch(1, 3, before=3)
    assert epoch(1, 3) != epoch(1, 4)
    assert epoch(1, 3) != epoch(2, 3)


def test_batches_are_not_met_in_the_order_of_their_lengths() -> None:
    lengths = like_multi30k(29_000, seed=1)
    batches = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1024), seed=1).epoch(0)
    means = np.array([lengths[batch].mean() for batch in batches])
    assert abs(np.corrcoef(means[:-1], means[1:])[0, 1]) < 0.15
    # And examples of equal lengths meet others in the next epoch.
    again = TokenBudgetSampler(lengths, BatchConfig(max_tokens=1024), seed=1).epoch(1)
    assert not {tuple(sorted(batch)) for batch in batches} & {tuple(sorted(batch)) for batch in again}


@pytest.mark.parametrize("budget", [1024, 2048, 4096])
def test_nine_tenths_and_more_are_not_padding(budget: int) -> None:
    lengths = like_multi30k(29_000, seed=budget)
    batches = TokenBudgetSampler(lengths, BatchConfig(max_tokens=budget), seed=1).epoch(0)
    padded = sum(len(batch) * int(lengths[batch].max(axis=0).sum()) for batch in batches)
    assert lengths.sum() / padded >= 0.90
    # Batches are full as well, or a step would be dearer than it need be.
    assert padded / (len(batches) * budget) >= 0.95


@given(LENGTHS, st.integers(1, 150), st.floats(0.05, 0.9), st.integers(0, 5), st.booleans())
@settings(deadline=None)
def test_replayed_rows_make_up_their_share(
    lengths: NDArray[np.int32], new: int, share: float, seed: int, many: bool
) -> None:
    first = min(new, len(lengths))
    with small_windows() if many else nullcontext():
        sampler = TokenBudgetSampler(
            lengths, BatchConfig(max_tokens=100), seed=seed, mixture=Mixture((0, first), (None,), replay=share)
        )
        epochs = [np.concatenate(sampler.epoch(epoch)) for epoch in range(4)]
    old = len(lengths) - first
    wanted = round(first * share / (1 - share)) if old else 0
    replayed: list[int] = []
    for rows in epochs:
        assert sorted(rows[rows < first].tolist()) == list(range(first))
        assert (rows >= first).sum() == wanted
        replayed += rows[rows >= first].tolist()
    # Turn by turn: no old row comes twice more often than another.
    times = np.bincount(np.array(replayed, dtype=int), minlength=len(lengths))[first:]
    if old:
        assert times.max() - times.min() <= 1
    assert sampler.epoch(2)[0].tolist() == sampler.epoch(2)[0].tolist()


def test_which_old_rows_are_replayed_depends_on_the_seed() -> None:
    lengths = np.full((100, 2), 5, dtype=np.int32)

    def old(seed: int) -> set[int]:
        sampler = TokenBudgetSampler(lengths, BatchConfig(), seed=seed, mixture=Mixture((0, 50), (None,), replay=0.2))
        rows = np.concatenate(sampler.epoch(0))
        return set(rows[rows >= 50].tolist())

    assert old(1) == old(1) != old(2)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=5), st.floats(1, 100), st.integers(0, 3), st.booleans())
@settings(deadline=None)
def test_sources_are_sampled_by_their_temperature(sizes: list[int], temperature: float, seed: int, many: bool) -> None:
    if not sum(sizes):
        return
    firsts = np.cumsum([0, *sizes[:-1]]).tolist()
    mixture = Mixture(tuple(firsts), (None,) * len(sizes), temperature)
    lengths = np.full((sum(sizes), 2), 5, dtype=np.int32)
    with small_windows() if many else nullcontext():
        sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=100), seed=seed, mixture=mixture)
        epochs = [np.concatenate(sampler.epoch(epoch)) for epoch in range(3)]
    counts = mixture.counts(sizes)
    wanted = np.array([size ** (1 / temperature) if size else 0 for size in sizes])
    np.testing.assert_allclose(counts, sum(sizes) * wanted / wanted.sum(), atol=1)
    for first, size, count in zip(firsts, sizes, counts, strict=True):
        times = np.zeros(size, dtype=int)
        for rows in epochs:
            inside = rows[(rows >= first) & (rows < first + size)] - first
            assert len(inside) == count
            times += np.bincount(inside, minlength=size)
        assert not size or times.max() - times.min() <= 1


def test_shares_are_of_an_epoch() -> None:
    assert Mixture((0, 10, 100), (0.5, None, None)).counts([10, 90, 200]) == [150, 47, 103]
    assert Mixture((0, 10), (0.25, 0.75), replay=0.5).counts([10, 30, 4]) == [10, 30, 40]
