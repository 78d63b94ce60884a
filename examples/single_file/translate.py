"""Translate standard input, line by line, with one file and ONNX Runtime: nothing of seq2seq is needed.

pip install onnxruntime onnxruntime-extensions
python translate.py MODEL.onnx < sentences.txt
"""

import sys

import onnxruntime
from onnxruntime_extensions import get_library_path

options = onnxruntime.SessionOptions()
options.register_custom_ops_library(get_library_path())
session = onnxruntime.InferenceSession(sys.argv[1], options)

for line in sys.stdin:
    translations, scores = session.run(["translation", "score"], {"text": [line.rstrip("\n")]})
    print(translations[0])
