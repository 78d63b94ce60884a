"""Windows over a continuous text."""

import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from support.refused import refused
from support.splits import split

from seq2seq.config.training import WindowsConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.split import Split
from seq2seq.special import BOS, EOS, PAD

Make = Callable[..., Split]


@pytest.fixture
def numbered(tmp_path: Path) -> Make:
    """Texts of these lengths whose tokens are 10, 11, 12 ... throughout."""
    return lambda *lengths: numbers(tmp_path / "split.arrow", lengths)


def numbers(path: Path, lengths: tuple[int, ...]) -> Split:
    count = itertools.count(10)
    return split(path, [[next(count) for _ in range(length)] for length in lengths])


def joined(of: Split) -> list[int]:
    """The whole text: what has to be foretold."""
    return [token for row in range(len(of)) for token in (*of.target_ids(row).tolist(), EOS)]


def streams(batches: list[Batch]) -> tuple[list[list[int]], list[list[int]]]:
    """What each row reads and is asked for, over all windows."""
    read: list[list[int]] = [[] for _ in range(batches[0].target.size(0))]
    asked: list[list[int]] = [[] for _ in read]
    for batch in batches:
        for row, length in enumerate(batch.target_lengths.tolist()):
            read[row] += batch.target[row, :length].tolist()
            asked[row] += batch.target[row, 1 : length + 1].tolist()
            assert batch.target[row, length + 1 :].eq(PAD).all()
        assert batch.target_tokens == int(batch.target_lengths.sum()) == int((batch.target[:, 1:] != PAD).sum())
        assert batch.source.tolist() == [[EOS]] * len(read)  # every text starts from nothing
        assert batch.source_lengths.tolist() == [1] * len(read)
        assert batch.source_tokens == len(read)
    return read, asked


def test_a_worked_example(numbered: Make) -> None:
    """17 tokens in 2 streams, 2 tokens a window: a stream is 9 tokens long, and the second lacks one."""
    text = numbered(9, 6)
    assert joined(text) == [10, 11, 12, 13, 14, 15, 16, 17, 18, EOS, 19, 20, 21, 22, 23, 24, EOS]
    loader = WindowLoader(text, WindowsConfig(tokens=2, streams=2), seed=None)
    batches = list(loader.batches(0))
    assert [batch.target.tolist() for batch in batches] == [
        [[BOS, 10, 11], [BOS, EOS, 19]],
        [[11, 12, 13], [19, 20, 21]],
        [[13, 14, 15], [21, 22, 23]],
        [[15, 16, 17], [23, 24, EOS]],
        [[17, 18], [EOS, PAD]],  # of the second, nothing is asked
    ]
    assert [batch.first for batch in batches] == [True, False, False, False, False]
    assert [batch.target_tokens for batch in batches] == [4, 4, 4, 4, 1]
    assert loader.len_epoch(0) == 5


@given(
    lengths=st.lists(st.integers(0, 12), min_size=2, max_size=12).map(tuple),
    tokens=st.integers(1, 9),
    wanted=st.integers(1, 40),
)
def test_all_is_foretold_once_where_a_model_is_judged(
    tmp_path_factory: pytest.TempPathFactory, lengths: tuple[int, ...], tokens: int, wanted: int
) -> None:
    text = numbers(tmp_path_factory.mktemp("windows") / "split.arrow", lengths)
    loader = WindowLoader(text, WindowsConfig(tokens=tokens, streams=wanted), seed=None)
    batches = list(loader.batches(0))
    read, asked = streams(batches)
    assert list(itertools.chain.from_iterable(asked)) == joined(text)
    assert len(read) <= wanted
    assert len(batches) == loader.len_epoch(0)
    for row, wants in zip(read, asked, strict=True):
        assert row[:1] == [BOS][: len(row)]
        assert row[1:] == wants[:-1]


