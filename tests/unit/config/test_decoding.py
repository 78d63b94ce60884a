"""The settings of a search as people write them, and as it uses them."""

from dataclasses import fields

import pytest
from pydantic import ValidationError

from seq2seq.config.decoding import DecodingConfig, GenerationConfig
from seq2seq.config.search_settings import SearchSettings


def test_both_have_the_same_settings() -> None:
    assert [field.name for field in fields(SearchSettings)] == [*DecodingConfig.model_fields]


@pytest.mark.parametrize("kind", [DecodingConfig, GenerationConfig])
@pytest.mark.parametrize("given", [{"beam": 0}, {"top_p": 1.5}, {"nbest": True}, {"beams": 3}])
def test_what_a_person_writes_has_limits(kind: type[DecodingConfig], given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(given)
