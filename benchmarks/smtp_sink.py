"""An SMTP server that takes everything and counts it, as light as can be: ``python -m benchmarks.smtp_sink PORT FILE``.

It writes a line for each mail, moment and receiver, so that whoever measures has only to read the file.
"""

import asyncio
import sys
import time
from pathlib import Path

GREETING = b"220 sink\r\n"
DATA_ANSWER = b"354 go on\r\n"
OK = b"250 ok\r\n"


async def serve(reader, writer, log) -> None:
    writer.write(GREETING)
    receiver = ""
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"RCPT":
            receiver = line.decode().partition("<")[2].partition(">")[0]
        if command == b"DATA":
            writer.write(DATA_ANSWER)
            while await reader.readline() not in {b".\r\n", b""}:
                pass
            log.write(f"{time.time():.3f} {receiver}\n")
        writer.write(OK if command != b"QUIT" else b"221 bye\r\n")
        await writer.drain()
        if command == b"QUIT":
            break
    writer.close()


async def main(port: int, path: Path) -> None:
    with path.open("a", buffering=1) as log:
        server = await asyncio.start_server(lambda r, w: serve(r, w, log), "127.0.0.1", port, limit=10_000_000)
        async with server:
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
