"""Translate pieces by CTranslate2."""

import argparse

from clock import Translate, main


def open_engine(options: argparse.Namespace) -> Translate:
    """A converted model; this many workers of this many threads each."""
    import ctranslate2

    engine = ctranslate2.Translator(
        options.model, device="cpu", inter_threads=options.workers, intra_threads=options.threads
    )

    limits = {"min_decoding_length": options.length or 1, "max_decoding_length": options.length or 60}

    def translate(lines: list[str]) -> list[str]:
        pieces = [line.split() for line in lines]
        found = engine.translate_batch(pieces, beam_size=options.beam, max_batch_size=64, **limits)
        return [" ".join(one.hypotheses[0]) for one in found]

    return translate


if __name__ == "__main__":
    main(open_engine)
