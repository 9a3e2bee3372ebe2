"""The command `codegen token-endpoint` in a separate process."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections import deque
from pathlib import Path

import yaml

from codegen.endpoint.testing import TokenEndpoint


class EndpointProcess(TokenEndpoint):
    """An endpoint process over plain HTTP. `log` has its last lines of output."""

    def __init__(self, *flags: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="token-endpoint-")
        self.kubeconfig = Path(self._folder.name) / "kubeconfig"
        command = [
            sys.executable,
            "-m",
            "codegen",
            "token-endpoint",
            "--port=0",
            "--plain-http",
            *flags,
        ]
        if not any(flag.startswith("--signing-algorithm") for flag in flags):
            command.append("--signing-algorithm=ES256")
        self.process = subprocess.Popen(
            [*command, f"--write-kubeconfig={self.kubeconfig}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.log: deque[str] = deque(maxlen=1000)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.log.append(line)
            if line.startswith("serving "):
                break
        else:
            self.stop()
            raise RuntimeError("".join(self.log))
        self._reader = threading.Thread(
            target=self.log.extend, args=(self.process.stdout,), daemon=True
        )
        self._reader.start()
        found = yaml.safe_load(self.kubeconfig.read_text(encoding="utf-8"))
        self.url = self.issuer = found["clusters"][0]["cluster"]["server"]
        self.admin_token = found["users"][0]["user"]["token"]
        self.ca = None
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def stop(self) -> None:
        self.process.terminate()
        self._end()

    def kill(self) -> None:
        self.process.kill()
        self._end()

    def _end(self) -> None:
        self.process.wait()
        if hasattr(self, "_reader"):
            self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._folder.cleanup()
