"""The ECS of the tests' world against what ECS documents: floor and cap, the breaker, rollbacks, back-off, capacity."""
import unittest

import ecs

IMAGES = {"v1": {}, "v2": {}, "crash": {"exit_after": 2}, "nopull": {"nopull": True},
          "sick": {"check": True, "sick": True}, "lbsick": {"lbsick": True}}


def behaviour(definition):
    return {"check": False, "every": 10, "retries": 3, "grace": 0, "image": definition, **IMAGES[definition]}


class Rollouts(unittest.TestCase):
    def start(self, desired=4, minimum=100, maximum=200, breaker=True, balanced=False):
        self.world = ecs.World(behaviour)
        service = ecs.Service("web", "core", "v1", desired)
        service.minimum, service.maximum, service.breaker, service.rollback = minimum, maximum, breaker, True
        service.balanced, service.drain = balanced, 30
        self.world.services["web"] = service
        self.world.deploy(service, "v1")
        self.world.advance(200)
        self.assertEqual(service.deployments[0].state, "COMPLETED")
        return service

    def roll(self, service, definition, seconds=900):
        """→ (least healthy, most tasks) meanwhile."""
        self.world.deploy(service, definition)
        least, most = 99, 0
        for _ in range(seconds):
            self.world.advance(1)
            tasks = self.world.of(service)
            least = min(least, len([t for t in tasks if t.healthy()]))
            most = max(most, len([t for t in tasks if t.status != "STOPPED"]))
        return least, most

    def test_a_good_version_takes_over(self):
        service = self.start()
        least, most = self.roll(service, "v2")
        self.assertEqual((service.definition, service.deployments[0].state), ("v2", "COMPLETED"))
        self.assertGreaterEqual(least, 4)
        self.assertLessEqual(most, 8)

    def test_floor_and_cap_hold(self):
        least, most = self.roll(self.start(desired=3, minimum=50, maximum=100), "v2")
        self.assertEqual((least >= 2, most <= 3), (True, True))

    def test_what_fails_is_rolled_back(self):
        for bad in ("crash", "nopull", "sick"):
            with self.subTest(bad):
                service = self.start()
                least, _ = self.roll(service, bad)
                self.assertEqual((service.definition, service.deployments[0].state), ("v1", "COMPLETED"))
                self.assertIsNotNone(service.deployments[0].rollback_of)
                self.assertGreaterEqual(least, 4)

    def test_the_balancer_has_its_say(self):
        service = self.start(balanced=True)
        self.roll(service, "lbsick")
        self.assertEqual(service.definition, "v1")

    def test_protected_copies_outlive_a_rollout(self):
        service = self.start(desired=2)
        old = self.world.of(service)
        for task in old:
            task.protected_until = self.world.now + 300
        self.world.deploy(service, "v2")
        self.world.advance(299)
        self.assertEqual(([t.status for t in old], service.deployments[0].state), (["RUNNING", "RUNNING"], "IN_PROGRESS"))
        self.world.advance(60)
        self.assertEqual(([t.status for t in old], service.deployments[0].state), (["STOPPED", "STOPPED"], "COMPLETED"))

    def test_without_a_breaker_starts_become_rare(self):
        service = self.start(breaker=False)
        self.roll(service, "nopull", 3600)
        self.assertEqual((service.definition, service.deployments[0].state), ("nopull", "IN_PROGRESS"))
        self.assertGreater(service.backoff, 600)
        self.assertIn("unable to consistently start", " ".join(text for _, text in service.events))

    def test_without_room_nothing_is_placed(self):
        self.world = ecs.World(behaviour)
        self.world.capacity = 2
        service = ecs.Service("web", "core", "v1", 4)
        self.world.services["web"] = service
        self.world.deploy(service, "v1")
        self.world.advance(120)
        self.assertEqual(service.deployments[0].state, "IN_PROGRESS")
        self.assertIn("unable to place a task", service.events[0][1])


if __name__ == "__main__":
    unittest.main()
