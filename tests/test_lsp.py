"""The language server over standard input and output, as an editor uses it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

pytest_lsp = pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed (it is part of smlint[test])")

from lsprotocol import types  # noqa: E402
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities  # noqa: E402

from smlint.linter.splicing import splice  # noqa: E402
from smlint.model.findings import Edit  # noqa: E402
from smlint.model.source import Span  # noqa: E402
from tests.conftest import ROOT  # noqa: E402
from tests.test_cli import ARM, X86, native  # noqa: E402

pytestmark = pytest.mark.asyncio
OLD = "pytorch-inference:2.1.0"
LATER = 30.0
"""Seconds to wait for an expected message."""


def command(*words: str) -> ClientServerConfig:
    return ClientServerConfig(server_command=[sys.executable, "-m", "smlint", "lsp", *words])


async def begin(client: LanguageClient, capabilities: types.ClientCapabilities) -> types.InitializeResult:
    return await client.initialize_session(types.InitializeParams(capabilities=capabilities))


@pytest_lsp.fixture(config=command())
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await begin(lsp_client, client_capabilities("visual-studio-code"))
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=command())
async def bare(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """An editor that announces no capabilities, and counts in UTF-16."""
    await begin(lsp_client, types.ClientCapabilities())
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=command())
async def counting_bytes(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """An editor that counts in UTF-8."""
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf8])
    result = await begin(lsp_client, types.ClientCapabilities(general=general))
    assert result.capabilities.position_encoding == types.PositionEncodingKind.Utf8
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=command("--region", "eu-west-1", "--isolated"))
async def elsewhere(lsp_client: LanguageClient) -> AsyncIterator[None]:
    """A server with a Region and without configuration files."""
    await begin(lsp_client, client_capabilities("visual-studio-code"))
    yield
    await lsp_client.shutdown_session()


class File:
    """An open document."""

    def __init__(self, client: LanguageClient, path: Path) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.version = 0
        self.text = ""

    async def write(self, text: str) -> Sequence[types.Diagnostic]:
        """Open or change the document, and wait for its diagnostics."""
        self.change(text)
        return await self.diagnosed()

    def change(self, text: str) -> None:
        self.version += 1
        self.text = text
        if self.version == 1:
            self.client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri, "yaml", 1, text)))
        else:
            change = types.TextDocumentContentChangeWholeDocument(text)
            self.client.text_document_did_change(
                types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(self.version, self.uri), [change])
            )

    async def diagnosed(self) -> Sequence[types.Diagnostic]:
        """Wait for the diagnostics of this version of the document."""
        while True:
            message = await asyncio.wait_for(self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), LATER)
            if (message.uri, message.version) == (self.uri, self.version):
                found: Sequence[types.Diagnostic] = message.diagnostics
                return found

    async def actions(self, where: types.Range, only: list[str] | None = None) -> list[types.CodeAction]:
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(types.TextDocumentIdentifier(self.uri), where, types.CodeActionContext([], only))
        )
        return [one for one in found or [] if isinstance(one, types.CodeAction)]

    def position(self, words: str) -> types.Position:
        """Return the position of a string, counted in UTF-16."""
        before = self.text[: self.text.index(words)]
        return types.Position(before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2)

    def applied(self, action: types.CodeAction) -> str:
        """Apply an action to a text without surrogate pairs, as an editor does that counts in UTF-16."""
        assert action.edit is not None
        assert action.edit.changes is not None
        edits = []
        lines = self.text.splitlines(keepends=True)
        for edit in action.edit.changes[self.uri]:
            start, end = (sum(map(len, lines[: at.line])) + at.character for at in (edit.range.start, edit.range.end))
            edits.append(Edit(Span(start, end), self.text[start:end], edit.new_text))
        return splice(self.text, sorted(edits))


WHOLE = types.Range(types.Position(0, 0), types.Position(1000, 0))


async def test_a_finding_disappears_once_it_is_fixed(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    found = await file.write(native(X86))
    [fault] = [one for one in found if one.code == "image-architecture-mismatch"]
    assert (fault.source, fault.severity) == ("smlint", types.DiagnosticSeverity.Error)
    assert fault.message.startswith("x86_64 image on arm64 instance type ml.c6g.xlarge")
    assert fault.range.start == file.position(OLD)
    assert fault.related_information is not None
    assert fault.related_information[0].location.range.start == file.position("ml.c6g.xlarge")
    found = await file.write(native(ARM))
    assert not [one for one in found if one.code == "image-architecture-mismatch"]


async def test_only_the_last_of_many_changes_is_linted(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    await file.write("smlint: 1\n")
    versions: list[int | None] = []
    for count in range(20):
        file.change(native(X86) + f"# {count}\n")
    while file.version not in versions:
        message = await asyncio.wait_for(client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), LATER)
        versions.append(message.version)
    assert len(versions) < 10


async def test_the_fix_is_a_code_action(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    await file.write(native(X86))
    at = file.position("2.1.0-cpu")
    [action] = await file.actions(types.Range(at, at), ["quickfix"])
    assert action.title == "smlint: use the arm64 image of the same version"
    assert action.kind == types.CodeActionKind.QuickFix
    assert action.is_preferred
    assert [one.code for one in action.diagnostics or []] == ["image-architecture-mismatch"]
    assert file.applied(action) == native(ARM)
    start = types.Position(0, 0)
    assert await file.actions(types.Range(start, start), ["quickfix"]) == []


async def test_all_safe_fixes_are_one_action(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    second = native(X86).partition("models:\n")[2].replace("churn", "other")
    await file.write(native(X86) + second)
    for only in (["source.fixAll"], ["source"]):
        [action] = await file.actions(WHOLE, only)
        assert file.applied(action) == native(ARM) + second.replace(X86, ARM)
    assert len(await file.actions(WHOLE)) == 3
    assert await file.actions(WHOLE, ["refactor"]) == []


async def test_unsafe_fixes_are_marked(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    await file.write("smlint: 1\nmodels:\n  - {name: a, framework: pytorch, framework_version: '2.6.1', instance_type: ml.m5.xlarge, region: us-east-1}\n")
    [action] = await file.actions(WHOLE, ["quickfix"])
    assert action.title.endswith("(unsafe)")
    assert not action.is_preferred
    assert await file.actions(WHOLE, ["source.fixAll"]) == []


@pytest.mark.parametrize("name", ["Résumé 😀 of 🚀", "plain"])
async def test_positions_are_counted_in_utf_16(bare: LanguageClient, name: str, tmp_path: Path) -> None:
    file = File(bare, tmp_path / "deploy.yaml")
    found = await file.write(f"smlint: 1\nmodels:\n  - {{name: {name}, instance_type: ml.c6g.xlarge, region: us-west-2, image_uri: '{X86}'}}\n")
    [fault] = [one for one in found if one.code == "image-architecture-mismatch"]
    assert fault.range.start == file.position(OLD)
    at = file.position("ml.c6g.xlarge")
    hover = await bare.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(file.uri), at))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents == types.MarkupContent(types.MarkupKind.PlainText, "ml.c6g.xlarge: arm64 (AWS Graviton), without an accelerator.\n\n  vCPUs         4\n  memory        8 GiB")


async def test_positions_may_be_counted_in_utf_8(counting_bytes: LanguageClient, tmp_path: Path) -> None:
    file = File(counting_bytes, tmp_path / "deploy.yaml")
    found = await file.write(f"smlint: 1\nmodels:\n  - {{name: 'é😀', instance_type: ml.c6g.xlarge, region: us-west-2, image_uri: '{X86}'}}\n")
    [fault] = [one for one in found if one.code == "image-architecture-mismatch"]
    assert fault.range.start.character == len(file.text[: file.text.index(OLD)].rpartition("\n")[2].encode())


async def test_hover_describes_an_image(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    await file.write(native(X86))
    hover = await client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(file.uri), file.position("cpu-py310")))
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind is types.MarkupKind.Markdown
    assert hover.contents.value.startswith("pytorch 2.1.0 for inference, on x86_64 CPUs.\n\n```text\n  registry ")
    assert hover.range is not None
    assert hover.range.start == file.position(X86)
    nothing = await client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(file.uri), types.Position(0, 2)))
    assert nothing is None


async def test_completion_offers_matching_values(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    text = "smlint: 1\nmodels:\n  - name: a\n    framework: pytorch\n    instance_type: ml.c7g.xlarge\n    framework_version: 2.\n"
    await file.write(text)
    at = types.Position(5, len("    framework_version: 2."))
    found = await client.text_document_completion_async(types.CompletionParams(types.TextDocumentIdentifier(file.uri), at))
    assert isinstance(found, types.CompletionList)
    best = found.items[0]
    assert best.label == "2.6.0"
    assert best.text_edit == types.TextEdit(types.Range(types.Position(5, 23), at), '"2.6.0"')
    assert all(item.detail is not None and "arm64" in item.detail for item in found.items)
    other = types.CompletionParams(types.TextDocumentIdentifier(file.uri), types.Position(2, 11))
    assert await client.text_document_completion_async(other) is None


async def test_configuration_applies_and_may_change(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    config = tmp_path / "smlint.toml"
    config.write_text('ignore = ["ALL"]\n')
    file = File(client, tmp_path / "deploy.yaml")
    assert list(await file.write(native(X86))) == []
    config.write_text('select = ["image-architecture-mismatch"]\n[severity]\nimage-architecture-mismatch = "note"\n')
    client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(file.uri)))
    [fault] = await file.diagnosed()
    assert fault.severity is types.DiagnosticSeverity.Information
    config.write_text('exclude = ["deploy.yaml"]\n')
    assert list(await file.write(native(X86) + "\n")) == []


async def test_an_invalid_configuration_is_reported_once(client: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "smlint.toml").write_text("ignroe = []\n")
    file = File(client, tmp_path / "deploy.yaml")
    file.change(native(X86))
    message = await asyncio.wait_for(client.wait_for_notification(types.WINDOW_SHOW_MESSAGE), LATER)
    assert "ignroe" in message.message
    assert "did you mean 'ignore'?" in message.message
    hover = types.HoverParams(types.TextDocumentIdentifier(file.uri), types.Position(5, 60))
    assert await client.text_document_hover_async(hover) is None
    assert len(client.messages) == 1


async def test_comments_suppress_findings(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    text = native(X86).replace(X86, f"{X86}  # smlint: ignore[ALL] a test\n").replace("ALL", "image-architecture-mismatch")
    assert "image-architecture-mismatch" not in [one.code for one in await file.write(text)]


async def test_a_syntax_error_is_shown_at_its_position(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    [fault] = await file.write(native(X86) + "  - [\n")
    assert fault.code == "syntax-error"
    assert fault.range.start.line >= 5


async def test_a_closed_document_has_no_diagnostics(client: LanguageClient, tmp_path: Path) -> None:
    file = File(client, tmp_path / "deploy.yaml")
    assert len(await file.write(native(X86))) > 0
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(file.uri)))
    message = await asyncio.wait_for(client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS), LATER)
    assert (message.uri, list(message.diagnostics)) == (file.uri, [])


async def test_server_options_apply_to_all_documents(elsewhere: LanguageClient, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "smlint.toml").write_text('ignore = ["ALL"]\n')
    file = File(elsewhere, tmp_path / "deploy.yaml")
    found = await file.write(native(ARM).replace("    region: us-west-2\n", ""))
    assert "image-region-mismatch" in [one.code for one in found]


async def test_the_server_ends_on_request(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "smlint", "lsp", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}},
        {"jsonrpc": "2.0", "id": 2, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]
    bodies = [json.dumps(message).encode() for message in messages]
    out, err = await asyncio.wait_for(process.communicate(b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)), LATER)
    assert (process.returncode, err) == (0, b"")
    assert b'"name": "smlint"' in out
    assert out.count(b"Content-Length") == 2


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_server_while_it_waits(number: signal.Signals, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "smlint", "lsp", cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}).encode()
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    await asyncio.wait_for(process.stdout.readline(), LATER)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), LATER) == 2
    assert await process.stderr.read() == b"smlint: interrupted\n"
