"""Why the server does not answer a request."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from seq2seq.errors import ConfigError, DataError, Seq2SeqError, reason_of


class RequestError(Seq2SeqError):
    """A request that is not answered as asked.

    Args:
        status: of the HTTP response.
        message: for people.
        code: for programs, such as ``serve.overloaded``.
        retry_after: seconds after which the same request may succeed; None: it will not by waiting, or nobody knows.
    """

    def __init__(self, status: int, message: str, *, code: str, retry_after: int | None = None) -> None:
        super().__init__(message.encode("utf-8", "replace").decode(), code=code)  # it may quote a client's text
        self.status = status
        self.retry_after = retry_after


@asynccontextmanager
async def before(deadline: float) -> AsyncIterator[None]:
    """End what is done within at a time of the event loop's clock.

    Raises:
        RequestError: it was not done by then (504).
    """
    try:
        async with asyncio.timeout_at(deadline):
            yield
    except TimeoutError as error:
        raise RequestError(504, "no answer within the time limit", code="serve.deadline") from error


@contextmanager
def refusing() -> Iterator[None]:
    """Answer a client (400) where a model refuses what it sent."""
    try:
        yield
    except ConfigError as error:
        where = error.where.lstrip("-").replace("-", "_")  # options are parameters here
        raise RequestError(400, f"{where}: {error.problems[0]}", code=error.code) from error
    except DataError as error:
        raise RequestError(400, reason_of(error), code=error.code) from error
