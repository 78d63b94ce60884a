"""Why the server does not answer a request."""

from seq2seq.errors import Seq2SeqError


class RequestError(Seq2SeqError):
    """A request that is not answered as asked.

    Args:
        status: of the HTTP response.
        message: for people.
        code: for programs, such as ``serve.overloaded``.
        retry_after: seconds after which the same request may succeed; None: it will not by waiting, or nobody knows.
    """

    def __init__(self, status: int, message: str, *, code: str, retry_after: int | None = None) -> None:
        super().__init__(message, code=code)
        self.status = status
        self.retry_after = retry_after
