#include "providers/aws/api/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace infra::aws {

namespace {

// Of its own, so that the short names are seen by the table alone.
namespace table {

using enum AnswerForm;

// Sorted by service and operation.
constexpr AnswerShape kShapes[] = {
    {"acm", "DescribeCertificate", "Certificate", record, {"CertificateArn"}},
    {"acm", "ImportCertificate", "CertificateArn", text},
    {"acm", "ListCertificates", "CertificateSummaryList", records, {"CertificateArn"}},
    {"acm", "ListTagsForCertificate", "Tags", tags},
    {"application-autoscaling", "DescribeScalableTargets", "ScalableTargets", records, {"ResourceId"}},
    {"application-autoscaling", "DescribeScalingPolicies", "ScalingPolicies", records, {"PolicyName"}},
    {"autoscaling",
     "DescribeAutoScalingGroups",
     "AutoScalingGroups",
     records,
     {"AutoScalingGroupARN", "AutoScalingGroupName"}},
    {"ec2", "AllocateAddress", "allocationId", text},
    {"ec2", "AssociateRouteTable", "associationId", text},
    {"ec2", "CreateInternetGateway", "internetGateway", record, {"internetGatewayId"}},
    {"ec2", "CreateLaunchTemplate", "launchTemplate", record, {"launchTemplateId"}},
    {"ec2", "CreateNatGateway", "natGateway", record, {"natGatewayId"}},
    {"ec2", "CreateRouteTable", "routeTable", record, {"routeTableId"}},
    {"ec2", "CreateSecurityGroup", "groupId", text},
    {"ec2", "CreateSubnet", "subnet", record, {"subnetId"}},
    {"ec2", "CreateVpc", "vpc", record, {"vpcId"}},
    {"ec2", "DescribeAddresses", "addressesSet", records, {"allocationId"}},
    {"ec2", "DescribeInstances", "reservationSet", records},
    {"ec2", "DescribeInternetGateways", "internetGatewaySet", records, {"internetGatewayId"}},
    {"ec2", "DescribeLaunchTemplateVersions", "launchTemplateVersionSet", records},
    {"ec2", "DescribeLaunchTemplates", "launchTemplates", records, {"launchTemplateId"}},
    {"ec2", "DescribeNatGateways", "natGatewaySet", records, {"natGatewayId", "state"}},
    {"ec2", "DescribeNetworkInterfaces", "networkInterfaceSet", records, {"networkInterfaceId"}},
    {"ec2", "DescribeRouteTables", "routeTableSet", records, {"routeTableId"}},
    {"ec2", "DescribeSecurityGroups", "securityGroupInfo", records, {"groupId"}},
    {"ec2", "DescribeSubnets", "subnetSet", records, {"subnetId"}},
    {"ec2", "DescribeVpcAttribute", "vpcId", text},
    {"ec2", "DescribeVpcs", "vpcSet", records, {"vpcId"}},
    {"ecr", "BatchGetImage", "images", records, {"imageManifest"}},
    {"ecr", "CreateRepository", "repository", record, {"repositoryArn", "repositoryUri"}},
    {"ecr", "DescribeRepositories", "repositories", records, {"repositoryArn", "repositoryName"}},
    {"ecr", "GetAuthorizationToken", "authorizationData", some, {"authorizationToken"}},
    {"ecr", "GetLifecyclePolicy", "lifecyclePolicyText", text},
    {"ecr", "ListImages", "imageIds", records},
    {"ecr", "ListTagsForResource", "tags", tags},
    {"ecs", "CreateCapacityProvider", "capacityProvider", record, {"capacityProviderArn"}},
    {"ecs", "CreateCluster", "cluster", record, {"clusterArn"}},
    {"ecs", "CreateService", "service", record, {"serviceArn"}},
    {"ecs", "DescribeCapacityProviders", "capacityProviders", records, {"name", "status"}},
    {"ecs", "DescribeClusters", "clusters", records, {"clusterArn", "status"}},
    {"ecs", "DescribeServices", "services", records, {"serviceArn", "status"}},
    {"ecs", "DescribeTaskDefinition", "taskDefinition", record, {"taskDefinitionArn", "status"}},
    {"ecs", "DescribeTasks", "tasks", records, {"taskArn", "lastStatus"}},
    {"ecs", "ExecuteCommand", "session", record, {"sessionId", "streamUrl"}},
    {"ecs", "ListClusters", "clusterArns", texts},
    {"ecs", "ListServices", "serviceArns", texts},
    {"ecs", "ListTaskDefinitionFamilies", "families", texts},
    {"ecs", "ListTaskDefinitions", "taskDefinitionArns", texts},
    {"ecs", "ListTasks", "taskArns", texts},
    {"ecs", "RegisterTaskDefinition", "taskDefinition", record, {"taskDefinitionArn"}},
    {"ecs", "RunTask", "tasks", records, {"taskArn"}},
    {"ecs", "UpdateService", "service", record, {"serviceArn"}},
    {"eks", "CreateCluster", "cluster", record, {"arn"}},
    {"eks", "CreateFargateProfile", "fargateProfile", record, {"fargateProfileArn"}},
    {"eks", "CreateNodegroup", "nodegroup", record, {"nodegroupArn"}},
    {"eks", "DescribeCluster", "cluster", record, {"arn", "status"}},
    {"eks", "DescribeFargateProfile", "fargateProfile", record, {"fargateProfileArn", "status"}},
    {"eks", "DescribeNodegroup", "nodegroup", record, {"nodegroupArn", "status"}},
    {"eks", "ListClusters", "clusters", texts},
    {"eks", "ListFargateProfiles", "fargateProfileNames", texts},
    {"eks", "ListNodegroups", "nodegroups", texts},
    {"elasticloadbalancing", "CreateListener", "Listeners", some, {"ListenerArn"}},
    {"elasticloadbalancing", "CreateLoadBalancer", "LoadBalancers", some, {"LoadBalancerArn"}},
    {"elasticloadbalancing", "CreateRule", "Rules", some, {"RuleArn"}},
    {"elasticloadbalancing", "CreateTargetGroup", "TargetGroups", some, {"TargetGroupArn"}},
    {"elasticloadbalancing", "DescribeListeners", "Listeners", records, {"ListenerArn"}},
    {"elasticloadbalancing", "DescribeLoadBalancers", "LoadBalancers", records, {"LoadBalancerArn"}},
    {"elasticloadbalancing", "DescribeRules", "Rules", records, {"RuleArn"}},
    {"elasticloadbalancing", "DescribeTags", "TagDescriptions", records, {"ResourceArn"}},
    {"elasticloadbalancing", "DescribeTargetGroups", "TargetGroups", records, {"TargetGroupArn"}},
    {"elasticloadbalancing", "DescribeTargetHealth", "TargetHealthDescriptions", records},
    {"iam", "CreateInstanceProfile", "InstanceProfile", record, {"Arn"}},
    {"iam", "CreateRole", "Role", record, {"Arn"}},
    {"iam", "GetInstanceProfile", "InstanceProfile", record, {"Arn"}},
    {"iam", "GetRole", "Role", record, {"Arn"}},
    {"iam", "GetRolePolicy", "PolicyDocument", text},
    {"iam", "ListAttachedRolePolicies", "AttachedPolicies", records, {"PolicyArn"}},
    {"iam", "ListInstanceProfiles", "InstanceProfiles", records, {"InstanceProfileName", "Arn"}},
    {"iam", "ListRolePolicies", "PolicyNames", texts},
    {"iam", "ListRoles", "Roles", records, {"RoleName", "Arn"}},
    {"logs", "DescribeLogGroups", "logGroups", records, {"logGroupName"}},
    {"logs", "FilterLogEvents", "events", records, {"message"}},
    {"logs", "GetLogEvents", "events", records, {"message"}},
    {"logs", "ListTagsForResource", "tags", tags},
    {"monitoring", "GetMetricData", "MetricDataResults", records, {"Id"}},
    {"scheduler", "CreateScheduleGroup", "ScheduleGroupArn", text},
    {"scheduler", "GetSchedule", "ScheduleExpression", text},
    {"scheduler", "GetScheduleGroup", "Arn", text},
    {"scheduler", "ListScheduleGroups", "ScheduleGroups", records, {"Arn", "State"}},
    {"scheduler", "ListTagsForResource", "Tags", tags},
    {"secretsmanager", "CreateSecret", "ARN", text},
    {"secretsmanager", "DescribeSecret", "ARN", text},
    {"secretsmanager", "GetSecretValue", "ARN", text},
    {"secretsmanager", "ListSecrets", "SecretList", records, {"ARN"}},
    {"servicequotas", "GetAWSDefaultServiceQuota", "Quota", record},
    {"servicequotas", "GetServiceQuota", "Quota", record},
    {"ssm", "GetParameter", "Parameter", record, {"Value"}},
    {"sts", "AssumeRole", "Credentials", record, {"AccessKeyId", "SecretAccessKey"}},
    {"sts", "AssumeRoleWithWebIdentity", "Credentials", record, {"AccessKeyId", "SecretAccessKey"}},
    {"sts", "GetCallerIdentity", "Account", text},
};

}  // namespace table

bool is_text(const Value& value) { return value.string() != nullptr && !value.string()->empty(); }

Error missing(const std::string& what) { return {.code = "E0621", .message = "it has no " + what}; }

Result<Ok> check_inner(const AnswerShape& shape, const Value& value, const std::string& where) {
  if (value.map() == nullptr) return missing(where);
  for (const auto name : shape.inner) {
    if (!name.empty() && !is_text(value[name])) return missing(fmt::format("{}.{}", where, name));
  }
  return Ok();
}

// XML has no empty list: an element without content is an empty text.
const List* list_of(const AnswerShape& shape, const Value& value, bool xml) {
  static const List none;
  if (value.list() != nullptr) return value.list();
  const bool empty = xml && shape.form != AnswerForm::some && value.string() != nullptr && value.string()->empty();
  return empty ? &none : nullptr;
}

Result<Ok> check_list(const AnswerShape& shape, const Value& value, bool xml) {
  const auto* list = list_of(shape, value, xml);
  if (list == nullptr || (shape.form == AnswerForm::some && list->empty())) {
    return missing(fmt::format("list `{}`", shape.member));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto where = fmt::format("{}[{}]", shape.member, i);
    const auto& item = (*list)[i];
    auto fits = shape.form != AnswerForm::texts ? check_inner(shape, item, where)
                : is_text(item)                 ? Result<Ok>(Ok())
                                                : Result<Ok>(missing("text " + where));
    if (!fits) return fits;
  }
  return Ok();
}

// A list of names and values, or a map.
Result<Ok> check_tags(const AnswerShape& shape, const Value& value) {
  if (value.list() == nullptr && value.map() == nullptr) return missing(fmt::format("`{}`", shape.member));
  if (const auto* map = value.map()) {
    for (const auto& [name, one] : *map) {
      if (one.string() == nullptr) return missing(fmt::format("text {}.{}", shape.member, name));
    }
  } else {
    for (const auto& one : *value.list()) {
      if (one.map() == nullptr) return missing(fmt::format("names in `{}`", shape.member));
      for (const auto& [name, part] : *one.map()) {
        if (part.string() == nullptr) return missing(fmt::format("text {}[].{}", shape.member, name));
      }
    }
  }
  return Ok();
}

}  // namespace

const AnswerShape* find_shape(std::string_view service, std::string_view operation) {
  const auto* at = std::find_if(std::begin(table::kShapes), std::end(table::kShapes), [&](const AnswerShape& shape) {
    return shape.service == service && shape.operation == operation;
  });
  return at != std::end(table::kShapes) ? at : nullptr;
}

Result<Ok> check_answer(const Service& service, std::string_view operation, const Value& answer) {
  const auto* shape = find_shape(service.name, operation);
  if (shape == nullptr) return Ok();
  const bool xml = service.protocol == Protocol::query || service.protocol == Protocol::ec2;
  const auto& value = answer[shape->member];
  switch (shape->form) {
    case AnswerForm::text:
      if (!is_text(value)) return missing(fmt::format("`{}`", shape->member));
      return Ok();
    case AnswerForm::record:
      return check_inner(*shape, value, std::string(shape->member));
    case AnswerForm::tags:
      return check_tags(*shape, value);
    case AnswerForm::records:
    case AnswerForm::some:
    case AnswerForm::texts:
      return check_list(*shape, value, xml);
  }
  return Ok();
}

}  // namespace infra::aws
