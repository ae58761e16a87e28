"""Record the cassettes again: `python tests/record.py [arguments for pytest]`.

Starts llama.cpp's server from the folder in WRITER_LLAMA_DIR (default: ../shared/servers beside the project),
which holds `llama-server` and `tiny.gguf`, runs the recorded tests in rewrite mode, and stops it. Cassettes of the
relay are recorded too where WRITER_RECORD_RELAY holds the base URL of a running one; a cassette whose server is
not there is left as it is.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


def main(arguments: list[str]) -> int:
    folder = Path(os.environ.get("WRITER_LLAMA_DIR") or ROOT.parent / "shared" / "servers")
    if (folder / "llama-server").is_file():
        with llama_server(folder) as url:
            return record(arguments, {"WRITER_RECORD_LLAMA": url})
    print("no llama-server: name its folder in WRITER_LLAMA_DIR; its cassettes stay as they are", file=sys.stderr)
    return record(arguments, {})


def record(arguments: list[str], servers: dict[str, str]) -> int:
    """Run the recorded tests in rewrite mode; the exit code is pytest's."""
    command = [sys.executable, "-m", "pytest", "-m", "vcr", "--record-mode=rewrite", "-rs", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | servers, check=False).returncode


@contextmanager
def llama_server(folder: Path) -> Iterator[str]:
    """The base URL of a server with the tiny model; one thread and no shared slots, so that its answers repeat."""
    port = free_port()
    options = f"--alias tiny --host 127.0.0.1 --port {port} -c 4096 -np 2 -t 1 --jinja".split()
    options += "--embeddings --pooling mean".split()  # it goes on chatting with the same answers
    command = [str(folder / "llama-server"), "-m", str(folder / "tiny.gguf"), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_healthy(process, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(timeout=10)


def wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"llama-server ended with exit code {process.returncode}")
        try:
            with opener.open(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"llama-server was not ready within {START_SECONDS} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
