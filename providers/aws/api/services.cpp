#include "providers/aws/api/services.h"

#include <algorithm>
#include <array>

namespace infra::aws {

namespace {

using enum Protocol;

constexpr std::array<Service, 16> kServices = {{
    {"acm", json, "acm", "acm", "CertificateManager", "ACM"},
    {"application-autoscaling", json, "application-autoscaling", "application-autoscaling", "AnyScaleFrontendService",
     "APPLICATION_AUTO_SCALING"},
    {"autoscaling", query, "autoscaling", "autoscaling", "2011-01-01", "AUTO_SCALING"},
    {"ec2", ec2, "ec2", "ec2", "2016-11-15", "EC2"},
    {"ecr", json, "api.ecr", "ecr", "AmazonEC2ContainerRegistry_V20150921", "ECR"},
    {"ecs", json, "ecs", "ecs", "AmazonEC2ContainerServiceV20141113", "ECS"},
    {"eks", rest, "eks", "eks", "", "EKS"},
    {"elasticloadbalancing", query, "elasticloadbalancing", "elasticloadbalancing", "2015-12-01",
     "ELASTIC_LOAD_BALANCING_V2"},
    {"iam", query, "iam", "iam", "2010-05-08", "IAM", true},
    {"logs", json, "logs", "logs", "Logs_20140328", "CLOUDWATCH_LOGS"},
    {"monitoring", query, "monitoring", "monitoring", "2010-08-01", "CLOUDWATCH"},
    {"scheduler", rest, "scheduler", "scheduler", "", "SCHEDULER"},
    {"secretsmanager", json, "secretsmanager", "secretsmanager", "secretsmanager", "SECRETS_MANAGER"},
    {"servicequotas", json, "servicequotas", "servicequotas", "ServiceQuotasV20190624", "SERVICE_QUOTAS"},
    {"ssm", json, "ssm", "ssm", "AmazonSSM", "SSM"},
    {"sts", query, "sts", "sts", "2011-06-15", "STS"},
}};

}  // namespace

const Service* find_service(std::string_view name) {
  const auto* at = std::find_if(kServices.begin(), kServices.end(), [&](const Service& s) { return s.name == name; });
  return at != kServices.end() ? at : nullptr;
}

}  // namespace infra::aws
