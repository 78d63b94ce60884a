"""What is in a list; the file of lists; what a batch picks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load, save_file
from support.refused import refused

from seq2seq.export.shortlist import pick_lists, to_bytes
from seq2seq.inference.engines.onnx.search_network import GROUP
from seq2seq.inference.engines.onnx.shortlist import Lists, Shortlist, open_shortlist
from seq2seq.model_folder.layout import SHORTLIST
from seq2seq.special import BOS, EOS, PAD, UNK
from seq2seq.text.lexical_alignment import learn

SIZES = (12, 40)
LISTS = Lists(
    always=np.array([UNK, EOS, 30]),
    starts=np.array([0, 0, 0, 0, 0, 2, 3, 3, 3, 3, 3, 3, 6]),
    targets=np.array([10, 39, 20, 4, 10, 11]),
    vocabulary=40,
)
BIAS = np.arange(40, dtype=np.float32)
WEIGHT = np.arange(40 * 6, dtype=np.float32).reshape(6, 40)
PARTS: dict[str, Any] = {"bias": BIAS, "weight": WEIGHT}
INTEGERS: dict[str, Any] = {"weight.int8": WEIGHT.astype(np.int8), "scale": BIAS + 1}


def listed(lists: Lists, *source: int) -> list[int]:
    return np.flatnonzero(lists.allowed([source])[0]).tolist()


# ------------------------------------------------------------------------------------------------------ what is listed


def pick(pairs: list[tuple[list[int], list[int]]], *, joint: bool = False, count: int = 1, frequent: int = 0) -> Lists:
    sources, targets = ([np.array(pair[side]) for pair in pairs] for side in (0, 1))
    same = np.arange(EOS + 1, 20 if joint else 0)
    return pick_lists(learn(sources, targets), targets, (20, 20), copied=(same, same), count=count, frequent=frequent)


PAIRS = [([4, 5], [11, 12]), ([4, 6], [11, 13]), ([7, 6], [14, 13]), ([8], [UNK])]


def test_a_list_has_what_its_source_yields_and_what_ends_it() -> None:
    lists = pick(PAIRS, count=1)
    both = listed(lists, 5, 7)
    assert {UNK, EOS, 12, 14} <= set(both)
    assert set(listed(lists, 5)) | set(listed(lists, 7)) == set(both)
    assert set(listed(lists, 9)) == set(lists.always)
    assert not {PAD, BOS} & set(both)


def test_frequent_tokens_are_in_every_list_and_take_no_places() -> None:
    lists = pick(PAIRS, count=1, frequent=2)
    assert {11, 13} <= set(lists.always)
    assert not {11, 13} & set(lists.targets)
    assert 12 in listed(lists, 4)


def test_of_tokens_that_never_occur_none_is_frequent() -> None:
    assert set(pick(PAIRS, frequent=20).always) == {UNK, EOS, 11, 12, 13, 14}


def test_with_a_joint_vocabulary_a_source_can_be_copied() -> None:
    assert {9, 19} <= set(listed(pick(PAIRS, joint=True), 9, 19))
    assert not {9, 19} & set(listed(pick(PAIRS), 9, 19))
    assert not {PAD, BOS} & set(listed(pick(PAIRS, joint=True), PAD, BOS))


def test_required_tokens_join_the_list_of_their_source_alone() -> None:
    selection = Shortlist(LISTS, BIAS, WEIGHT).select([[4], [5]], [[], [33]])
    column = selection.ids.tolist().index(33)
    assert selection.bias[:, column].tolist() == [-np.inf, 33.0]


def test_lists_of_a_batch() -> None:
    found = LISTS.allowed([[4], [], [5, 11, 11], [0]])
    assert [np.flatnonzero(row).tolist() for row in found] == [
        [UNK, EOS, 10, 30, 39],
        [UNK, EOS, 30],
        [UNK, EOS, 4, 10, 11, 20, 30],
        [UNK, EOS, 30],
    ]


SOURCES = st.lists(st.lists(st.integers(0, 11), max_size=4), min_size=1, max_size=5)


@given(sources=SOURCES)
def test_a_choice_holds_each_sentences_own_list_and_nothing_else(sources: list[list[int]]) -> None:
    chosen = Shortlist(LISTS, BIAS, WEIGHT).select(sources)
    assert chosen.ids.size % GROUP == 0
    alone = [LISTS.allowed([source])[0] for source in sources]
    for row, mine in zip(chosen.bias, alone, strict=True):
        possible = row > -np.inf
        assert chosen.ids[possible].tolist() == np.flatnonzero(mine).tolist()
        assert row[possible].tolist() == BIAS[mine].tolist()
    assert chosen.smallest == min(int(mine.sum()) for mine in alone)
    real = chosen.ids != PAD
    assert chosen.count == real.sum()
    assert (chosen.bias[:, ~real] == -np.inf).all()
    assert chosen.weight.tolist() == WEIGHT[:, chosen.ids].tolist()


# --------------------------------------------------------------------------------------------------------- the file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "onnx").mkdir()
    (tmp_path / SHORTLIST).write_bytes(to_bytes(LISTS, {**PARTS, **INTEGERS}))
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    exact, whole = (open_shortlist(folder, SIZES, int8=int8) for int8 in (False, True))
    for one in (exact, whole):
        assert one.lists.allowed([[4], [5, 11]]).tolist() == LISTS.allowed([[4], [5, 11]]).tolist()
        assert one.bias.tolist() == BIAS.tolist()
    assert exact.weight.tolist() == WEIGHT.tolist()
    assert exact.scale is None
    assert whole.weight.dtype == np.int8
    chosen = whole.select([[4]])
    assert chosen.scale is not None
    assert chosen.scale[:5].tolist() == (chosen.ids[:5] + 1).tolist()


def test_weights_may_be_transposed(folder: Path) -> None:
    turned = np.ascontiguousarray(WEIGHT.T).T
    assert not turned.flags.c_contiguous
    (folder / SHORTLIST).write_bytes(to_bytes(LISTS, {**PARTS, "weight": turned}))
    assert open_shortlist(folder, SIZES, int8=False).weight.tolist() == WEIGHT.tolist()


def test_ids_are_as_small_as_they_can_be(folder: Path) -> None:
    kept = load((folder / SHORTLIST).read_bytes())
    assert (kept["targets"].dtype, kept["always"].dtype) == (np.uint8, np.uint8)
    many = Lists(LISTS.always, LISTS.starts, LISTS.targets, 6000)
    assert load(to_bytes(many, PARTS))["targets"].dtype == np.uint16


def test_a_shortlist_without_integers(folder: Path) -> None:
    (folder / SHORTLIST).write_bytes(to_bytes(LISTS, PARTS))
    open_shortlist(folder, SIZES, int8=False)
    with refused("model.damaged-shortlist", "shortlist.safetensors", "weight.int8"):
        open_shortlist(folder, SIZES, int8=True)


DAMAGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "starts that are too few": lambda parts: parts.update(starts=parts["starts"][:-1]),
    "starts that go back": lambda parts: parts.update(starts=parts["starts"][[0, 5, 4, *range(3, 13)]]),
    "starts that begin later": lambda parts: parts["starts"].__setitem__(0, 1),
    "starts beyond the end": lambda parts: parts["starts"].__setitem__(-1, 7),
    "a token that is none": lambda parts: parts["targets"].__setitem__(0, 40),
    "PAD": lambda parts: parts["targets"].__setitem__(0, PAD),
    "BOS": lambda parts: parts["always"].__setitem__(0, BOS),
    "nothing that is always there": lambda parts: parts.update(always=parts["always"][:0]),
    "signed ids": lambda parts: parts.update(targets=parts["targets"].astype(np.int64)),
    "ids of two dimensions": lambda parts: parts.update(targets=parts["targets"][None]),
    "a bias of another size": lambda parts: parts.update(bias=parts["bias"][1:]),
    "weights of another size": lambda parts: parts.update(weight=parts["weight"][:, 1:].copy()),
    "weights of another kind": lambda parts: parts.update(weight=parts["weight"].astype(np.float64)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_parts_that_do_not_fit(folder: Path, damage: str) -> None:
    parts = {name: part.copy() for name, part in load((folder / SHORTLIST).read_bytes()).items()}
    DAMAGE[damage](parts)
    save_file(parts, folder / SHORTLIST)
    with refused("model.damaged-shortlist", str(folder / SHORTLIST), "--vocabulary-shortlist"):
        open_shortlist(folder, SIZES, int8=False)


def test_a_file_that_is_cut_short(folder: Path) -> None:
    content = (folder / SHORTLIST).read_bytes()
    for size in (0, 4, 100, len(content) - 1):
        (folder / SHORTLIST).write_bytes(content[:size])
        with refused("model.damaged-shortlist", "shortlist.safetensors"):
            open_shortlist(folder, SIZES, int8=False)


def test_a_scale_that_does_not_fit(folder: Path) -> None:
    (folder / SHORTLIST).write_bytes(to_bytes(LISTS, {**PARTS, **INTEGERS, "scale": BIAS[1:].copy()}))
    with refused("model.damaged-shortlist"):
        open_shortlist(folder, SIZES, int8=True)
