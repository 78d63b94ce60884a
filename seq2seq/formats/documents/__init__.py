"""Documents in each format: read into segments, and written with their translations in place.

A reader takes the bytes of a file and what to call it in messages. Text is in UTF-8, in the encoding of its byte order
mark, or in the one that it declares. A DataError says what is wrong with a file that is damaged, or of another format.
"""
