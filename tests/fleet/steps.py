"""What the programs of this folder share: they say what they look at, and play steps one after the other."""
import argparse
import os
import pathlib
import tempfile
import time

from machines import enter_own_network


def fail(text):
    raise SystemExit(f"FAILED: {text}")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def expect(what, found, wanted):
    if found != wanted:
        fail(f"{what}: {found}, not {wanted}")
    say(f"{what}: {found}")


def play(script, make_world, steps, programs, long=()):
    """Each step with the world that the ones before have left. `long` ones only if they are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--infra", required=True)
    parser.add_argument("--only", default="", help="names of steps, separated by commas")
    parser.add_argument("--long", action="store_true", help="with the steps that take minutes")
    options = parser.parse_args()
    only = [name for name in options.only.split(",") if name]
    unknown = set(only) - {step.__name__ for step in (*steps, *long)}
    if unknown:
        fail(f"no step is called {', '.join(sorted(unknown))}")
    enter_own_network(os.path.abspath(script), programs)
    world = None
    try:
        world = make_world(options.infra, pathlib.Path(tempfile.mkdtemp(prefix="infra-fleet-")))
        for step in (*steps, *long):
            if step.__name__ not in only if only else step in long and not options.long:
                continue
            say(f"== {step.__name__.replace('_', ' ')}")
            step(world)
        say("all as it should be")
    except BaseException:
        if world is not None:
            warned = (line for machine in world.fleet.machines for line in machine.complaints())
            print("what the engines warned of:", *warned, sep="\n", flush=True)
        raise
    finally:
        if world is not None:
            world.fleet.end()
