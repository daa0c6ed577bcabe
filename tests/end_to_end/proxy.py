"""A proxy between a server and its store, which can be slow, or hold connections open and answer nothing."""

import asyncio
import contextlib
import threading


class Proxy:
    """Passes on to `target`: the arguments of `asyncio.open_connection`, or the path of a Unix socket."""

    def __init__(self, target):
        self.target = target
        self.answers_later_by = 0.0
        self.open = set()
        self.connections = 0
        self.holds_all = False
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = self.run(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = self.server.sockets[0].getsockname()[1]

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def hold(self):
        """The connections that are open now stay so, and pass nothing on any more. New ones do."""
        for connection in list(self.open):
            connection.is_held = True

    @contextlib.contextmanager
    def holding_all(self):
        """As `hold`, and new connections are taken and held as well, for good."""
        self.hold()
        self.holds_all = True
        try:
            yield
        finally:
            self.holds_all = False

    async def serve(self, reader, writer):
        self.connections += 1
        connection = Connection(self)
        connection.is_held = self.holds_all
        self.open.add(connection)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            if isinstance(self.target, str):
                there = await asyncio.open_unix_connection(self.target)
            else:
                there = await asyncio.open_connection(*self.target)
            await asyncio.gather(
                connection.pass_on(reader, there[1]), connection.pass_on(there[0], writer, is_answer=True)
            )
        self.open.discard(connection)
        writer.close()

    def close(self):
        async def end():
            self.server.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Connection:
    def __init__(self, proxy):
        self.proxy, self.is_held = proxy, False

    async def pass_on(self, reader, writer, is_answer=False):
        """Until the end of what comes, of which the other side is told, unless it is held."""
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(65536):
                if is_answer and self.proxy.answers_later_by:
                    await asyncio.sleep(self.proxy.answers_later_by)
                if not self.is_held:
                    writer.write(data)
                    await writer.drain()
        if not self.is_held:
            writer.close()
