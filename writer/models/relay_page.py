"""The relay's page for a browser: waiting prompts to copy, and a place to paste each reply.

One self-contained document; its content policy allows its own style and script by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Sequence

from writer.models.relay_protocol import Prompt

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1rem; font-family: ui-monospace, monospace; }
textarea { box-sizing: border-box; width: 100%; height: 16rem; font: .875rem/1.4 ui-monospace, monospace; }
label { display: block; margin-top: 1rem; }
"""
# Without scripts the page does all but copy, so the copy buttons show only where a script shows them.
_SCRIPT = """
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}
"""


def _allow(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_allow(_STYLE)}; script-src {_allow(_SCRIPT)}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_of(prompts: Sequence[Prompt]) -> str:
    """The page for the prompts that wait."""
    waiting = "\n".join(_article(prompt) for prompt in prompts) or "<p>No prompt is waiting.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Relay: {len(prompts)} waiting</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>Relay</h1>
<p>Copy a prompt into any chat window, paste its whole answer below it and send. <a href="/">Reload</a> shows
what has come since; send or keep elsewhere what you have typed first.</p>
{waiting}
<script>{_SCRIPT}</script>
</body>
</html>
"""


def _article(prompt: Prompt) -> str:
    # A parser drops the first newline inside a textarea, so one is given away.
    return f"""<article>
<h2>{prompt.digest}</h2>
<textarea id="p{prompt.digest}" readonly aria-label="Prompt {prompt.digest}">
{html.escape(prompt.text)}</textarea>
<button type="button" data-copy="p{prompt.digest}" hidden>Copy</button>
<form method="post" action="/reply/{prompt.digest}">
<label for="r{prompt.digest}">Reply</label>
<textarea id="r{prompt.digest}" name="reply" required>
</textarea>
<button>Send</button>
</form>
</article>"""
