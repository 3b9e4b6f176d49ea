"""A receiver of webhooks that costs the machine as little as it can: it answers 204 and notes each webhook-id.

`python -m bench.api.receiver FILE`: prints its port, and adds a line to FILE before it answers.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys

_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb"webhook-id: *([^\r]+)", re.IGNORECASE)


async def serve(path: str) -> None:
    """Until somebody ends the process."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length, webhook_id = _LENGTH.search(head), _ID.search(head)
                await reader.readexactly(int(length[1]) if length else 0)
                os.write(file, (webhook_id[1] if webhook_id else b"none") + b"\n")
                writer.write(_ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
