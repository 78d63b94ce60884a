"""Exported networks in memory, beside the modules they were made from."""

import onnx
import torch
from onnxruntime import InferenceSession

from seq2seq.config.model import ManyToManyConfig, ManyToOneConfig, OneToManyConfig
from seq2seq.export.onnx.networks import graphs
from seq2seq.export.onnx.quantise import rounded
from seq2seq.inference.engines.onnx.networks import OnnxClassifier
from seq2seq.inference.engines.onnx.sessions import make_session
from seq2seq.inference.engines.onnx.shortlist import Lists, Shortlist
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.models.build import Model, build_model
from seq2seq.models.classifier import Classifier
from seq2seq.models.nodes import array
from seq2seq.models.seq2seq import Seq2Seq

SOURCE_VOCABULARY, TARGET_VOCABULARY = 23, 19


def built(
    config: ManyToManyConfig | ManyToOneConfig | OneToManyConfig,
    *,
    seed: int = 0,
    scale: float = 1.0,
    vocabulary: int = TARGET_VOCABULARY,
) -> Model:
    """A module of random weights, biases and gains too, in evaluation mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build_model(config, SOURCE_VOCABULARY, vocabulary).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(scale)
                if parameter.dim() == 1:
                    parameter.add_(torch.randn_like(parameter) * 0.2)
            if isinstance(model, Classifier) and model.nb_log_ratios is not None:
                model.nb_log_ratios.copy_(torch.randn_like(model.nb_log_ratios))
    return model


def opened(graph: onnx.ModelProto) -> InferenceSession:
    """A graph, on one thread."""
    return make_session(graph.SerializeToString(), threads=1, where=graph.graph.name)


def exported(model: Seq2Seq, *, int8: bool = False, lists: Lists | None = None) -> OnnxStepper:
    """Its stepper, on one thread; ``lists``: over these."""
    made = graphs(model, int8=int8, shortlist=lists is not None)
    encoder, step = (opened(made[name]) for name in ("encoder", "step" if lists is None else "step.shortlist"))
    if lists is None:
        return OnnxStepper(encoder, step, model.projection.out_features)
    return OnnxStepper(encoder, step, model.projection.out_features, shortlist_of(model, lists, int8=int8))


def shortlist_of(model: Seq2Seq, lists: Lists, *, int8: bool) -> Shortlist:
    """Lists, with a model's weights."""
    weight, scale = rounded(array(model.projection.weight)) if int8 else (array(model.projection.weight), None)
    return Shortlist(lists, array(model.projection.bias), weight.T, scale)


def exported_classifier(model: Classifier, *, int8: bool = False) -> OnnxClassifier:
    """Its classifier, on one thread."""
    (graph,) = graphs(model, int8=int8).values()
    return OnnxClassifier(opened(graph))


def many_to_many(**changes: object) -> ManyToManyConfig:
    """The shape of a tiny model."""
    return ManyToManyConfig.model_validate(
        {"embedding": 6, "encoder": {"hidden": 4}, "decoder": {"hidden": 8}, **changes}
    )
