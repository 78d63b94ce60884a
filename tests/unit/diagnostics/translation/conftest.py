"""A small model, whose every test gets a subject of its own, since measures remember what they found for one."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from seq2seq.diagnostics.subject import Subject

MODEL = Path(__file__).parents[3] / "fixtures/models/translation-1"


@pytest.fixture(scope="session")
def opened() -> "Subject":
    from seq2seq.diagnostics.subject import Subject  # needs torch, without which no test here runs

    return Subject.open(MODEL, sample=40, device="cpu")


@pytest.fixture
def subject(opened: "Subject") -> "Subject":
    return replace(opened)
