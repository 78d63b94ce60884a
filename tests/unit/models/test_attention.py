"""Attention: each score by hand, masks, heads."""

import pytest
import torch

from seq2seq.config.model import AttentionConfig
from seq2seq.models.attention import AdditiveAttention, Attention
from seq2seq.registry import ATTENTION

MASK = torch.tensor([[True, True, True, False], [True, False, False, False]])


def attend(config: AttentionConfig, memory_size: int = 6) -> tuple[Attention, torch.Tensor, torch.Tensor]:
    attention = ATTENTION.load_class(config.score, Attention)(config, hidden=6, memory=memory_size)
    if isinstance(attention, AdditiveAttention):
        torch.nn.init.normal_(attention.energy)
    return attention, torch.randn(2, 3, 6), torch.randn(2, 4, memory_size)


@pytest.mark.parametrize("score", ["dot", "general", "additive"])
@pytest.mark.parametrize("heads", [1, 2])
def test_weights_sum_to_one_over_real_tokens(score: str, heads: int) -> None:
    attention, queries, memory = attend(AttentionConfig(score=score, heads=heads))
    context, weights = attention(queries, attention.project(memory), memory, MASK)
    assert context.shape == (2, 3, 6)
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(2, 3))
    assert weights[~MASK[:, None].expand_as(weights)].abs().max() == 0
    # One real token leaves no choice.
    torch.testing.assert_close(context[1], memory[1, :1].expand(3, -1))


@pytest.mark.parametrize("score", ["dot", "general", "additive"])
def test_the_score_is_that_of_the_paper(score: str) -> None:
    attention, queries, memory = attend(AttentionConfig(score=score), memory_size=6 if score == "dot" else 5)
    _, weights = attention(queries, attention.project(memory), memory, MASK)
    q, m = queries[0, 1], memory[0]
    if score == "dot":
        scores = torch.stack([q @ m[s] for s in range(3)])
    elif score == "general":
        scores = torch.stack([q @ (attention.key.weight @ m[s]) for s in range(3)])
    else:
        assert isinstance(attention, AdditiveAttention)
        scores = torch.stack(
            [attention.energy[0] @ torch.tanh(attention.query(q) + attention.key.weight @ m[s]) for s in range(3)]
        )
    torch.testing.assert_close(weights[0, 1, :3], torch.softmax(scores, dim=0))


def test_each_head_has_its_own_weights() -> None:
    attention, queries, memory = attend(AttentionConfig(score="general", heads=2))
    keys = attention.project(memory)
    context, weights = attention(queries, keys, memory, MASK)
    by_hand = []
    for part in (slice(0, 3), slice(3, 6)):
        scores = queries[0, 0, part] @ keys[0, :3, part].T * 3**-0.5
        by_hand.append(torch.softmax(scores, dim=0))
    torch.testing.assert_close(weights[0, 0, :3], (by_hand[0] + by_hand[1]) / 2)
    torch.testing.assert_close(context[0, 0, :3], by_hand[0] @ memory[0, :3, :3])


def test_another_size_projects_the_queries() -> None:
    attention, queries, memory = attend(AttentionConfig(score="general", size=4))
    assert attention.project(memory).shape == (2, 4, 4)
    assert attention(queries, attention.project(memory), memory, MASK).context.shape == (2, 3, 6)
