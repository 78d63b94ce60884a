"""Documents in Python: a file in, the same kind of file out."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from seq2seq.config.search_settings import SearchSettings
from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.open import TEXT, DocumentOptions, check_options, format_of, read_document
from seq2seq.documents.report import Report
from seq2seq.documents.runner import SentenceTranslator
from seq2seq.documents.spans.literals import Literals
from seq2seq.documents.text import translate_lines
from seq2seq.errors import ConfigError
from seq2seq.files.opening import read_unpacked
from seq2seq.files.unpack import Decoder
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.lines import count_lines, read_chunks
from seq2seq.inference.translator import Translator
from seq2seq.progress import show_progress
from seq2seq.storage.atomic import atomic_stream


def translate_file(
    model: str | Path | SentenceTranslator,
    file: str | Path,
    output: str | Path,
    *,
    format: str | None = None,
    column: str | int | None = None,
    target_column: str | int | None = None,
    keys: Sequence[str] | None = None,
    source_language: str | None = None,
    target_language: str | None = None,
    protect: Sequence[str] = (),
    memory: str | Path | None = None,
    memory_threshold: float | None = None,
    flag_below: float | None = None,
    decoding: SearchSettings | None = None,
    device: str = "auto",
    engine: Engine = "auto",
) -> Report:
    """Translate a document; all but its language stays as it is.

    Args:
        model: a model folder, a run folder, ``hf://user/name``, or what :func:`load` returned for one.
        file: the document.
        output: the file to write; it is as it was unless all goes well.
        format: of the document (default: by the ending of its name, else text): ``text``, ``wrapped``, ``markdown``,
            ``html``, ``srt``, ``vtt``, ``po``, ``xliff``, ``docx``, ``odt``, ``xlsx``, ``json``, ``jsonl``,
            ``properties``, ``strings``, ``android``, ``csv``, ``tsv``, or one that an installed package adds.
        column: of a table: the name, or the index from 0, of the column to translate.
        target_column: of a table: the column to write to (default: the same).
        keys: of JSON: the values to translate (default: all).
        source_language: code of the language by whose rules paragraphs are split (default: the model's, if known).
        target_language: code of the language of the translations (default: likewise).
        protect: strings, such as names, that are left as they are wherever they occur.
        memory: a TMX file of translations that are taken where a text is the same.
        memory_threshold: least similarity (0 to 1) of texts whose translation is taken, and flagged (default: 1).
        flag_below: least confidence (0 to 1) of a sentence that is not flagged.
        decoding: settings of the search, in place of those of the model's recipe.
        device: see :func:`load`.
        engine: see :func:`load`.

    Returns:
        What was done, and what a person has to look at.

    Raises:
        DataError: the file is damaged, or not of this format.
        ConfigError: an option is missing, or is not for this format.
        ModelError: there is no such model, or it is damaged.
    """
    file, output = Path(file), Path(output)
    format = format_of(file) if format is None else format
    translator = Translator.load(model, device=device, engine=engine) if isinstance(model, str | Path) else model
    options = DocumentOptions(column, target_column, None if keys is None else tuple(keys), target_language)
    documents = open_documents(
        translator,
        source_language=source_language,
        target_language=target_language,
        protect=protect,
        memory=memory,
        memory_threshold=memory_threshold,
        flag_below=flag_below,
        decoding=decoding,
    )
    with file.open("rb") as source, atomic_stream(output) as sink:
        write_translation(documents, source, sink, str(file), format=format, options=options)
    documents.warnings.report()
    return documents.report


def open_documents(
    translator: SentenceTranslator,
    *,
    source_language: str | None = None,
    target_language: str | None = None,
    protect: Sequence[str] = (),
    memory: str | Path | None = None,
    memory_threshold: float | None = None,
    flag_below: float | None = None,
    decoding: SearchSettings | None = None,
    alignments: bool = False,
) -> DocumentTranslator:
    """What translates the segments of documents; arguments as those of :func:`translate_file`.

    Raises:
        ConfigError: the model does not read text, or sentences are to be flagged by its confidence, which it lacks.
    """
    if flag_below is not None and isinstance(translator, Translator) and translator.confidence is None:
        problem = "the model has no confidence, which a single model with enough development data gets in training"
        raise ConfigError("--flag-below", [problem], code="documents.no-confidence")
    source = translator.languages[0] if source_language is None else source_language
    target = translator.languages[1] if target_language is None else target_language
    found = None
    if memory is not None:
        from seq2seq.documents.memory import Memory

        found = Memory.read(Path(memory), source=source, target=target, threshold=memory_threshold)
    return DocumentTranslator(
        translator,
        source_language=source,
        target_language=target,
        config=(decoding or translator.decoding).model_copy(update={"nbest": 1}),
        memory=found,
        markup=translator.declared_markup,
        literals=Literals(tuple(protect)),
        flag_below=flag_below,
        alignments=alignments,
    )


def write_translation(
    documents: DocumentTranslator,
    source: BinaryIO,
    sink: BinaryIO,
    name: str,
    *,
    format: str,
    options: DocumentOptions,
    quiet: bool = False,
) -> None:
    """Translate an open document into another file; plain text window by window.

    Args:
        documents: translates its segments.
        source: opened for bytes.
        sink: likewise.
        name: what to call the document in messages.
        format: of the document.
        options: of the format.
        quiet: whether to show no progress.
    """
    with ExitStack() as stack:
        if format == TEXT:
            total = count_lines(Path(name)) if Path(name).is_file() else None
            bar = None if quiet else stack.enter_context(show_progress("translating", total=total, unit="lines"))
            number, decoder = 0, Decoder(name)
            for lines in read_chunks(source, name, keep_ends=True, decoder=decoder):
                translated = translate_lines(documents, lines, number=number, advance=bar.advance if bar else None)
                text = "".join(line.target for line in translated)
                sink.write((b"" if number else decoder.mark) + text.encode(decoder.encoding))
                number += len(lines)
            return
        check_options(format, options)
        options = replace(options, language=options.language or documents.languages[1] or None)
        document = read_document(read_unpacked(source, name), name, format, options)
        total = len(document.segments)
        bar = None if quiet else stack.enter_context(show_progress("translating", total=total, unit="segments"))
        results = documents.translate(document.segments, advance=bar.advance if bar else None)
        documents.report.complete += document.complete
        sink.write(document.write([result.target for result in results]))
