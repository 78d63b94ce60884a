"""Series of numbers: files, frequency, features, windows, and the forecasts that every model is measured by.

Letters: T steps, C channels, H horizon, K covariates, F future rows, Q quantile levels. Values are float64 with NaN
where a value is missing; infinity never gets in. Nothing here needs torch.
"""
