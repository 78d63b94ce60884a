"""What the model writes: ends, degenerate outputs, exposure, words left out, calibration, other words forced."""
