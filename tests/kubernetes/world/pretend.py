"""Nodes that pretend: no container runs, and pods become what their images' names say, with the statuses of a kubelet.

An image whose name has …   makes its container
  missing                   ErrImagePull, then ImagePullBackOff
  crash                     CrashLoopBackOff after a third exit with code 3
  slow                      never ready
  anything else             run and be ready; of a job: end well, or with `fails` in it end with code 3
What ends is deleted at once. The node `node-a` takes all pods. Services of type LoadBalancer get the address 192.0.2.7.
"""
import datetime
import threading
import time


def now():
    return datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%SZ")


class Nodes:
    def __init__(self, ask):
        self.ask = ask
        self.turns = {}
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        beat = 0
        while True:
            try:
                if time.time() - beat > 8:
                    self.beat()
                    beat = time.time()
                for pod in self.ask("GET", "/api/v1/pods")["items"]:
                    self.move(pod)
                for service in self.ask("GET", "/api/v1/services")["items"]:
                    self.balance(service)
            except Exception:  # the server is away, or the pod has changed: seen again at the next turn
                pass
            time.sleep(0.15)

    def beat(self):
        self.ask("PATCH", "/api/v1/nodes/node-a?fieldManager=pretend&force=true",
                 {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-a", "labels": {"kubernetes.io/hostname": "node-a"}}},
                 "application/apply-patch+yaml")
        room = {"cpu": "64", "memory": "64Gi", "pods": "1000"}
        self.ask("PATCH", "/api/v1/nodes/node-a/status", {"status": {
            "capacity": room, "allocatable": room,
            "conditions": [{"type": "Ready", "status": "True", "reason": "Pretended", "message": "",
                            "lastHeartbeatTime": now(), "lastTransitionTime": now()}]}}, "application/strategic-merge-patch+json")

    def move(self, pod):
        name, space = pod["metadata"]["name"], pod["metadata"]["namespace"]
        path = f"/api/v1/namespaces/{space}/pods/{name}"
        if "deletionTimestamp" in pod["metadata"]:
            self.ask("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0})
        elif not pod["spec"].get("nodeName"):
            self.ask("POST", path + "/binding", {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": name},
                                                 "target": {"apiVersion": "v1", "kind": "Node", "name": "node-a"}})
        else:
            status = self.status_of(pod)
            if status != {key: pod["status"].get(key) for key in status}:
                self.ask("PATCH", path + "/status", {"status": status}, "application/merge-patch+json")

    def balance(self, service):
        if service["spec"]["type"] != "LoadBalancer" or service["status"].get("loadBalancer"):
            return
        name, space = service["metadata"]["name"], service["metadata"]["namespace"]
        self.ask("PATCH", f"/api/v1/namespaces/{space}/services/{name}/status",
                 {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.7"}]}}}, "application/merge-patch+json")

    def status_of(self, pod):
        turn = self.turns[pod["metadata"]["uid"]] = self.turns.get(pod["metadata"]["uid"], 0) + 1
        job = pod["spec"]["restartPolicy"] == "Never"
        begun = pod["metadata"]["creationTimestamp"]
        all_of = [self.container(one, turn, job, begun) for one in pod["spec"]["containers"]]
        ended = [one["state"]["terminated"]["exitCode"] for one in all_of if "terminated" in one["state"]]
        phase = "Pending" if not any(one["started"] for one in all_of) else "Running"
        if job and len(ended) == len(all_of):
            phase = "Failed" if any(ended) else "Succeeded"
        ready = all(one["ready"] for one in all_of)
        said = "True" if ready else "False"
        return {"phase": phase, "podIP": "10.0.0.1", "hostIP": "10.0.0.1", "startTime": begun, "containerStatuses": all_of,
                "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": begun},
                               {"type": "Ready", "status": said, "lastTransitionTime": begun},
                               {"type": "ContainersReady", "status": said, "lastTransitionTime": begun}]}

    @staticmethod
    def container(one, turn, job, begun):
        image = one["image"]
        out = {"name": one["name"], "image": image, "imageID": image, "restartCount": 0, "ready": False, "started": False}
        ended = {"exitCode": 3, "reason": "Error", "startedAt": begun, "finishedAt": begun}
        if "missing" in image:
            reason = "ErrImagePull" if turn < 6 else "ImagePullBackOff"
            return {**out, "state": {"waiting": {"reason": reason, "message": f"pull of {image}: it isn't there"}}}
        if "crash" in image and not job:
            return {**out, "restartCount": min(turn // 3, 3), "lastState": {"terminated": ended},
                    "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off restarting"}}}
        if job and turn > 3:
            code = 3 if "fails" in image else 0
            return {**out, "started": True, "state": {"terminated": {**ended, "exitCode": code, "reason": "Error" if code else "Completed"}}}
        return {**out, "ready": "slow" not in image, "started": True, "state": {"running": {"startedAt": begun}}}
