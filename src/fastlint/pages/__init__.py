"""The rules' pages: Markdown that is documentation, metadata and tests in one.

`head` reads a page's metadata and is all that a check needs; `body` reads the prose and the cases
for those who ask (``fastlint explain``, SARIF, the tests), `text` writes a page for them.
"""
