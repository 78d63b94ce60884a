"""XLIFF 1.2 and 2.x: targets are added beside their sources, with a state that asks for a review.

http://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html, http://docs.oasis-open.org/xliff/xliff-core/v2.1
"""
