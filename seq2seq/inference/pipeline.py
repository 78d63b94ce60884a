"""The model of each task, ready for text: the class of all of them, for those who open any."""

from typing import Final

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.generator import Generator
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.inference.translator import Translator

Pipeline = Translator | TextClassifier | Generator | VectorSynthesizer | SeriesForecaster
"""A model with its tokenizers, by its task."""
PIPELINES: Final[dict[str, type[Pipeline]]] = {
    kind.task: kind for kind in (Translator, TextClassifier, Generator, VectorSynthesizer, SeriesForecaster)
}
"""The class of each task's models."""