@given(
    lengths=st.lists(st.integers(3, 12), min_size=4, max_size=8).map(tuple),
    tokens=st.integers(1, 9),
    wanted=st.integers(1, 8),
    seed=st.integers(0, 2**40),
    epoch=st.integers(0, 50),
)
def test_an_epoch_of_training_goes_round_the_text(
    tmp_path_factory: pytest.TempPathFactory, lengths: tuple[int, ...], tokens: int, wanted: int, seed: int, epoch: int
) -> None:
    """Streams lie end to end from the offset on; less than one token a stream is left out."""
    text = numbers(tmp_path_factory.mktemp("windows") / "split.arrow", lengths)
    whole = joined(text)
    loader = WindowLoader(text, WindowsConfig(tokens=tokens, streams=wanted), seed=seed)
    batches = list(loader.batches(epoch))
    read, asked = streams(batches)
    assert [len(wants) for wants in asked] == [len(whole) // wanted] * wanted
    found = list(itertools.chain.from_iterable(asked))
    assert len(whole) - wanted < len(found) <= len(whole)
    assert any(found == (whole * 2)[offset : offset + len(found)] for offset in range(len(whole)))
    for row, wants in zip(read, asked, strict=True):
        assert row == [BOS, *wants[:-1]]
    assert [batch.first for batch in batches] == [True] + [False] * (len(batches) - 1)


def test_the_offset_follows_from_seed_and_epoch(numbered: Make) -> None:
    text = numbered(*[20] * 20)
    config = WindowsConfig(tokens=8, streams=4)

    def firsts(seed: int) -> list[int]:
        loader = WindowLoader(text, config, seed=seed)
        return [int(next(loader.batches(epoch)).target[0, 1]) for epoch in range(6)]

    assert firsts(1) == firsts(1)
    assert firsts(1) != firsts(2)
    assert len(set(firsts(1))) > 1


@pytest.mark.parametrize("seed", [None, 3])
def test_going_on_in_the_middle(numbered: Make, seed: int | None) -> None:
    loader = WindowLoader(numbered(30, 31, 32), WindowsConfig(tokens=5, streams=3), seed=seed)
    whole = list(loader.batches(2))
    for start in range(len(whole) + 1):
        rest = list(loader.batches(2, start))
        assert len(rest) == len(whole) - start
        for one, other in zip(whole[start:], rest, strict=True):
            assert torch.equal(one.target, other.target)
            assert one.first == other.first


def test_without_carrying_every_window_starts_from_nothing(numbered: Make) -> None:
    text = numbered(40)
    carried, separate = (
        list(WindowLoader(text, WindowsConfig(tokens=5, streams=2, carry_state=carry), seed=1).batches(0))
        for carry in (True, False)
    )
    assert all(batch.first for batch in separate)
    assert sum(batch.first for batch in carried) == 1
    for one, other in zip(carried, separate, strict=True):
        assert torch.equal(one.target, other.target)  # the token before is read all the same


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_processes_share_the_streams(numbered: Make, ranks: int) -> None:
    text = numbered(50, 49)
    config = WindowsConfig(tokens=4, streams=2)
    shares = [list(WindowLoader(text, config, seed=1, rank=rank, ranks=ranks).batches(1)) for rank in range(ranks)]
    whole = list(WindowLoader(text, WindowsConfig(tokens=4, streams=2 * ranks), seed=1).batches(1))
    assert {len(share) for share in shares} == {len(whole)}
    for window, parts in zip(whole, zip(*shares, strict=True), strict=True):
        assert all(len(part.target) == 2 for part in parts)
        assert torch.equal(torch.cat([part.target for part in parts]), window.target)


def test_a_short_split_has_fewer_streams_where_a_model_is_judged(numbered: Make) -> None:
    """At least four windows each, so that what a model knows at the start of one weighs little."""
    config = WindowsConfig(tokens=8, streams=16)
    for count, expected in ((31, 1), (63, 1), (64, 2), (127, 3), (2000, 16)):
        (batch, *_) = WindowLoader(numbered(count - 1), config, seed=None).batches(0)
        assert len(batch.target) == expected


def test_too_little_text(numbered: Make) -> None:
    with refused("data.too-little-text", "31 tokens ", " 16 streams", "training.batch.windows.streams"):
        WindowLoader(numbered(30), WindowsConfig(streams=16), seed=1)
    assert len(list(WindowLoader(numbered(31), WindowsConfig(streams=16), seed=1).batches(0))) == 1
    with refused("data.too-little-text", " 32 streams"):  # those of all processes
        WindowLoader(numbered(31), WindowsConfig(streams=16), seed=1, ranks=2)
    with refused("data.too-little-text", " 1 stream."):
        WindowLoader(numbered(0), WindowsConfig(streams=16), seed=None)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(lambda lengths: sum(lengths) > 8), st.integers(0, 99))
def test_a_window_names_the_text_in_which_each_stream_begins(lengths: list[int], seed: int) -> None:
    """For messages: the first token that is asked for is one of that text, or its end."""
    with tempfile.TemporaryDirectory() as folder:
        text = numbers(Path(folder) / "split.arrow", tuple(lengths))
        loader = WindowLoader(text, WindowsConfig(tokens=3, streams=2), seed=seed)
        for batch in loader.batches(1):
            assert len(batch.rows) == 2
            for row, token in zip(batch.rows, batch.target[:, 1].tolist(), strict=True):
                assert token in [*text.target_ids(row).tolist(), EOS]
