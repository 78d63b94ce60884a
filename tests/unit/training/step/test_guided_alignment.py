"""What attention is shown: translations where they stand, nothing where there is none; and that showing helps."""

import math
import random
from functools import cache

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seq2seq.config.model import AttentionConfig, DecoderConfig, DropoutConfig, EncoderConfig, ManyToManyConfig
from seq2seq.data.batching.batch import collate
from seq2seq.models.build import build_model
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import EOS, PAD
from seq2seq.training.step.guided_alignment import AlignmentGuide, alignment_loss
from seq2seq.training.step.objective import SequenceObjective

FEW, MANY = 12, 120
"""Source words; they begin at 4, and after them their translations, in the same order."""


def pairs(
    count: int, *, words: int = FEW, reverse: bool = True, seed: int = 1
) -> tuple[list[list[int]], list[list[int]]]:
    """Sentences, some words more frequent than others, and their translations word by word."""
    draw = random.Random(seed)
    sources = [[4 + int(words * draw.random() ** 2) for _ in range(draw.randint(6, 12))] for _ in range(count)]
    targets = [[word + words for word in (reversed(source) if reverse else source)] for source in sources]
    return sources, targets


@cache
def guide(*, reverse: bool = False) -> AlignmentGuide:
    sources, targets = pairs(300, reverse=reverse)
    return AlignmentGuide([np.array(one) for one in sources], [np.array(one) for one in targets])


def ids(*tokens: int) -> Tensor:
    return torch.tensor([[*tokens, EOS]])


class TestAlignment:
    def test_a_word_is_aligned_to_its_translation(self) -> None:
        aligned = guide().align(ids(5, 9, 7), ids(17, 21, 19))[0]
        assert aligned.argmax(dim=1).tolist() == [0, 1, 2, 3]
        assert aligned.amax(dim=1).min() > 0.7

    def test_the_order_of_words_does_not_matter(self) -> None:
        aligned = guide(reverse=True).align(ids(5, 9, 7), ids(19, 21, 17))[0]
        assert aligned.argmax(dim=1).tolist() == [2, 1, 0, 3]
        assert aligned.amax(dim=1).min() > 0.7

    def test_of_equal_words_the_nearest(self) -> None:
        aligned = guide().align(ids(5, 9, 7, 5), ids(17, 21, 19, 17))[0]
        assert aligned.argmax(dim=1).tolist() == [0, 1, 2, 3, 4]
        assert aligned[0, 0] > 2 * aligned[0, 3]

    def test_what_has_no_translation_is_aligned_to_nothing(self) -> None:
        aligned = guide().align(ids(5, 9), ids(17, 25, 500))[0]
        assert aligned.sum(dim=1)[:3].tolist() == [pytest.approx(1, abs=0.2), pytest.approx(0, abs=0.3), 0]

    def test_the_end_is_aligned_to_the_end(self) -> None:
        aligned = guide().align(ids(5, 9), ids(17))[0]
        assert aligned[1].tolist() == [0, 0, pytest.approx(1, abs=0.1)]

    def test_it_is_computed_on_the_device_of_the_tokens(self) -> None:
        sources, targets = pairs(20)
        guiding = AlignmentGuide([np.array(one) for one in sources], [np.array(one) for one in targets])
        aligned = guiding.align(ids(5).to("meta"), ids(17, 18).to("meta"))
        assert (aligned.device.type, aligned.shape) == ("meta", (1, 3, 2))

    def test_without_pairs_only_the_end_is_aligned(self) -> None:
        aligned = AlignmentGuide([], []).align(ids(5), ids(17, 18))[0]
        assert aligned[:2].sum() == 0
        assert aligned[2, 1] > 0.9

    @settings(max_examples=30, deadline=None)
    @given(
        source=st.lists(st.integers(4, 60), max_size=9),
        target=st.lists(st.integers(4, 60), max_size=9),
        padding=st.integers(0, 3),
    )
    def test_shares_are_of_real_tokens_and_at_most_one(
        self, source: list[int], target: list[int], padding: int
    ) -> None:
        guided = guide()
        alone = guided.align(ids(*source), ids(*target))[0]
        fill = [PAD] * padding
        padded = guided.align(torch.tensor([[*source, EOS, *fill]]), torch.tensor([[*target, EOS, *fill]]))[0]
        torch.testing.assert_close(padded[: len(target) + 1, : len(source) + 1], alone)
        assert padded.sum() == pytest.approx(alone.sum().item())
        assert alone.min() >= 0
        assert alone.sum(dim=1).max() <= 1


def test_the_loss_is_the_cross_entropy_of_what_is_aligned() -> None:
    attention = torch.tensor([[[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]]])
    aligned = torch.tensor([[[0.0, 0.8, 0.0], [0.5, 0.0, 0.1]]])
    expected = 0.8 * math.log(4) + 0.1 * math.log(1e6)
    assert alignment_loss(attention, aligned).item() == pytest.approx(expected, rel=1e-5)


def model(vocabulary: int) -> Seq2Seq:
    torch.manual_seed(1)
    config = ManyToManyConfig(
        embedding=24,
        encoder=EncoderConfig(hidden=24),
        decoder=DecoderConfig(hidden=48),
        attention=AttentionConfig(),
        dropout=DropoutConfig(embedding=0.0, layer=0.0, output=0.0),
    )
    return build_model(config, vocabulary, vocabulary)


class TestObjective:
    def test_guidance_is_of_training_and_no_part_of_the_reported_loss(self) -> None:
        batch = collate(*pairs(8))
        read = batch.source, batch.source_lengths, batch.target
        plain = SequenceObjective(model(2 * FEW + 4), smoothing=0.0)
        guided = SequenceObjective(plain.model, smoothing=0.0, guide=guide(reverse=True), guidance=0.5)
        assert guided(*read).nll.item() == plain(*read).nll.item()
        assert guided(*read).smoothed.item() > plain(*read).smoothed.item()
        assert guided.eval()(*read).smoothed.item() == plain.eval()(*read).smoothed.item()

    def test_a_guided_model_learns_sooner(self) -> None:
        """With so many words, the other has hardly begun to find out where to look."""
        sources, targets = pairs(600, words=MANY)
        guiding = AlignmentGuide([np.array(one) for one in sources], [np.array(one) for one in targets])
        losses = {}
        for guidance in (0.0, 0.3):
            objective = SequenceObjective(model(2 * MANY + 4), smoothing=0.0, guide=guiding, guidance=guidance)
            optimizer = torch.optim.Adam(objective.parameters(), lr=1e-2)
            for step in range(200):
                batch = collate(*pairs(32, words=MANY, seed=100 + step))
                optimizer.zero_grad()
                (objective(batch.source, batch.source_lengths, batch.target).smoothed / batch.target_tokens).backward()
                optimizer.step()
            batch = collate(*pairs(64, words=MANY, seed=99))
            found = objective.eval()(batch.source, batch.source_lengths, batch.target)
            losses[guidance] = found.nll.item() / batch.target_tokens
        assert losses[0.3] < 0.8 * losses[0.0]
