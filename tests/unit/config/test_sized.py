from typing import Any

import pytest

from seq2seq.config.sized import STEPS, CorpusFacts, sized_settings


def test_larger_corpora_get_larger_vocabularies_and_batches_and_less_dropout() -> None:
    found = [sized_settings("translation", CorpusFacts(rows=rows, tokens=rows * 30)) for rows in (500, 5_000, 10**6)]
    assert [one["tokenizer"]["vocabulary"] for one in found] == [500, 2_000, 16_000]
    assert [one["training"]["batch"]["max_tokens"] for one in found] == [512, 1024, 4096]
    assert [one["model"]["dropout"]["layer"] for one in found] == [0.3, 0.3, 0.2]


def test_attention_is_guided_where_that_was_measured_to_help() -> None:
    def training(rows: int, **changes: bool) -> dict[str, Any]:
        facts = CorpusFacts(rows=rows, tokens=rows * 30, single_words=changes.pop("single_words", False))
        found: dict[str, Any] = sized_settings("translation", facts, **changes)["training"]
        return found

    for rows in (500, 5_000, 29_000, 100_000):
        found = training(rows)
        assert found["guided_alignment"] > 0
        assert found["optimizer"]["learning_rate"] > 2e-3
    for other in (training(10**6), training(5_000, guided=False), training(5_000, single_words=True)):
        assert not {"guided_alignment", "optimizer", "schedule"} & other.keys()


def test_the_number_of_epochs_gives_so_many_steps_within_bounds() -> None:
    def epochs(tokens: int, rows: int = 5_000) -> int:
        settings = sized_settings("translation", CorpusFacts(rows=rows, tokens=tokens))
        found: int = settings["training"]["max_epochs"]
        return found

    assert epochs(102_400) == STEPS // 100  # 100 batches of 1,024 tokens
    assert epochs(1024) == 400
    assert epochs(10**9) == 12


def test_a_short_epoch_is_not_validated_each_time() -> None:
    short = sized_settings("translation", CorpusFacts(rows=100, tokens=2_000))
    assert short["training"]["validation"] == {"patience": 10, "every_steps": 50}
    long = sized_settings("translation", CorpusFacts(rows=10_000, tokens=300_000))
    assert long["training"]["validation"] == {"patience": 10}


@pytest.mark.parametrize(("shared", "joint", "tied"), [(0.9, True, "all"), (0.1, False, "target")])
def test_sides_that_share_letters_share_a_vocabulary(shared: float, joint: bool, tied: str) -> None:
    found = sized_settings("translation", CorpusFacts(rows=9_000, tokens=10**5, shared_letters=shared))
    assert found["tokenizer"]["joint"] is joint
    assert found["model"]["tied"] == tied


def test_single_words_are_spelt() -> None:
    facts = CorpusFacts(rows=9_000, tokens=10**5, single_words=True)
    assert sized_settings("translation", facts)["tokenizer"]["kind"] == "char"
    assert sized_settings("classification", facts)["tokenizer"]["kind"] == "char"


def test_labels_of_very_different_frequency_are_weighted() -> None:
    facts = CorpusFacts(rows=1_000, tokens=20_000, unbalanced=True)
    assert sized_settings("classification", facts)["training"]["class_weights"] == "balanced"
