"""Stacks of N resources as chains and fans: for infra as declarations and as loops, for terraform as declarations."""

GROUP = 100  # resources of one chain, or of one fan


def needs(shape, number):
    """The resource that this one waits for, or None."""
    place = number % GROUP
    if place == 0:
        return None
    return number - 1 if shape == "chains" else number - place


HEAD = """stack "bench"
simulator world {{ nodes = 1; file = "{world}" }}
platform = world
cluster core {{ }}
task small {{
  network = none
  container main {{ image = "small:1"; memory = 64MiB; env = {{ VERSION: "1" }} }}
}}
"""

CHAIN_LOOP = """for chain in 0..{groups} {{
  for i in 0..{last} {{
    service link {{ cluster = core; task = small; depends_on = i == 0 ? [] : [link[i - 1]] }}
  }}
}}
"""

FAN_LOOP = """for fan in 0..{groups} {{
  service hub {{ cluster = core; task = small }}
  for i in 1..{last} {{
    service leaf {{ cluster = core; task = small; depends_on = [hub] }}
  }}
}}
"""


def infra_text(shape, form, count, world):
    head = HEAD.format(world=world)
    if form == "loops":
        assert count % GROUP == 0, f"loops come in groups of {GROUP}"
        loop = CHAIN_LOOP if shape == "chains" else FAN_LOOP
        return head + loop.format(groups=count // GROUP - 1, last=GROUP - 1)
    lines = [head]
    for number in range(count):
        before = needs(shape, number)
        wait = "" if before is None else f"; depends_on = [service.r{before}]"
        lines.append(f"service r{number} {{ cluster = core; task = small{wait} }}\n")
    return "".join(lines)


def terraform_text(shape, count):
    lines = []
    for number in range(count):
        before = needs(shape, number)
        wait = "" if before is None else f"\n  depends_on = [terraform_data.r{before}]"
        lines.append(f'resource "terraform_data" "r{number}" {{\n  input = "small:1"{wait}\n}}\n')
    return "".join(lines)
