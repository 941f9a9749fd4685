#!/usr/bin/env python3
"""ci_examples.py INFRA: the shell of packaging/ci's examples, in a repository of its own. What talks to the hosts (gh,
curl) is a script that keeps what it was given; everything else is what a runner would run."""
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
STACK = """\
simulator here { }
platform = here

env prod { protect = true }

cluster core { }

task web {
  container web { image = "web:1" }
}

service web { cluster = core; task = web }

test "there is a service" {
  expect service.web.desired == 1
}
"""
# Keeps its arguments, and the file that it would send.
HOST = """\
#!/bin/sh
echo "$0 $*" >> "$TOLD"
[ -f plan.md ] && cat plan.md >> "$TOLD"
"""


def github_steps(job):
    workflow = yaml.safe_load((ROOT / "packaging/ci/github.yml").read_text())
    return [step["run"] for step in workflow["jobs"][job]["steps"] if "run" in step]


def gitlab_steps(job):
    return yaml.safe_load((ROOT / "packaging/ci/gitlab.yml").read_text())[job]["script"]


class Runner:
    def __init__(self, folder, infra):
        self.folder = folder
        self.told = folder / "told"
        tools = folder / "tools"
        tools.mkdir()
        for name in ("gh", "curl"):
            (tools / name).write_text(HOST)
            (tools / name).chmod(0o755)
        (tools / "infra").symlink_to(infra)
        (folder / "stack").mkdir()
        (folder / "stack" / "stack.infra").write_text(STACK)
        self.environment = {
            "PATH": f"{tools}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8", "TOLD": str(self.told),
            "INFRA": "infra", "INFRA_ENV": "prod", "PULL_REQUEST": "7", "NOTE_TOKEN": "secret",
            "CI_API_V4_URL": "https://gitlab.example.org/api/v4", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "7"}

    def run(self, step):
        done = subprocess.run(["bash", "-e", "-c", step], cwd=self.folder / "stack", env=self.environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        if done.returncode != 0:
            sys.exit(f"FAILED ({done.returncode}): {step}\n{done.stdout}{done.stderr}")
        return done.stdout

    def break_stack(self):
        (self.folder / "stack" / "stack.infra").write_text(STACK + "service two { cluster = nothing }\n")


def expect(condition, what):
    if not condition:
        sys.exit(f"FAILED: {what}")


def try_host(name, steps_of, infra):
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(pathlib.Path(folder), infra)
        for step in steps_of("plan"):
            runner.run(step)
        told = runner.told.read_text()
        expect("plan.md" in told and "Plan: 1 to create" in told, f"{name}: the comment has no plan: {told}")
        applied = "".join(runner.run(step) for step in steps_of("apply"))
        expect("1 succeeded" in applied, f"{name}: nothing was applied: {applied}")
        for step in steps_of("plan"):
            runner.run(step)
        expect("No changes" in runner.told.read_text(), f"{name}: there is something left to do")
        runner.break_stack()
        check = steps_of("plan")[0] if name == "GitHub" else "infra validate"
        broken = subprocess.run(["bash", "-e", "-c", check], cwd=runner.folder / "stack", env=runner.environment,
                                capture_output=True, text=True, check=False)
        expect(broken.returncode != 0, f"{name}: a stack with a mistake passes the check")


def main():
    infra = pathlib.Path(sys.argv[1]).resolve()
    try_host("GitHub", github_steps, infra)
    try_host("GitLab", gitlab_steps, infra)
    print("the CI examples check, comment and apply")


if __name__ == "__main__":
    main()
