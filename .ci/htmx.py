"""htmx 2 idioms in templates and scripts, by the check that htmx 4 ships.

That check takes every `hx-disable` for the old one; in htmx 4 it is right: "disable these while the
request runs". So its word on that attribute is left out.
"""

import subprocess
import sys

CHECK = [sys.executable, "-X", "utf8", ".ci/htmx-upgrade-check.py", "--no-color"]
RIGHT_IN_4 = "hx-disable → rename to hx-ignore"


def main(paths: list[str]) -> int:
    done = subprocess.run([*CHECK, *paths], capture_output=True, encoding="utf-8", check=False)
    faults = [line for line in done.stdout.splitlines() if line and RIGHT_IN_4 not in line]
    if done.returncode not in (0, 1) or (done.returncode == 1 and not done.stdout):
        print(done.stderr)
        return 2
    print("\n".join([*faults, f"htmx: {len(faults)} idioms of htmx 2."]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
