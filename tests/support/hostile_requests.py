"""Requests that a server should survive: hostile texts, bodies and clients. A function of the seed."""

import asyncio
import json
import random
from typing import Final
from urllib.parse import quote, urlsplit

from support.serving import Connection

_TIDY: Final = "the dog sleeps. "
_TEXTS: Final = (
    lambda _: "".join(map(chr, range(0x20))) + "\x7f\x80\x9f",
    lambda draw: "".join(chr(draw.randrange(0xD800, 0xE000)) for _ in range(20)),
    lambda draw: "".join(chr(draw.randrange(0x110000)) for _ in range(60)),
    lambda draw: "a" + "".join(chr(draw.randrange(0x300, 0x370)) for _ in range(300)),
    lambda draw: "\u202e\u2066\ufeff" * draw.randrange(50) + "%PDF-1.7 \x1f\x8b PK\x03\x04",
    lambda draw: "x" * draw.randrange(3_000),
    lambda draw: "\n" * draw.randrange(3_000) + "a\r\r\n\u2028b",
    lambda draw: "⟦1⟧ ⟦<1⟧ {0} %s <x id='1'/> &amp; ${a} </s> <unk> ▁" * draw.randrange(8),
    lambda draw: _TIDY * draw.randrange(30),
    lambda _: "' OR 1=1; -- $(reboot) `id` ../../etc/passwd {{7*7}} %00",
)
_PAGES: Final = (
    lambda draw: "<div>" * draw.randrange(2_000) + "a",
    lambda draw: "<b><i>a</b></i>" * draw.randrange(200),
    lambda draw: "<p" + " a=b" * draw.randrange(1_000) + ">a</p>",
    lambda draw: "&lt;" * draw.randrange(500) + "&#x110000;&#0;&#xd800;&unknown;&amp",
    lambda _: "<!--" + "<script>while(1){}</script>" + "<![CDATA[" + "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    lambda draw: "<table><tr><td>" * draw.randrange(300) + "\x00<svg><math><a",
)
_VALUES: Final = (
    *("", "auto", "en", "de", "xx", "e" * 5_000, "../..", "zh-Hans-CN-x-a", "\ud800", "\x00"),
    *(None, 0, -1, 1e308, True, [], {}, [["en"]]),
)


def body_of(draw: random.Random) -> tuple[bytes, str]:
    """A body for ``/translate`` and its content type."""
    match draw.randrange(8):
        case 0 | 1 | 2:
            asked = {"q": draw.choice(_TEXTS)(draw), "source": draw.choice(["en", "auto"]), "target": "de"}
            return json.dumps(asked).encode(), "application/json"
        case 3:
            asked = {"q": draw.choice(_PAGES)(draw), "source": "en", "target": "de", "format": "html"}
            return json.dumps(asked).encode(), "application/json"
        case 4:
            names = ("q", "source", "target", "format", "alternatives", "api_key", "more")
            return json.dumps({name: draw.choice(_VALUES) for name in names}).encode(), "application/json"
        case 5:
            deep = draw.choice(['{"q":', "["]) * draw.randrange(1, 20_000)
            return draw.choice(
                [deep, deep + "1", '{"q": NaN}', '{"q": 1' + "0" * 5_000 + "}"]
            ).encode(), "text/json+json"
        case 6:
            text = quote("".join(chr(draw.randrange(0xD800)) for _ in range(50)))
            return f"q={text}&source=en&target=de{'&q=a' * draw.randrange(30)}".encode(), ""
        case _:
            kinds = ("application/json", "multipart/form-data; boundary=a", "text/html", "\xff", "a" * 500)
            return draw.randbytes(draw.randrange(2_000)), draw.choice(kinds)


_HEADS: Final = (
    b"",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
    b"POST /translate HTTP/1.1\r\nHo",
    b"POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nq=",
    b"POST /translate HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"POST /translate HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
    b"GET /languages HTTP/1.1\r\nHost: a\r\n\r\n" * 50,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET /%00%ff/../..//etc HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
)


async def half_open(address: str, draw: random.Random, seconds: float) -> None:
    """A client that sends part of something, waits, and leaves in one way or the other."""
    parts = urlsplit(address)
    _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        for start in range(0, 3_000, 1_000):
            writer.write(draw.choice(_HEADS)[start : start + 1_000])
            await asyncio.sleep(seconds * draw.random())
        if draw.random() < 0.5:
            writer.transport.abort()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def hostile(address: str, number: int, seed: int) -> dict[int, int]:
    """Send so many requests from 32 clients, while others leave connections half open; statuses and their counts."""
    draw = random.Random(seed)
    waiting = [body_of(draw) for _ in range(number)]
    statuses: dict[int, int] = {}

    async def client() -> None:
        connection = Connection(address)
        while waiting:
            body, kind = waiting.pop()
            try:
                status, _ = await connection.ask("POST", "/translate", body, kind=kind)
            except (EOFError, ConnectionError):  # refused before its body was read
                status = 0
            statuses[status] = statuses.get(status, 0) + 1
        connection.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(32):
            group.create_task(client())
        for _ in range(number // 10):
            group.create_task(half_open(address, random.Random(draw.random()), min(10, number / 300)))
    return statuses
