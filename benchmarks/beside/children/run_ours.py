"""Translate sentences by ``seq2seq.load``."""

import argparse

from clock import Translate, main


def open_engine(options: argparse.Namespace) -> Translate:
    """Ours, by its public interface."""
    import seq2seq

    more = {"shortlist": True} if options.shortlist else {}
    translator = seq2seq.load(
        options.model, device="cpu", engine=options.engine, threads=options.threads, workers=options.workers, **more
    )
    return lambda lines: translator.translate(lines, beam=options.beam)


if __name__ == "__main__":
    main(open_engine)
