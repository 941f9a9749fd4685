// What an answer must hold is written down for every operation that reads.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "providers/aws/api/answers.h"

using namespace infra;
using namespace infra::aws;

namespace {

constexpr const char* kServices[] = {"acm",
                                     "application-autoscaling",
                                     "autoscaling",
                                     "ec2",
                                     "ecr",
                                     "ecs",
                                     "eks",
                                     "iam",
                                     "logs",
                                     "elasticloadbalancing",
                                     "scheduler",
                                     "secretsmanager",
                                     "servicequotas",
                                     "ssm",
                                     "sts"};

std::set<std::string> reading_operations() {
  static const std::regex kReads("\"((Describe|List|Get|BatchGet)[A-Z][A-Za-z]+)\"");
  std::set<std::string> out;
  for (const auto* folder : {"types", "credentials", "quotas"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(std::filesystem::path(INFRA_SOURCE_DIR) /
                                                                           "providers/aws" / folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path());
      std::stringstream text;
      text << in.rdbuf();
      const auto all = text.str();
      for (std::sregex_iterator at(all.begin(), all.end(), kReads), end; at != end; ++at) out.insert((*at)[1]);
    }
  }
  return out;
}

bool has_shape(const std::string& operation) {
  return std::any_of(std::begin(kServices), std::end(kServices),
                     [&](const char* service) { return find_shape(service, operation) != nullptr; });
}

}  // namespace

TEST_CASE("what each reading operation of AWS must answer is written down") {
  const auto all = reading_operations();
  CHECK(all.size() > 30);
  for (const auto& operation : all) {
    INFO(operation);
    CHECK(has_shape(operation));
  }
}

TEST_CASE("a list that isn't there is no empty list") {
  const auto& ecs = *find_service("ecs");
  const auto& ec2 = *find_service("ec2");
  const auto with = [](const char* name, Value value) {
    return Value(Map(std::vector<Entry>{{name, std::move(value)}}));
  };
  CHECK_FALSE(check_answer(ecs, "ListClusters", Value(Map())));
  CHECK_FALSE(check_answer(ecs, "ListClusters", with("clusterArns", "")));
  CHECK_FALSE(check_answer(ecs, "ListClusters", with("clusterArns", List{7})));
  CHECK(check_answer(ecs, "ListClusters", with("clusterArns", List{})));
  CHECK(check_answer(ec2, "DescribeVpcs", with("vpcSet", "")));
  CHECK_FALSE(check_answer(ec2, "DescribeVpcs", Value("")));
  CHECK_FALSE(check_answer(ec2, "DescribeVpcs", with("vpcSet", List{with("vpcId", "")})));
  CHECK(check_answer(ec2, "DescribeVpcs", with("vpcSet", List{with("vpcId", "vpc-1")})));
}
