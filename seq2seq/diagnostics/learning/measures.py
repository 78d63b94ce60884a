"""The measures of learning that every diagnosis includes; each takes a few seconds at most."""

from dataclasses import replace

from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.association import Association, association
from seq2seq.diagnostics.learning.course import Course
from seq2seq.diagnostics.learning.course_verdicts import judge_course, judge_updates
from seq2seq.diagnostics.learning.losses import measure_losses
from seq2seq.diagnostics.learning.other_data import judge_other_data
from seq2seq.diagnostics.learning.quality import judge_initialisation, judge_loss, judge_over_fitting, judge_targets
from seq2seq.diagnostics.subject import Subject
from seq2seq.models.classifier import Classifier
from seq2seq.models.encoder import TagReader


def measure_updates(subject: Subject) -> list[Finding]:
    """The updates of a run, where no simpler model has a loss to compare with: of models of numbers."""
    course = Course.of(subject.metrics, subject.recipe)
    if course is None:
        return []
    return [*judge_updates(course, subject.recipe, subject.metrics, behind=None, poor=False, of_numbers=True)]


def measure_learning(subject: Subject) -> list[Finding]:
    """How good the loss is, how the run went, and whether what was learnt helps on other data."""
    losses, findings = measure_losses(subject), []
    own = losses
    if subject.named and subject.own_examples:
        own = measure_losses(replace(subject, examples=subject.own_examples, named=False))
        known = subject.train_examples or subject.own_examples
        findings.append(judge_other_data(losses, own, subject.examples, known))
    entries, recipe = subject.metrics, subject.recipe
    course = Course.of(entries, recipe)
    if course is not None and course.initial_loss is not None and recipe.initial_model is None:
        counted = isinstance(subject.model, Classifier) and subject.model.nb_weight > 0
        prior = losses.uniform if counted else 0.0
        findings.append(judge_initialisation(course.initial_loss, losses.uniform, unit=losses.unit, prior=prior))
    if course is not None:
        findings += judge_course(course, own, recipe, entries, reads_source=reads_sources(subject))
    sound = True
    if reads_sources(subject) and subject.reads_tokens:
        findings.append(judge_targets(_association(subject.train, subject), losses))
        sound = findings[-1].trouble is None
    findings.append(judge_over_fitting(own, course, sound=sound))
    cause = next((one.trouble for one in findings if one.verdict is Verdict.TROUBLE and one.trouble), None)
    return [judge_loss(losses, cause), *findings]


def reads_sources(subject: Subject) -> bool:
    """Whether the model translates: a source of several tokens decides what the target is."""
    model = subject.model
    return not isinstance(model, Classifier) and not isinstance(model.encoder, TagReader)


def _association(train: Split | None, subject: Subject) -> Association | None:
    return None if train is None else association(train, subject.generator("association"))
