// The provider types of Kubernetes: what lowering asks for, and what the provider gives to the API server.
//
// Each is one object of the cluster. Its inputs are what the plan shows, in Kubernetes' own words, and don't depend on
// the server's version: the provider writes the manifest that the server takes.
//
//   namespace    where it lives; not of a `namespace` itself (fixed)
//   name         stable for an address (fixed); see `full_name`
//   labels       beside those by which the provider finds its objects again
//   annotations
//   spec         the object's `spec` with Kubernetes' field names, as the newest version has it: lists, maps, texts,
//                integers, booleans; no Bytes, Cpu or Duration. It may hold Refs. Fixed for a Job.
//
// A Deployment and a DaemonSet have `selector` beside `spec` (a Map of labels, fixed).
//
// A Secret has `data` in place of `spec` (a Map of names to secret texts, not in base64) and `kind` ("Opaque",
// "kubernetes.io/dockerconfigjson"); a ConfigMap has `data` (a Map of names to texts). Both are made immutable, so both
// are fixed. These two and Jobs can stand beside their successor, so that each needs a name that no other has had: the
// provider calls them `name`-TOKEN, by ten digits of CreateRequest::token, and gives that as the output `full_name`, by
// which others refer to them. (A hash of the content would be the same after `--replace`, and tell two equal secrets.)
//
// What the provider adds by itself: apiVersion, kind; `metadata.labels` infra.lineage and
// app.kubernetes.io/managed-by; `metadata.annotations` infra.address, infra.token, infra.spec, infra.stack.
//
// What differs between servers is written in its newest form, and brought down where the server is older:
//   initContainers with restartPolicy "Always" (1.29)  a container before the others, if it has no startupProbe; else
//                                                      and in a Job: refused before anything is touched
//   lifecycle.preStop.sleep.seconds (1.30)             exec ["sleep", "N"]
//   unhealthyPodEvictionPolicy (1.27)                  left out
//   DaemonSet rollingUpdate.maxSurge (1.22)            refused
//   template.spec.resources (1.34)                     left out
#pragma once
#include <string_view>
#include <vector>

#include "base/values/schema.h"

namespace infra::kubernetes {

inline constexpr std::string_view kConfigMap = "config_map";
inline constexpr std::string_view kCronJob = "cron_job";
inline constexpr std::string_view kDaemonSet = "daemon_set";
// `spec` without `replicas`: somebody else (an autoscaler) decides how many there are. `rollback` (Bool): go back to
// the former inputs if the rollout fails.
inline constexpr std::string_view kDeployment = "deployment";
inline constexpr std::string_view kGateway = "gateway";
inline constexpr std::string_view kHorizontalPodAutoscaler = "horizontal_pod_autoscaler";
inline constexpr std::string_view kHttpRoute = "http_route";
// Not the cluster's: built by an engine here, pushed and known by its digest. Inputs as the platform `nodes` has them
// (repository, tag, context, dockerfile, args, target, context_hash, immutable, insecure, username, password, realm).
inline constexpr std::string_view kImage = "image";
// Output `addresses`: the host names and addresses that its controller gave it.
inline constexpr std::string_view kIngress = "ingress";
inline constexpr std::string_view kJob = "kube_job";
inline constexpr std::string_view kNamespace = "namespace";
inline constexpr std::string_view kNetworkPolicy = "network_policy";
inline constexpr std::string_view kPodDisruptionBudget = "pod_disruption_budget";
inline constexpr std::string_view kSecret = "kube_secret";
// Outputs `cluster_ip`, and `addresses` of one of type LoadBalancer.
inline constexpr std::string_view kService = "kube_service";

// Where an Ingress, a Gateway or a Service is reached: written by controllers, after the object was made.
inline constexpr std::string_view kAddresses = "addresses";

// All of them, sorted by name.
const std::vector<Schema>& type_schemas();

}  // namespace infra::kubernetes
