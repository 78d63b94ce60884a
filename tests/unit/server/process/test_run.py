import socket

from seq2seq.server.process.run import _listen
from seq2seq.server.settings import Listening


def test_connections_send_the_body_of_an_answer_at_once() -> None:
    with (
        _listen(Listening(port=0)) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
