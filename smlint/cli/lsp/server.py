"""The language server.

The editor sends the whole document with each change. A thread lints it a moment later, unless another change has arrived by then.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from time import sleep

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from smlint import __version__
from smlint.cli.console import Console
from smlint.cli.lsp.answers import actions, completion, diagnostics, hover
from smlint.cli.lsp.document_linter import DocumentLinter, LintedDocument
from smlint.cli.lsp.units import UTF16
from smlint.runtime.errors import SmlintError
from smlint.runtime.signals import exit_on_interrupt

PAUSE = 0.15
"""Seconds without a change before a document is linted."""


def serve(words: Sequence[str], console: Console) -> None:
    """Serve on standard input and output until the editor ends the session. `words` are options of `smlint check` for all documents."""
    if console.stdin is None:
        raise SmlintError("'smlint lsp' needs standard input", "start it from an editor")
    exit_on_interrupt()  # a thread waits for input, and cannot be interrupted
    _Server(DocumentLinter(words, console.environment)).run(console)


class _Server:
    """The open documents, and the last lint result of each."""

    def __init__(self, linter: DocumentLinter) -> None:
        self._linter = linter
        self._documents: dict[str, LintedDocument] = {}
        self._last_error = ""
        self._server = LanguageServer("smlint", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        feature, thread = self._server.feature, self._server.thread()
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll])
        triggers = types.CompletionOptions(trigger_characters=[".", ":", " ", '"', "'"])
        # pygls sets attributes on its handlers, which bound methods do not allow.
        feature(types.TEXT_DOCUMENT_DID_OPEN)(thread(partial(self.on_open)))
        feature(types.TEXT_DOCUMENT_DID_CHANGE)(thread(partial(self.on_change)))
        feature(types.TEXT_DOCUMENT_DID_SAVE)(thread(partial(self.on_save)))
        feature(types.TEXT_DOCUMENT_DID_CLOSE)(partial(self.on_close))
        feature(types.TEXT_DOCUMENT_CODE_ACTION, kinds)(partial(self.on_code_action))
        feature(types.TEXT_DOCUMENT_HOVER)(partial(self.on_hover))
        feature(types.TEXT_DOCUMENT_COMPLETION, triggers)(partial(self.on_completion))

    def run(self, console: Console) -> None:
        """Serve until the end of the input. pygls closes its output, so it gets a duplicate of standard output."""
        console.flush()
        self._server.start_io(console.stdin, os.fdopen(os.dup(console.stdout.fileno()), "wb"))

    def on_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self._publish(params.text_document.uri)

    def on_change(self, params: types.DidChangeTextDocumentParams) -> None:
        uri, version = params.text_document.uri, params.text_document.version
        if self._version(uri) == version:
            sleep(PAUSE)
        if self._version(uri) == version:
            self._publish(uri)
            self._publish_others(uri)

    def on_save(self, params: types.DidSaveTextDocumentParams) -> None:
        # The saved file may be a configuration file, so lint all open documents again.
        del params
        self._documents.clear()
        for uri in list(self._server.workspace.text_documents):
            self._publish(uri)

    def on_close(self, params: types.DidCloseTextDocumentParams) -> None:
        self._documents.pop(params.text_document.uri, None)
        self._send(params.text_document.uri, None, [])

    def on_code_action(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        linted = self._linted(uri)
        return actions(linted, uri, params, self._encoding()) if linted is not None else []

    def on_hover(self, params: types.HoverParams) -> types.Hover | None:
        linted = self._linted(params.text_document.uri)
        if linted is None:
            return None
        return hover(linted, params.position, self._encoding(), markdown=self._accepts_markdown())

    def on_completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        document = self._server.workspace.get_text_document(params.text_document.uri)
        known = self._documents.get(params.text_document.uri)
        return completion(document.source, params.position, self._encoding(), known.settings.catalog if known is not None else None)

    def _publish(self, uri: str) -> None:
        """Lint a document and send its diagnostics, unless it has changed in the meantime."""
        linted = self._linted(uri)
        if linted is not None and linted.version == self._version(uri):
            self._send(uri, linted.version, diagnostics(linted, uri, self._encoding()))

    def _publish_others(self, uri: str) -> None:
        """Lint the other open documents again: a deployment can have parts in several files."""
        for other in list(self._server.workspace.text_documents):
            if other != uri:
                self._documents.pop(other, None)
                self._publish(other)

    def _send(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def _linted(self, uri: str) -> LintedDocument | None:
        """Return the lint result of the current text; None if the document is not open or the configuration is invalid."""
        document = self._server.workspace.text_documents.get(uri)
        if document is None:
            return None
        known = self._documents.get(uri)
        if known is not None and known.version == document.version:
            return known
        try:
            linted = self._linter.lint(to_fs_path(uri) or document.path, document.source, document.version, self._others(uri))
        except SmlintError as error:
            self._show_error(f"smlint: {error.what}" + (f" ({error.hint})" if error.hint else ""))
            return None
        self._last_error = ""
        self._documents[uri] = linted
        return linted

    def _others(self, uri: str) -> dict[str, str]:
        """Return the texts of the other open documents by path."""
        documents = dict(self._server.workspace.text_documents)
        return {to_fs_path(other) or document.path: document.source for other, document in documents.items() if other != uri}

    def _show_error(self, message: str) -> None:
        """Show a message once, instead of at every keystroke."""
        if message != self._last_error:
            self._last_error = message
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _version(self, uri: str) -> int | None:
        document = self._server.workspace.text_documents.get(uri)
        return document.version if document is not None else None

    def _encoding(self) -> str:
        return str(getattr(self._server.workspace.position_encoding, "value", self._server.workspace.position_encoding) or UTF16)

    def _accepts_markdown(self) -> bool:
        capabilities = self._server.client_capabilities.text_document
        formats = capabilities.hover.content_format if capabilities is not None and capabilities.hover is not None else None
        return types.MarkupKind.Markdown in (formats or ())
