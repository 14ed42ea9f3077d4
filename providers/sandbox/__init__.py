"""The vendors' stand-in: speaks their wire formats, keeps its own book, suffers faults on request.

The book, not ours, is the truth in tests: it says what reached a phone.
"""
