#include "providers/aws/api/rest_paths.h"

#include <algorithm>
#include <array>

namespace infra::aws {

namespace {

constexpr std::array<RestPath, 31> kPaths = {{
    {"eks", "CreateCluster", "POST", "/clusters"},
    {"eks", "CreateFargateProfile", "POST", "/clusters/{clusterName}/fargate-profiles"},
    {"eks", "CreateNodegroup", "POST", "/clusters/{clusterName}/node-groups"},
    {"eks", "DeleteCluster", "DELETE", "/clusters/{name}"},
    {"eks", "DeleteFargateProfile", "DELETE", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}"},
    {"eks", "DeleteNodegroup", "DELETE", "/clusters/{clusterName}/node-groups/{nodegroupName}"},
    {"eks", "DescribeCluster", "GET", "/clusters/{name}"},
    {"eks", "DescribeFargateProfile", "GET", "/clusters/{clusterName}/fargate-profiles/{fargateProfileName}"},
    {"eks", "DescribeNodegroup", "GET", "/clusters/{clusterName}/node-groups/{nodegroupName}"},
    {"eks", "ListClusters", "GET", "/clusters"},
    {"eks", "ListFargateProfiles", "GET", "/clusters/{clusterName}/fargate-profiles"},
    {"eks", "ListNodegroups", "GET", "/clusters/{clusterName}/node-groups"},
    {"eks", "ListTagsForResource", "GET", "/tags/{resourceArn}"},
    {"eks", "TagResource", "POST", "/tags/{resourceArn}"},
    {"eks", "UntagResource", "DELETE", "/tags/{resourceArn}"},
    {"eks", "UpdateClusterConfig", "POST", "/clusters/{name}/update-config"},
    {"eks", "UpdateClusterVersion", "POST", "/clusters/{name}/updates"},
    {"eks", "UpdateNodegroupConfig", "POST", "/clusters/{clusterName}/node-groups/{nodegroupName}/update-config"},
    {"eks", "UpdateNodegroupVersion", "POST", "/clusters/{clusterName}/node-groups/{nodegroupName}/update-version"},
    {"scheduler", "CreateSchedule", "POST", "/schedules/{Name}"},
    {"scheduler", "CreateScheduleGroup", "POST", "/schedule-groups/{Name}"},
    {"scheduler", "DeleteSchedule", "DELETE", "/schedules/{Name}"},
    {"scheduler", "DeleteScheduleGroup", "DELETE", "/schedule-groups/{Name}"},
    {"scheduler", "GetSchedule", "GET", "/schedules/{Name}"},
    {"scheduler", "GetScheduleGroup", "GET", "/schedule-groups/{Name}"},
    {"scheduler", "ListScheduleGroups", "GET", "/schedule-groups"},
    {"scheduler", "ListSchedules", "GET", "/schedules"},
    {"scheduler", "ListTagsForResource", "GET", "/tags/{ResourceArn}"},
    {"scheduler", "TagResource", "POST", "/tags/{ResourceArn}"},
    {"scheduler", "UntagResource", "DELETE", "/tags/{ResourceArn}"},
    {"scheduler", "UpdateSchedule", "PUT", "/schedules/{Name}"},
}};

}  // namespace

const RestPath* find_rest_path(std::string_view service, std::string_view operation) {
  const auto* at = std::find_if(kPaths.begin(), kPaths.end(), [&](const RestPath& path) {
    return path.service == service && path.operation == operation;
  });
  return at != kPaths.end() ? at : nullptr;
}

}  // namespace infra::aws
