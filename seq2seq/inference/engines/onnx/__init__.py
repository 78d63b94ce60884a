"""ONNX Runtime: what `seq2seq export` wrote, on a CPU, without torch."""
