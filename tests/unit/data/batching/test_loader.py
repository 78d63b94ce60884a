import itertools
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch

from seq2seq.config.data import CasingConfig, DataConfig, FilterConfig, TermsConfig
from seq2seq.config.tokenizer import SamplingConfig, TokenizerConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.loader import AHEAD, Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.batching.terms import TermAnnotator
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.text.protection import Protection

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(1)
    rows = [" ".join(rng.choice(WORDS, size=rng.integers(1, 12))) for _ in range(200)]
    (folder / "train.tsv").write_text("".join(f"{row}\t{row[::-1]}\n" for row in rows))
    return prepare(DataConfig(path=str(folder), cache=str(folder)), TokenizerConfig(vocabulary=80), seed=1)


@pytest.fixture
def load(prepared: Prepared) -> Callable[..., Loader]:
    def load(sampling: SamplingConfig | None = None, seed: int = 1) -> Loader:
        sampler = TokenBudgetSampler(prepared.train.lengths, BatchConfig(max_tokens=150), seed=seed)
        return Loader(prepared.train, sampler, prepared.tokenizers, sampling, seed=seed)

    return load


def loader_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "seq2seq-loader"]


def test_an_epoch_holds_every_example_once(load: Callable[..., Loader], prepared: Prepared) -> None:
    loader = load()
    batches = list(loader.batches(0))
    assert len(batches) == loader.len_epoch(0)
    assert sorted(itertools.chain.from_iterable(batch.rows for batch in batches)) == list(range(len(prepared.train)))
    for batch in batches:
        for place, row in enumerate(batch.rows):
            length = int(batch.source_lengths[place]) - 1
            assert batch.source[place, :length].tolist() == prepared.train.source_ids(row).tolist()
    assert not loader_threads()


def test_going_on_in_the_middle(load: Callable[..., Loader]) -> None:
    whole = list(load(SamplingConfig(target=True)).batches(3))
    rest = list(load(SamplingConfig(target=True)).batches(3, start=5))
    assert len(rest) == len(whole) - 5
    for one, other in zip(whole[5:], rest, strict=True):
        assert one.rows == other.rows
        assert torch.equal(one.source, other.source)
        assert torch.equal(one.target, other.target)
    assert list(load().batches(3, start=len(whole))) == []


def test_sampled_segmentations_spell_the_same_text(load: Callable[..., Loader], prepared: Prepared) -> None:
    loader = load(SamplingConfig(source=True, target=False, alpha=0.1))
    different = 0
    for batch in loader.batches(0):
        for place, row in enumerate(batch.rows):
            ids = batch.source[place, : int(batch.source_lengths[place]) - 1].tolist()
            assert prepared.tokenizers.source.decode(ids) == prepared.train.texts(row)[0]
            different += ids != prepared.train.source_ids(row).tolist()
            target = batch.target[place, 1 : int(batch.target_lengths[place])].tolist()
            assert target == prepared.train.target_ids(row).tolist()
    assert different > 50


def test_draws_depend_on_seed_epoch_and_row_alone(load: Callable[..., Loader]) -> None:
    sampling = SamplingConfig()
    loader = load(sampling)
    alone = loader.collate([7], epoch=2)
    among = loader.collate([3, 7, 9], epoch=2)
    length = int(alone.source_lengths[0])
    assert torch.equal(among.source[1, :length], alone.source[0])
    many = range(50)
    assert not torch.equal(loader.collate(many, epoch=2).source_lengths, loader.collate(many, epoch=3).source_lengths)
    other = load(sampling, seed=2)
    assert not torch.equal(loader.collate(many, epoch=2).source_lengths, other.collate(many, epoch=2).source_lengths)


