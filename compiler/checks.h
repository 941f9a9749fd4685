// Phase 4, checks: what is well-typed and still impossible. Pure functions over the graph; one file a family in
// compiler/checks/, one row in checks.cpp.
//
// Sound, not noisy: an error only if it is impossible at the largest size, a warning if it works only there, nothing
// where a value isn't known. A platform needs no provider to be checked for.
#pragma once
#include "base/diagnostics/diagnostic.h"
#include "base/values/platform_table.h"
#include "compiler/graph.h"

namespace infra {

struct Unit;

// `stack`: what the graph was made from; says which values a fix may replace. `platforms`: those that this program has
// a provider for.
void check_graph(const Graph& graph, const Unit& stack, const PlatformTable& platforms, Diagnostics& diagnostics);

namespace checks {
struct CheckInput;  // compiler/checks/check_input.h
using Check = void(const CheckInput&, Diagnostics&);
Check platforms;   // E0310, E0415: kinds and settings that their platform can't serve
Check names;       // E0213, E0311
Check networks;    // E0407
Check fargate;     // E0401, E0417: what Fargate has and hasn't
Check modes;       // E0402, E0403, E0408
Check host_ports;  // E0404
Check fit;         // E0405
Check shares;      // E0406
Check groups;      // E0409, E0410: containers of a task
Check variables;   // E0210, E0415: environment variables of a container
Check images;      // E0210: names of images and registries
Check image_tags;  // E0415
Check volumes;     // E0415
Check amounts;     // E0210: less than nothing
Check subnets;     // E0415: subnets of two vpcs
Check reach;       // E0418: services of nodes without a subnet in common
Check registries;  // E0412
Check routes;      // E0410, E0415: what load balancers send to services
Check balancers;   // E0206, E0412, E0415, E0416: load balancers and their listeners
Check rollouts;    // E0411
Check ports;       // E0412
Check secrets;     // E0413
Check lifecycles;  // E0414, E0415
Check ecr;         // E0416: lifecycle rules on AWS
Check exclusions;  // E0415
Check schedules;   // E0210: when jobs run again and again
Check hooks;       // E0310, E0415: what else decides when jobs run
Check scale;       // E0206, E0415: what a service scales by
Check zones;       // E0416: zones of AWS
Check tags;        // E0416: labels on AWS
Check limits;      // E0416: the numbers of AWS
Check ways_out;    // E0418: tasks that reach nothing
Check ways_in;     // E0415, E0418: what nothing reaches, or stands where it can't be reached
Check eks;         // E0415, E0416, E0418: where EKS clusters stand, and how they are reached
Check eks_pods;    // E0419: as many pods as the machines of an EKS cluster take
Check capacity;    // E0405: all services of a cluster together, and room to change
Check addresses;   // E0419: addresses of subnets, interfaces of instances
Check regions;     // E0416: regions, zones and ARNs of AWS
Check quotas;      // E0412, E0415, E0416: how many of a thing AWS takes, and its other words
Check settings;    // E0417: settings of a service that its platform doesn't have
Check kubernetes;  // E0311, E0415, E0416, E0417: names, numbers and settings of Kubernetes
Check engines;     // E0210, E0415, E0416: endpoints, networks and mounts of container engines
Check hosts;       // E0416: the names of hosts that routes have
Check builds;      // E0410, E0415: stages and arguments that a Dockerfile hasn't
Check commands;    // E0420: words that no shell reads
Check probes;      // E0420: health checks that can't run in their image
Check pages;       // E0415, E0416: what a listener answers by itself
}  // namespace checks

}  // namespace infra
