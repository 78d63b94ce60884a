"""More pieces for a vocabulary that is in use, learnt from text that it cuts too small or cannot write at all."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, get_args

from seq2seq import log
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.special import NAMES, UNK
from seq2seq.text.tokenizer import SPACE, Tokenizer
from seq2seq.text.vocabulary.merges import learn_merges
from seq2seq.text.vocabulary.training import chunked, train_tokenizer

_CANDIDATES: Final = 4
"""Pieces learnt for each that is wanted: most of them, the vocabulary has already."""
_BATCH: Final = 4096
"""Sentences encoded at a time."""

Scored = list[tuple[str, float]]


def extend_vocabulary(tokenizer: Tokenizer, sentences: Sequence[str], count: int, *, where: str) -> Tokenizer:
    """Add pieces to a vocabulary; the tokens that it has keep their ids and scores.

    First come the characters that it lacks, the most frequent first (but in a vocabulary of words). The others are

    - unigram: the pieces of a unigram model of the new text alone that make it shorter by the most tokens, with their
      log-probabilities there;
    - bpe: what further merging makes of the new text after the old merges;
    - word: the most frequent of the words that are unknown;
    - char: none.

    Args:
        tokenizer: the vocabulary.
        sentences: the new text.
        count: new pieces; fewer, if the text does not yield as many.
        where: names the text in error messages.

    Returns:
        A vocabulary whose first tokens are those of ``tokenizer``; the very same one if there is nothing to add.

    Raises:
        DataError: there is no text to learn from.
    """
    sentences = [" ".join(tokenizer.split_symbols(text)[::2]) for text in sentences] if tokenizer.symbols else sentences
    least = min(tokenizer.score(token) for token in range(len(NAMES), tokenizer.size))
    added: Scored = []
    if tokenizer.kind != "word":
        added = [(piece, least - rank) for rank, piece in enumerate(_lacking(tokenizer, sentences)[:count], start=1)]
    grown = tokenizer.extended(added) if added else tokenizer
    more: Scored = []
    if left := count - len(added):
        match tokenizer.kind:
            case "unigram":
                more = _unigram(grown, sentences, left, where)
            case "bpe":
                words = _words(grown, sentences)
                cut = {tuple(grown.pieces(grown.encode(word))): times for word, times in words.items()}
                more = [(piece, least - len(added) - 1 - rank) for rank, piece in enumerate(learn_merges(cut, left))]
            case "word":
                unknown = {word: times for word, times in _words(grown, sentences).items() if not grown.has(word)}
                more = [(word, least) for word, _ in Counter(unknown).most_common(left)]
    more = [(piece, score) for piece, score in more if not grown.has(piece)]
    return grown.extended(more) if more else grown


def _lacking(tokenizer: Tokenizer, sentences: Sequence[str]) -> list[str]:
    """The characters of a text that no token of their own can write, the most frequent first."""
    counted: Counter[str] = Counter()
    for text in sentences:
        counted.update(tokenizer.normalise(text))
    del counted[" "]
    return [character for character, _ in counted.most_common() if not tokenizer.has(character)]


def _words(tokenizer: Tokenizer, sentences: Sequence[str]) -> Counter[str]:
    """The words of a text as pieces are spelt, and how often each occurs."""
    return Counter(SPACE + word for text in sentences for word in tokenizer.normalise(text).split(" ") if word)


def _unigram(tokenizer: Tokenizer, sentences: Sequence[str], count: int, where: str) -> Scored:
    """Pieces of a unigram model of the text alone that make it shorter by the most tokens."""
    characters = len({character for text in sentences for character in tokenizer.normalise(text)})
    rules = get_args(TokenizerConfig.model_fields["normalisation"].annotation)
    config = TokenizerConfig.model_validate(
        {
            "kind": tokenizer.kind,
            "vocabulary": len(NAMES) + characters + _CANDIDATES * count + 1,
            "normalisation": tokenizer.normalisation if tokenizer.normalisation in rules else "nmt_nfkc",
        }
    )
    with log.muted(mute=True):  # that the text fills fewer is no news: most of them are not taken
        learnt = train_tokenizer(sentences, config, where=where)
    names = learnt.pieces(range(learnt.size))
    candidates = [
        (name, learnt.score(token))
        for token, name in enumerate(names)
        if token >= len(NAMES) and not tokenizer.has(name)
    ]
    saved = _saved(tokenizer, tokenizer.extended(candidates), sentences)
    taken = {piece for piece, tokens in saved.most_common(count) if tokens > 0}
    return [(piece, score) for piece, score in candidates if piece in taken]


def _saved(before: Tokenizer, after: Tokenizer, sentences: Sequence[str]) -> Counter[str]:
    """How many tokens each piece that one vocabulary has before another makes a text shorter by."""
    used: Counter[int] = Counter()
    for batch in chunked(sentences, _BATCH):
        for ids in after.encode_batch(batch):
            used.update(token for token in ids if token >= before.size)
    saved: Counter[str] = Counter()
    for token, times in used.items():
        (piece,) = after.pieces([token])
        spelt = before.spell(piece)
        saved[piece] = times * (len(spelt) - (UNK not in spelt))
    return saved
