"""`smlint completions`: print the completion script of a shell."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options.model import Command, ParsedOptions
from smlint.runtime.errors import SmlintError

SHELLS = ("bash", "zsh", "fish")

COMMAND = Command(
    "completions",
    "print a shell completion script",
    arguments="|".join(SHELLS),
    least=1,
    most=1,
    epilog=(
        "bash: smlint completions bash > ~/.local/share/bash-completion/completions/smlint\n"
        "zsh:  smlint completions zsh > ~/.zfunc/_smlint, with ~/.zfunc in $fpath before compinit\n"
        "fish: smlint completions fish > ~/.config/fish/completions/smlint.fish"
    ),
)


def run(parsed: ParsedOptions, console: Console) -> int:
    """Print the script."""
    from smlint.cli.command_table import COMMANDS, load
    from smlint.cli.completions.words import CompletionWords

    shell = parsed.arguments[0]
    if shell not in SHELLS:
        from smlint.runtime.suggest import did_you_mean

        raise SmlintError(f"unsupported shell '{shell}'", did_you_mean(shell, SHELLS) or f"choose from {', '.join(SHELLS)}")
    commands = [load(name).COMMAND for name in COMMANDS]
    if shell == "bash":
        from smlint.cli.completions.bash import script
    elif shell == "zsh":
        from smlint.cli.completions.zsh import script
    else:
        from smlint.cli.completions.fish import script
    console.write(script(commands, CompletionWords()))
    return 0
