"""A trained model as ONNX."""
