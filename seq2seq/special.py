"""The four ids that every vocabulary of this package shares, whatever its tokenizer."""

from typing import Final

PAD: Final = 0
"""Fills a batch to a rectangle; never read by a model, never proposed by one."""
UNK: Final = 1
"""Replaces text that the tokenizer cannot represent."""
BOS: Final = 2
"""Starts every target that a decoder reads."""
EOS: Final = 3
"""Ends every source that an encoder reads and every target that a decoder writes."""

NAMES: Final = ("<pad>", "<unk>", "<s>", "</s>")
"""How the ids above are spelt, in order."""
