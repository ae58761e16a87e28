"""`writer relay`: an OpenAI-compatible endpoint answered by hand or by any chat window.

It prints to standard error only, since it has no result of its own: the replies are files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from writer.models.relay import Event, Relay

PORT = 8808


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--port` and `--dir`."""
    parser.add_argument(
        "--port",
        type=int,
        default=PORT,
        metavar="N",
        help="port on 127.0.0.1, 0 for any (default %(default)s)",
    )
    parser.add_argument(
        "--dir",
        type=Path,
        default=Path("relay"),
        metavar="DIR",
        help="folder of prompts and replies (default %(default)s)",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C, then 0. Raises UserError where the port is taken or the folder cannot be made."""
    relay = Relay(args.dir, port=args.port, on_event=_tell)
    try:
        _introduce(relay)
        relay.serve_forever()
    except KeyboardInterrupt:
        _say("\nrelay ended; prompts and replies stay where they are")
    finally:
        relay.close()
    return 0


def _introduce(relay: Relay) -> None:
    prompt, reply = relay.prompt_file("<digest>"), relay.reply_file("<digest>")
    _say(f"""base URL  {relay.url}   (any model name and any API key will do)
page      {relay.page}
folder    {relay.folder}
Answer a prompt in one of two ways:
  on the page, which shows each waiting prompt and takes its reply;
  or with files: read {prompt}, and write the answer to {reply}
  (under another name first, then renamed, if it is written slowly).
Ctrl-C ends the relay.""")


def _tell(event: Event, digest: str) -> None:
    lines = {
        "prompt": f"prompt {digest} waits for a reply",
        "reply": f"reply  {digest} taken",
        "known": f"reply  {digest} taken, it was there already",
        "unanswered": f"prompt {digest} no longer waits: nobody is left who asked",
    }
    _say(lines[event])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
