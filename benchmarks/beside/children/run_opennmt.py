"""Translate pieces by OpenNMT-py, one sentence after the other.

The batch of one is made here and handed to the translator, since the iterator that OpenNMT-py has for files and lists
costs time for every list. Files are translated by `onmt_translate` itself.
"""

import argparse
import os

from clock import Translate, main


def open_engine(options: argparse.Namespace) -> Translate:
    """A checkpoint of OpenNMT-py."""
    import torch
    from onmt.constants import DefaultTokens
    from onmt.opts import translate_opts
    from onmt.translate.translator import build_translator
    from onmt.utils.parse import ArgumentParser

    torch.set_num_threads(options.threads)
    parser = ArgumentParser()
    translate_opts(parser)
    arguments = f"-src - -beam_size {options.beam} -max_length 60 -batch_size 1 -gpu -1".split()
    settings = parser.parse_args(["-model", options.model, *arguments])
    ArgumentParser.validate_translate_opts(settings)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - as a file that is written to
        translator = build_translator(settings, device_id=-1, report_score=False, out_file=nowhere)
    source, target = translator.vocabs["src"], translator.vocabs["tgt"].ids_to_tokens

    def translate_one(line: str) -> str:
        ids = torch.tensor(source(line.split()), dtype=torch.long)
        batch = {"src": ids.view(1, -1, 1), "srclen": torch.tensor([len(ids)]), "ind_in_bucket": [0]}
        best = translator.translate_batch(batch, attn_debug=False)["predictions"][0][0]
        pieces = [target[token] for token in best.tolist()]
        return " ".join(pieces[:-1] if pieces and pieces[-1] == DefaultTokens.EOS else pieces)

    return lambda lines: [translate_one(line) for line in lines]


if __name__ == "__main__":
    main(open_engine)
