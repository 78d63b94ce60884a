"""Operations of small networks, counted by hand: E embedding, H hidden, M memory, V vocabulary."""

import pytest
from support.cells import CELL_NAMES
from support.exported import TARGET_VOCABULARY, built, many_to_many

from seq2seq.bench import operations
from seq2seq.bench.operations import Work, forward_operations, matmul_peak, training_operations
from seq2seq.config.model import ManyToManyConfig, ManyToOneConfig, OneToManyConfig

WORK = Work(sentences=2, source=7, target=11, pairs=40)
V = TARGET_VOCABULARY


def shape(**changes: object) -> ManyToManyConfig:
    """E 3; an encoder of H 2 in one direction, so M 2; a decoder of H 4."""
    one_way = {"cell": "gru", "hidden": 2, "bidirectional": False}
    return ManyToManyConfig.model_validate(
        {"embedding": 3, "encoder": one_way, "decoder": {"cell": "gru", "hidden": 4}, **changes}
    )


def count(config: ManyToManyConfig | ManyToOneConfig | OneToManyConfig) -> dict[str, int]:
    """Multiply-adds, by part."""
    found = forward_operations(built(config), WORK)
    assert all(number % 2 == 0 for number in found.values())
    return {part: number // 2 for part, number in found.items()}


def test_attention_with_general_scores() -> None:
    assert count(shape(attention={"score": "general"}, bridge="linear")) == {
        "encoder": 3 * 2 * (3 + 2) * 7 + 4 * 2 * 2,  # gates x H x (E + H) a source token; the bridge, H x M a sentence
        "attention": 4 * 2 * 7 + (4 + 2) * 40,  # keys, A x M a source token; A for a score and M for a sum a pair
        "decoder": (3 * 4 * (3 + 4) + 3 * (4 + 2)) * 11,  # and the readout, E x (H + M)
        "projection": V * 3 * 11,
    }


def test_additive_attention_has_queries_and_its_vector_is_met_by_pairs_alone() -> None:
    found = count(shape(attention={"score": "additive", "size": 6}))
    assert found["attention"] == 6 * 2 * 7 + 6 * 4 * 11 + (6 + 2) * 40


def test_embeddings_that_are_attended_to_widen_the_memory() -> None:
    wider = count(shape(attention={"score": "general", "embeddings": True}))["attention"]
    embedding = shape().embedding
    plain = count(shape(attention={"score": "general"}))["attention"]
    assert wider - plain == embedding * (4 * 7 + 40)  # keys of source tokens, and the sum of pairs


def test_dot_attention_compares_the_memory_itself() -> None:
    wide = {"cell": "gru", "hidden": 4, "bidirectional": False}
    assert count(shape(encoder=wide, attention={"score": "dot"}))["attention"] == (4 + 4) * 40


def test_input_feeding_reads_an_embedding_more() -> None:
    plain, feeding = (
        count(shape(attention={"score": "general", "input_feeding": feeding})) for feeding in (False, True)
    )
    assert feeding["decoder"] - plain["decoder"] == 3 * 4 * 3 * 11
    assert {**feeding, "decoder": 0} == {**plain, "decoder": 0}


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_cell_has_as_many_matrices_as_gates(cell: str) -> None:
    of = {"cell": cell, "hidden": 2, "bidirectional": True}
    found = count(shape(encoder=of, attention={"score": "general"}, bridge="zero"))
    gates = {"rnn_tanh": 1, "rnn_relu": 1, "gru": 3, "lstm": 4, "ssru": 2, "minlstm": 3}[cell]
    read = 3 if cell in ("ssru", "minlstm") else 3 + 2  # the state meets no matrix
    assert found["encoder"] == 2 * gates * 2 * read * 7


def test_a_fixed_context_has_no_attention_and_may_be_fed() -> None:
    found = count(shape(attention=None, feed_context=True, bridge="zero"))
    assert found == {
        "encoder": 3 * 2 * (3 + 2) * 7,
        "decoder": (3 * 4 * (3 + 2 + 4) + 3 * (4 + 2)) * 11,
        "projection": V * 3 * 11,
    }


def test_tied_embeddings_count_where_they_project_and_nowhere_else() -> None:
    tied = many_to_many(tied="target")
    assert count(tied) == count(many_to_many(tied="none"))


def test_tags_are_met_by_no_matrix_but_the_bridge() -> None:
    config = OneToManyConfig.model_validate({"embedding": 3, "decoder": {"cell": "lstm", "hidden": 4}})
    found = count(config)
    assert found == {
        "encoder": 2 * 4 * 3 * 2,  # for h and for c, H x E a sentence
        "decoder": (4 * 4 * (3 + 4) + 3 * 4) * 11,
        "projection": V * 3 * 11,
    }


@pytest.mark.parametrize(("pooling", "weights"), [("last", 0), ("max", 0), ("mean", 0), ("attention", 4 * 4 + 4 + 4)])
def test_a_classifier_pools_tokens_and_labels_sentences(pooling: str, weights: int) -> None:
    encoder = {"cell": "rnn_tanh", "hidden": 2, "bidirectional": True}
    config = ManyToOneConfig.model_validate({"embedding": 3, "encoder": encoder, "pooling": pooling})
    assert count(config) == {
        "encoder": 2 * 2 * (3 + 2) * 7,
        "pooling": weights * 7,
        "projection": 4 * (V - 4) * 2,
    }


def test_a_training_step_takes_three_products_for_one() -> None:
    model = built(many_to_many())
    forward = forward_operations(model, WORK)
    assert training_operations(model, WORK) == {part: 3 * number for part, number in forward.items()}


def test_the_peak_is_what_the_operations_of_a_product_take(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "_PEAK_SIZE", 100)
    times = iter([0.5, 0.25, 1.0, 0.5, 0.5])
    monkeypatch.setattr(operations, "seconds", lambda _: next(times))
    assert matmul_peak() == 2 * 100**3 / 0.25
