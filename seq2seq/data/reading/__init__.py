"""From files and data sets to examples."""