@pytest.fixture(scope="module")
def recased(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("recased")
    rng = np.random.default_rng(1)
    rows = [" ".join(rng.choice(WORDS, size=rng.integers(1, 12))) for _ in range(400)]
    (folder / "train.tsv").write_text("".join(f"{row}\t{row} too\n" for row in rows))
    data = DataConfig(path=str(folder), cache=str(folder), casing=CasingConfig(upper=0.3, title=0.3))
    return prepare(data, TokenizerConfig(vocabulary=120), seed=1)


@pytest.mark.parametrize("sampling", [None, SamplingConfig(source=True, target=False)])
def test_some_rows_are_in_other_letter_case(recased: Prepared, sampling: SamplingConfig | None) -> None:
    sampler = TokenBudgetSampler(recased.train.lengths, BatchConfig(max_tokens=300), seed=1)
    loader = Loader(recased.train, sampler, recased.tokenizers, sampling, CasingConfig(upper=0.3, title=0.3), seed=1)
    how = []
    for row in range(len(recased.train)):
        batch = loader.collate([row], epoch=0)
        source = recased.tokenizers.source.decode(batch.source[0, :-1].tolist())
        target = recased.tokenizers.target.decode(batch.target[0, 1:-1].tolist())
        text = recased.train.texts(row)[0]
        assert (source, target) in [(change(text), change(f"{text} too")) for change in (str, str.upper, str.title)]
        how.append("as it is" if source == text else "upper" if source.isupper() else "title")
    assert 0.2 < how.count("upper") / len(how) < 0.4
    assert 0.2 < how.count("title") / len(how) < 0.4
    again = loader.collate([7], epoch=0)
    assert torch.equal(again.source, loader.collate([7], epoch=0).source)
    # The vocabulary has learnt capitals: no word is spelt letter by letter.
    assert len(recased.tokenizers.source.encode("SEVEN Eleven")) < 10


@pytest.mark.parametrize("sampling", [None, SamplingConfig(source=True, target=False)])
def test_terms_of_some_rows_are_annotated(tmp_path: Path, sampling: SamplingConfig | None) -> None:
    (tmp_path / "train.tsv").write_text(
        "the dog sleeps\tder Hund schläft\nthe cat sleeps\tsie schläft\n" * 5 + "x\ty\n" * 20
    )
    (tmp_path / "terms.tsv").write_text("dog\tHund\ncat\tKatze\ndogs\tHunde\nfriend\tHundefreund\nround\trund\n")
    terms = TermsConfig(glossary=str(tmp_path / "terms.tsv"), share=0.5)
    data = DataConfig(
        path=str(tmp_path), cache=str(tmp_path), terms=terms, dev_size=1, filters=FilterConfig(duplicates=False)
    )
    prepared = prepare(data, TokenizerConfig(kind="char", vocabulary=60), seed=1)
    sampler = TokenBudgetSampler(prepared.train.lengths, BatchConfig(max_tokens=300), seed=1)
    annotator = TermAnnotator.from_config(data)
    loader = Loader(prepared.train, sampler, prepared.tokenizers, sampling, seed=1, terms=annotator)
    row = next(row for row in range(len(prepared.train)) if "dog" in prepared.train.texts(row)[0])
    pairs = []
    for epoch in range(90):
        batch = loader.collate([row], epoch)
        source = prepared.tokenizers.source.decode(batch.source[0, :-1].tolist())
        pairs.append((source, prepared.tokenizers.target.decode(batch.target[0, 1:-1].tolist())))
    plain, right, other = (
        ("the dog sleeps", "der Hund schläft"),
        ("the dog ｟=｠ Hund ｟/｠ sleeps", "der Hund schläft"),
        ("the dog ｟=｠ Hundefreund ｟/｠ sleeps", "der Hundefreund schläft"),  # of the same ending, and with a capital
    )
    assert set(pairs) == {plain, right, other}
    assert 25 < pairs.count(plain) < 65
    assert pairs.count(other) > 5
    again = loader.collate([row], 7), loader.collate([row], 7)
    assert torch.equal(again[0].source, again[1].source)
    assert torch.equal(again[0].target, again[1].target)
    assert prepared.tokenizers.source.symbols.keys() == {"｟=｠", "｟/｠"}
    others = [
        other for other in range(len(prepared.train)) if other != row and "dog" not in prepared.train.texts(other)[0]
    ]
    for other in others:  # the target lacks the translation, or the source has no term
        ids = loader.collate([other], 0).source[0, :-1].tolist()
        assert prepared.tokenizers.source.decode(ids) == prepared.train.texts(other)[0]


def test_closing_early_stops_the_thread(load: Callable[..., Loader]) -> None:
    loader = load()
    assert loader.len_epoch(0) > AHEAD + 2
    iterator = loader.batches(0)
    next(iterator)
    assert loader_threads()
    iterator.close()  # type: ignore[attr-defined]
    assert not loader_threads()
    for _ in zip(loader.batches(0), range(2), strict=False):
        pass
    assert not loader_threads()


def test_an_error_in_the_thread_is_raised_where_batches_are_read(
    load: Callable[..., Loader], monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = load()

    def fail(*_: object) -> NoReturn:
        raise OSError("the disk is gone")

    monkeypatch.setattr(loader, "collate", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        next(loader.batches(0))
    assert not loader_threads()


def test_prepared_data_outlives_its_folder(tmp_path: Path) -> None:
    """Another process may find the cache damaged and prepare it again; what is mapped stays."""
    (tmp_path / "train.tsv").write_text("".join(f"a{n}\tb{n}\n" for n in range(20)))
    found = prepare(
        DataConfig(path=str(tmp_path), cache=str(tmp_path)), TokenizerConfig(kind="char", vocabulary=40), seed=1
    )
    expected = found.train.source_ids(0).tolist()
    for path in found.folder.iterdir():
        path.unlink()
    assert found.train.source_ids(0).tolist() == expected


def test_sampled_segmentations_have_the_symbols_of_the_prepared_ones(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    rows = [" ".join(rng.choice(WORDS, size=6)) for _ in range(60)]
    (tmp_path / "train.tsv").write_text("".join(f"{{a}} <b>{row}</b>\t<b>{row[::-1]}</b> {{a}}\n" for row in rows))
    data = DataConfig(path=str(tmp_path), cache=str(tmp_path), protect=("html",))
    tokenizer = TokenizerConfig(vocabulary=180)
    prepared = prepare(data, tokenizer, seed=1)
    sampler = TokenBudgetSampler(prepared.train.lengths, BatchConfig(max_tokens=150), seed=1)
    sampling = SamplingConfig(source=True, target=False, alpha=0.1)
    protection = Protection.from_config(data, tokenizer)
    assert protection is not None
    loader = Loader(prepared.train, sampler, prepared.tokenizers, sampling, seed=1, protection=protection)
    vocabulary = prepared.tokenizers.source
    different = 0
    for batch in loader.batches(0):
        for place, row in enumerate(batch.rows):
            ids = batch.source[place, : int(batch.source_lengths[place]) - 1].tolist()
            assert vocabulary.decode(ids) == protection.protect_pair(*prepared.train.texts(row)).source
            assert vocabulary.decode(ids) == vocabulary.decode(prepared.train.source_ids(row).tolist())
            different += ids != prepared.train.source_ids(row).tolist()
    assert different > 20
