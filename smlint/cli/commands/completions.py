"""`smlint completions`: the script by which a shell completes smlint's command line."""

from __future__ import annotations

from smlint.cli.console import Console
from smlint.cli.options import Command, Parsed
from smlint.runtime.errors import SmlintError

SHELLS = ("bash", "zsh", "fish")

COMMAND = Command(
    "completions",
    "print the completion script of a shell",
    arguments="|".join(SHELLS),
    least=1,
    most=1,
    epilog=(
        "bash: smlint completions bash > ~/.local/share/bash-completion/completions/smlint\n"
        "zsh:  smlint completions zsh > ~/.zfunc/_smlint, with ~/.zfunc in $fpath before compinit\n"
        "fish: smlint completions fish > ~/.config/fish/completions/smlint.fish"
    ),
)


def run(parsed: Parsed, console: Console) -> int:
    """Print the script."""
    from smlint.cli.commands import COMMANDS, load
    from smlint.cli.completions.words import Words

    shell = parsed.arguments[0]
    if shell not in SHELLS:
        from smlint.runtime.suggest import did_you_mean

        raise SmlintError(f"no completions for the shell '{shell}'", did_you_mean(shell, SHELLS) or f"there are some for {', '.join(SHELLS)}")
    commands = [load(name).COMMAND for name in COMMANDS]
    if shell == "bash":
        from smlint.cli.completions.bash import script
    elif shell == "zsh":
        from smlint.cli.completions.zsh import script
    else:
        from smlint.cli.completions.fish import script
    console.write(script(commands, Words()))
    return 0
