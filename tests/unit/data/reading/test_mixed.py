"""Several sources as one split: languages, tags, groups, places."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.config.data import DataConfig, ReplayConfig, SourceConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.prepare import prepare
from seq2seq.data.reading.sources import find_splits, missing, read_split
from seq2seq.text.tags import all_tags
from seq2seq.text.tokenizer import Tokenizer

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def data(write: Write, tmp_path: Path) -> DataConfig:
    write("a/train.tsv", "en\tde\none\teins\ntwo\tzwei\n")
    write("a/dev.tsv", "en\tde\nten\tzehn\n")
    write("b.tsv", "three\ttrois\n \tquatre\n")
    return DataConfig(
        sources=(
            SourceConfig(path=str(tmp_path / "a"), languages=("en", "de")),
            SourceConfig(path=str(tmp_path / "a"), languages=("de", "en"), swap=True, tags=("formal",)),
            SourceConfig(train=str(tmp_path / "b.tsv"), languages=("en", "fr"), share=0.5),
        ),
        cache=str(tmp_path / "cache"),
        workers=1,
    )


def test_rows_carry_their_tags_and_directions(data: DataConfig) -> None:
    train = read_split(data, "train")
    assert train is not None
    assert list(zip(train.sources, train.targets, train.groups or (), strict=True)) == [
        ("<2de> one", "eins", "en-de"),
        ("<2de> two", "zwei", "en-de"),
        ("<2en> <:formal> eins", "one", "de-en"),
        ("<2en> <:formal> zwei", "two", "de-en"),
        ("<2fr> three", "trois", "en-fr"),
        (" ", "quatre", "en-fr"),
    ]
    dev = read_split(data, "dev")
    assert dev is not None
    assert dev.sources == ["<2de> ten", "<2en> <:formal> zehn"]
    assert read_split(data, "test") is None


def test_places_stay(data: DataConfig, tmp_path: Path) -> None:
    train = find_splits(data)["train"]
    assert train is not None
    assert train.parts == (1, 1, 1)
    raw = train.read(tmp_path / "train.arrow")
    assert [raw.where(row) for row in (0, 3, 4)] == [
        f"{tmp_path}/a/train.tsv:2",
        f"{tmp_path}/a/train.tsv:3",
        f"{tmp_path}/b.tsv:1",
    ]


def test_one_target_language_needs_no_tag(data: DataConfig) -> None:
    one = data.model_copy(update={"sources": data.sources[:1]})
    train = read_split(one, "train")
    assert train is not None
    assert train.sources == ["one", "two"]
    assert all_tags(one) == ()
    assert all_tags(data) == ("<2de>", "<2en>", "<2fr>", "<:formal>")


def test_tags_are_tokens_and_parts_are_known(data: DataConfig) -> None:
    prepared = prepare(data, TokenizerConfig(kind="char", vocabulary=60), seed=1)
    assert prepared.firsts == (0, 2, 4)  # the blank row is left out
    assert (prepared.new, len(prepared.dev)) == (5, 2)
    source = prepared.tokenizers.source
    assert isinstance(source, Tokenizer)
    assert [piece for piece in source.pieces(prepared.train.source_ids(2)) if piece.startswith("<")] == [
        "<2en>",
        "<:formal>",
    ]
    other = data.model_copy(update={"sources": (data.sources[0], data.sources[2])})
    assert prepare(other, TokenizerConfig(kind="char", vocabulary=60), seed=1).fingerprint != prepared.fingerprint


def test_replayed_sources_keep_their_tags(data: DataConfig, write: Write) -> None:
    rows = "".join(f"{number} six\t{number} sechs\n" for number in range(10))
    new = SourceConfig(train=str(write("new.tsv", rows)), languages=("en", "de"))
    tuned = data.model_copy(update={"sources": (new,), "replay": ReplayConfig(sources=data.sources, share=0.5)})
    prepared = prepare(tuned, TokenizerConfig(kind="char", vocabulary=60), seed=1)
    new_rows = prepared.new
    assert (len(prepared.train) - new_rows, prepared.firsts) == (5, (0, new_rows))
    assert {prepared.train.texts(row)[0].split()[0] for row in range(len(prepared.train))} == {
        "<2de>",
        "<2en>",
        "<2fr>",
    }
    assert all_tags(tuned) == all_tags(data)


def test_what_is_missing_names_its_source(data: DataConfig, tmp_path: Path) -> None:
    gone = data.sources[2].model_copy(update={"train": str(tmp_path / "gone.tsv")})
    (problem,) = missing(data.model_copy(update={"sources": (*data.sources[:2], gone)}))
    assert problem.startswith("data.sources.2.train: ")


def test_other_languages_of_the_same_file_are_other_data(write: Write, tmp_path: Path) -> None:
    train = str(write("all.tsv", "en\tde\tfr\none\teins\tun\n" + "two\tzwei\tdeux\n" * 3))
    wanted = [DataConfig(train=train, languages=("en", to), cache=str(tmp_path), workers=1) for to in ("de", "fr")]
    config = TokenizerConfig(kind="char", vocabulary=40)
    found = [prepare(data.model_copy(update={"extra_columns": True}), config, seed=1) for data in wanted]
    assert found[0].fingerprint != found[1].fingerprint
    assert [prepared.train.texts(0)[1] for prepared in found] != ["eins", "eins"]
