"""What stands in front of two instances: passes each connection on to one of them, to another when that one does not take it."""
import contextlib
import random
import socket
import threading


class Balancer:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.ports = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        ports = list(self.ports)
        self.chance.shuffle(ports)
        for port in ports:
            with contextlib.suppress(OSError):
                server = socket.create_connection(("127.0.0.1", port), timeout=1)
                server.settimeout(None)
                threading.Thread(target=pass_on, args=(server, client), daemon=True).start()
                pass_on(client, server)
                return
        client.close()

    def close(self):
        self.listener.close()


def pass_on(source, target):
    """Bytes one way until that way ends; then neither way is good for anything any more, as both sides keep connections only while all is well."""
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
