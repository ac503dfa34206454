"""A reader without a browser, who does over the server's websocket what JupyterLab does: runs the cells of a notebook
and tells the kernel where a slider is (the picture needs no kernel)."""
import contextlib
import json
import queue
import threading
import time
import urllib.request

import nbformat
import websocket
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1

SETTING = "b_f"  # the control that is moved
OPEN, MISSED = 600, 20  # seconds: for a kernel to start or a cell to run, until a movement counts as missed
STEP, LEGS = .1, 20  # the slider's step; how many it makes before it turns round


class Kernel:
    """A kernel that a Jupyter server starts for the notebook at `path`."""

    def __init__(self, address, token, path):
        self.session, self.address, self.token = Session(), address, token
        self.widgets = {}  # state of each widget, by the id of its comm
        wanted = {"path": path, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        self.opened = self.ask("POST", "sessions", wanted)
        channels = f"ws{address[4:]}/api/kernels/{self.opened['kernel']['id']}/channels"
        self.socket = websocket.create_connection(
            f"{channels}?token={token}&session_id={self.session.session}", timeout=OPEN,
            subprotocols=["v1.kernel.websocket.jupyter.org"])
        self.socket.settimeout(None)
        self.inbox = queue.SimpleQueue()
        threading.Thread(target=self.listen, daemon=True).start()

    def ask(self, method, path, body=None):
        """The server's answer to a request."""
        request = urllib.request.Request(f"{self.address}/api/{path}", json.dumps(body).encode(), method=method,
                                         headers={"Authorization": f"token {self.token}"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=OPEN) as answer:
            return json.loads(answer.read() or "null")

    def send(self, kind, content):
        """Send a message to the kernel; gives its id."""
        message = self.session.msg(kind, content)
        self.socket.send_binary(serialize_msg_to_ws_v1(message, "shell", self.session.pack))
        return message["header"]["msg_id"]

    def listen(self):
        """Put all messages into the inbox; who does not listen does not answer the server's pings and is cut off."""
        with contextlib.suppress(websocket.WebSocketException, OSError):
            while frame := self.socket.recv():  # empty once it is closed
                _, parts = deserialize_msg_from_ws_v1(frame)
                self.inbox.put([*map(json.loads, parts[:4])])
        self.inbox.put(None)

    def answers(self, request, seconds):
        """(kind, content) of the messages that answer a request, until `seconds` have passed without its end."""
        deadline = time.monotonic() + seconds
        with contextlib.suppress(queue.Empty):
            while (left := deadline - time.monotonic()) > 0:
                message = self.inbox.get(timeout=left)
                if message is None:
                    raise ConnectionError("the server has closed the channel to the kernel: did the kernel die?")
                header, parent, _, content = message
                self.follow(content)
                if parent.get("msg_id") == request:
                    yield header["msg_type"], content

    def follow(self, content):
        """Keep the state of the widgets."""
        if "comm_id" in content:
            state = content.get("data", {}).get("state", {})
            self.widgets.setdefault(content["comm_id"], {}).update(state)

    def run(self, source):
        """Run a cell; an error in it, or no end within OPEN seconds, is a RuntimeError."""
        waiting = {"execute_reply", "idle"}
        for kind, content in self.answers(self.send("execute_request", {"code": source, "silent": False}), OPEN):
            if content.get("status") == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']} in the cell\n{source}")
            waiting -= {kind, content.get("execution_state")}
            if not waiting:
                return
        raise RuntimeError(f"no end within {OPEN} s of the cell\n{source}")

    def close(self):
        """Leave, and end the kernel."""
        self.socket.close()
        self.ask("DELETE", f"sessions/{self.opened['id']}")


class WireReader:
    """Runs all cells of a notebook, then moves its first slider."""

    def open(self, address, token, folder, path):
        """Start a kernel, run all cells, find the first explorer."""
        self.kernel = Kernel(address, token, path)
        for cell in nbformat.read(folder / path, as_version=4).cells:
            if cell.cell_type == "code":
                self.kernel.run(cell.source)
        self.explorer = next(name for name, state in self.kernel.widgets.items() if SETTING in state.get("moved", ()))
        self.settings, self.moves = self.kernel.widgets[self.explorer]["moved"], 0

    def move(self, pauses):
        """Movements made, and the milliseconds from each until the kernel rests; seconds `pauses` before each."""
        before, times = self.moves, []
        for pause in pauses:
            time.sleep(pause)
            times += self.step()
        return self.moves - before, times

    def step(self):
        """Move the slider by one step: [milliseconds until the kernel has taken note], or [] if it does not answer."""
        step = STEP if self.moves // LEGS % 2 == 0 else -STEP
        self.settings = self.settings | {SETTING: round(self.settings[SETTING] + step, 1)}
        self.moves += 1
        update = {"method": "update", "state": {"moved": self.settings}, "buffer_paths": []}
        sent = time.perf_counter()
        request = self.kernel.send("comm_msg", {"comm_id": self.explorer, "data": update})
        for kind, content in self.kernel.answers(request, MISSED):
            if kind == "status" and content["execution_state"] == "idle":
                return [1000 * (time.perf_counter() - sent)]
        return []

    def close(self):
        """Leave, and end the kernel."""
        self.kernel.close()
