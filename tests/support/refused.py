"""Errors by their code, so that tests need not pin wording."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from seq2seq.errors import Seq2SeqError


@contextmanager
def refused(code: str, *facts: str) -> Iterator[pytest.ExceptionInfo[Seq2SeqError]]:
    """Expect one of our errors with this code, whose text names all ``facts``: files, settings, numbers."""
    with pytest.raises(Seq2SeqError) as caught:
        yield caught
    assert caught.value.code == code, str(caught.value)
    assert not [fact for fact in facts if fact not in str(caught.value)], str(caught.value)
