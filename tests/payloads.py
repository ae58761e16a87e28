"""Untrusted texts: each would run, load or break something where it is not written as text."""

from __future__ import annotations

_RUN = "window.harmed=1"
_TAGS = (
    f"<script>{_RUN}</script>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"</script><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"--><script>{_RUN}</script><!--",
    f"]]><script>{_RUN}</script>",
    "<script src=http://127.0.0.1:9/x.js></script>",
    "<script src=data:text/javascript,window.harmed=1></script>",
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<style>@import 'http://127.0.0.1:9/x.css';</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "<base href=http://127.0.0.1:9/>",
    "<iframe src=http://127.0.0.1:9/></iframe>",
    f"<iframe srcdoc='<script>parent.{_RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{_RUN}'></iframe>",
    "<object data=http://127.0.0.1:9/></object>",
    "<embed src=http://127.0.0.1:9/>",
    f"<form action='javascript:{_RUN}'><button autofocus>x</button></form>",
    f"<a href='javascript:{_RUN}'>x</a>",
    f"<svg><a xlink:href='javascript:{_RUN}'><text>x</text></a></svg>",
    f"<svg><script>{_RUN}</script></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x></svg>",
    f"<math><mtext><script>{_RUN}</script></mtext></math>",
    f"<template><script>{_RUN}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'>",
    "<plaintext>",
    "<!-- not closed",
    "<p",
    "</main></body></html>",
    "</article><article id=c1>",
    "<input name=show value=all checked>",
    "<mark>forged</mark>",
)
_EVENTS = tuple(
    f"<{tag} {event}={_RUN}>"
    for tag, event in (
        ("img src=x", "onerror"),
        ("img src=http://127.0.0.1:9/x.png", "onload"),
        ("svg", "onload"),
        ("body", "onload"),
        ("body", "onpageshow"),
        ("input autofocus", "onfocus"),
        ("select autofocus", "onfocus"),
        ("details open", "ontoggle"),
        ("video src=x", "onerror"),
        ("audio src=x", "onerror"),
        ("marquee", "onstart"),
        ("div style=animation:x", "onanimationstart"),
        ("p tabindex=0", "onclick"),
        ("xss contenteditable autofocus", "onfocus"),
        ("object data=x", "onerror"),
        ("image src=x", "onerror"),
    )
)
_ATTRIBUTES = tuple(
    f"{close} {event}={_RUN} x={close}"
    for close in ('"', "'", '">', "'>", "`")
    for event in ("onclick", "onfocus autofocus", "onmouseover", "style=animation:x onanimationstart")
)
_ADDRESSES = (
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}",
    f" javascript:{_RUN}",
    f"java\nscript:{_RUN}",
    f"java\tscript:{_RUN}",
    f"\x01javascript:{_RUN}",
    f"javascript://example.org/%0a{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    "file:///etc/passwd",
    "//127.0.0.1:9/x",
    f'http://x.invalid/" onclick={_RUN} x="',
    f"https://x.invalid/'><script>{_RUN}</script>",
)
_TEMPLATES = ("{{ 7*7 }}{{ cycler.__init__ }}", "{% include 'page.css' %}", "${7*7}", "<%= 7*7 %>", "&lt;script&gt;")
_MARKDOWN = (
    f"[x](javascript:{_RUN})",
    "![x](http://127.0.0.1:9/x.png)",
    f"<javascript:{_RUN}>",
    f"```{{=html}}\n<script>{_RUN}</script>\n```",
    f"`<script>{_RUN}</script>`{{=html}}",
    "![x](/etc/passwd)",
    "::: {.x onclick=window.harmed=1}\ny\n:::",
    "[x]{onclick=window.harmed=1}",
    "---\nheader-includes: <script>window.harmed=1</script>\n---",
    '#read("/etc/passwd")',
    '#import "x.typ": *',
    '] #eval("1") [',
)
TEX = (
    r"\input{/etc/passwd}",
    r"\include{/etc/passwd}",
    r"\write18{touch harmed}",
    r"\immediate\write18{touch harmed}",
    r"\openout5=harmed \write5{x}",
    r"\directlua{os.execute('touch harmed')}",
    r"\catcode`\@=0 @input{/etc/passwd}",
    r"^^5cinput{/etc/passwd}",
    r"\end{document}\input{x}",
    r"\begin{verbatim}",
    r"\usepackage{shellesc}",
    r"\csname input\endcsname{x}",
    r"\def\x{\x}\x",
    "100% of it",
    "# a_b ^ c & d ~ e $ f",
    "{ not closed",
    "not opened }",
    "}}}{{{",
    "ends in \\",
    "%\n\\input{x}",
)
HTML = (*_TAGS, *_EVENTS, *_ATTRIBUTES, *_ADDRESSES, *_TEMPLATES, *_MARKDOWN)
ALL = (*HTML, *TEX)
