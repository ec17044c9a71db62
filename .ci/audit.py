"""Known vulnerabilities in a requirements file, by pip-audit.

pip-audit by itself ends well when it could look up nothing, and badly when the network is closed.
Here a known vulnerability fails, a lookup that was not possible is said plainly and does not, and
anything else fails.
"""

import json
import re
import subprocess
import sys
from typing import Any

UNREACHABLE = re.compile(
    r"Could not connect to|PyPI is not redirecting|ServiceError"
    r"|requests\.exceptions\.(ConnectionError|ProxyError|SSLError|\w*Timeout)"
)


def report(requirements: str) -> list[dict[str, Any]] | None:
    """Each dependency as pip-audit reports it, or None when its service could not be reached."""
    command = ["-m", "pip_audit", "-r", requirements, "--require-hashes", "--disable-pip"]
    options = ["--format", "json", "--progress-spinner", "off"]
    done = subprocess.run(
        [sys.executable, *command, *options], capture_output=True, text=True, check=False
    )
    if done.stdout.strip():
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        return dependencies
    if UNREACHABLE.search(done.stderr):
        return None
    sys.exit(f"pip-audit failed:\n{done.stderr}")


def main(requirements: str) -> int:
    dependencies = report(requirements)
    if dependencies is None:
        print("pip-audit: SKIPPED, the service that knows of vulnerabilities was not reached.")
        return 0
    audited = [one for one in dependencies if "skip_reason" not in one]
    unknown = [one["name"] for one in dependencies if "skip_reason" in one]
    if not audited:
        print("pip-audit: SKIPPED, the service knows none of these packages (a package mirror?).")
        return 0
    if unknown:
        print(f"pip-audit: not looked up: {', '.join(unknown)}.")
    holes = [(one, hole) for one in audited for hole in one["vulns"]]
    for one, hole in holes:
        fixed = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{one['name']} {one['version']}: {hole['id']}, fixed in {fixed}")
    print(f"pip-audit: {len(holes)} known vulnerabilities in {len(audited)} packages.")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
