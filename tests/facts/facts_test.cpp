// What is written down of platforms is compared with their documentation's own examples and other tables.
#include <catch2/catch.hpp>

#include "base/text/units.h"
#include "facts/aws_cron.h"
#include "facts/aws_tags.h"
#include "facts/eks_pods.h"
#include "facts/fargate.h"
#include "facts/instances.h"
#include "facts/rollout.h"

namespace infra::facts {

TEST_CASE("a rollout's floor rounds up and its ceiling down, as ECS has it") {
  struct Row {
    double min, max;
    std::int64_t desired, floor, ceiling;
  };
  // The first three are the developer guide's own.
  const auto row =
      GENERATE(Row{50, 200, 4, 2, 8}, Row{50, 125, 4, 2, 5}, Row{100, 150, 1, 1, 1}, Row{100, 200, 1, 1, 2},
               Row{50, 150, 3, 2, 4}, Row{0, 100, 7, 0, 7}, Row{70, 130, 10, 7, 13}, Row{33, 133, 3, 1, 3},
               Row{29, 129, 100, 29, 129}, Row{100, 200, 0, 0, 0});
  CHECK(floor_of({row.min}, row.desired) == row.floor);
  CHECK(ceiling_of({row.max}, row.desired) == row.ceiling);
  CHECK(unavailable_of({row.min}, row.desired) == row.desired - row.floor);
  CHECK(surge_of({row.max}, row.desired) == row.ceiling - row.desired);
}

TEST_CASE("a machine of EKS takes as many pods as its interfaces have addresses") {
  // eni-max-pods.txt of awslabs/amazon-eks-ami
  CHECK(usual_pods("t3.micro") == 4);
  CHECK(usual_pods("t3.medium") == 17);
  CHECK(usual_pods("t4g.large") == 35);
  CHECK(usual_pods("m5.large") == 29);
  CHECK(usual_pods("c6g.medium") == 8);
  CHECK(usual_pods("r6i.4xlarge") == 234);
  CHECK(usual_pods("m5.24xlarge") == 737);
  CHECK(usual_pods("g5.xlarge") == 0);
  CHECK(usual_pods("large") == 0);
  CHECK(most_pods("m6i.large") == 110);
  CHECK(most_pods("m6i.8xlarge") == 250);
}

TEST_CASE("100% of any number is that number") {
  for (std::int64_t desired = 0; desired <= 10'000; ++desired) {
    REQUIRE(floor_of({100}, desired) == desired);
    REQUIRE(ceiling_of({100}, desired) == desired);
    REQUIRE(ceiling_of({200}, desired) == 2 * desired);
  }
}

TEST_CASE("the circuit breaker's threshold is half of what is wanted, within 3 to 200") {
  CHECK(breaker_of(0) == 3);
  CHECK(breaker_of(1) == 3);
  CHECK(breaker_of(6) == 3);
  CHECK(breaker_of(7) == 4);
  CHECK(breaker_of(25) == 13);
  CHECK(breaker_of(400) == 200);
  CHECK(breaker_of(800) == 200);
}

TEST_CASE("Fargate's sizes: each row ends where the documentation says") {
  struct Row {
    std::int64_t units, sizes, last_gib;
  };
  // How many sizes of memory a CPU has: RegisterTaskDefinition, `cpu`.
  const auto row = GENERATE(Row{256, 3, 2}, Row{512, 4, 4}, Row{1024, 7, 8}, Row{2048, 13, 16}, Row{4096, 23, 30},
                            Row{8192, 12, 60}, Row{16384, 12, 120});
  const auto* size = fargate_size(row.units);
  REQUIRE(size != nullptr);
  std::int64_t count = 0;
  for (auto mib = fargate_memory(*size, {1}); mib; mib = fargate_memory(*size, {*mib * kMib + 1})) ++count;
  CHECK(count == row.sizes);
  CHECK(fargate_memory(*size, {row.last_gib * kGib}) == row.last_gib * 1024);
  CHECK_FALSE(fargate_memory(*size, {row.last_gib * kGib + 1}));
  CHECK(fargate_size(row.units + 1) == nullptr);
}

TEST_CASE("an instance type is found by its name, its family by rising size") {
  const auto m6i = find_instance("m6i.large");
  REQUIRE(m6i);
  CHECK(m6i->memory == Bytes{8 * kGib});
  CHECK_FALSE(find_instance("m6i.tiny"));
  CHECK_FALSE(find_instance("nothing"));
  const auto family = instances_of_family("c5");
  REQUIRE(family.size() == 8);
  for (std::size_t i = 1; i < family.size(); ++i) CHECK(family[i - 1].memory < family[i].memory);
}

TEST_CASE("the characters of a tag") {
  CHECK(wrong_tag_character("team a_b.c:d/e=f+g-h@1") == std::string_view::npos);
  CHECK(wrong_tag_character("Größe") == std::string_view::npos);
  CHECK(wrong_tag_character("a[0]") == 1);
  CHECK(wrong_tag_character("a,b") == 1);
  CHECK(wrong_tag_character("tab\t") == 3);
}

TEST_CASE("a schedule is written as EventBridge Scheduler does, or refused with the reason") {
  const auto written = [](const char* cron) {
    const auto times = CronSchedule::parse(cron, "Europe/Berlin");
    REQUIRE(times);
    const auto out = aws_cron(*times);
    return out ? *out : out.error().message;
  };
  CHECK(written("0 3 * * *") == "cron(0 3 * * ? *)");
  CHECK(written("*/5 * * * *") == "cron(0/5 * * * ? *)");
  CHECK(written("7-59/10 8-18 * * mon-fri") == "cron(7/10 8-18 ? * MON-FRI *)");
  CHECK(written("*/7 1,2,5 * * 0,6") == "cron(0/7 1,2,5 ? * SUN,SAT *)");
  CHECK(written("0 0 * * 7") == "cron(0 0 ? * SUN *)");
  CHECK(written("30 4 1,15 jan-mar,6 *") == "cron(30 4 1,15 1-3,6 ? *)");
  CHECK(written("0 0 */10 * *") == "cron(0 0 1/10 * ? *)");          // 1, 11, 21, 31
  CHECK(written("10-30/10 * * * *") == "cron(10,20,30 * * * ? *)");  // not the rest of the hour
  CHECK(written("@yearly") == "cron(0 0 1 1 ? *)");
  // If both are restricted one of the two is enough: with all days of a month that is each day.
  CHECK(written("0 0 1-31 * 1") == "cron(0 0 * * ? *)");
  const std::string both = "EventBridge Scheduler takes days of the month or days of the week, and this has both";
  CHECK(written("0 0 13 * 5") == both);
  CHECK(written("0 0 */2 * 5") == both);
  CHECK(
      written("0,2,3,5,7,8,10,12,13,15,17,18,20,22,23,25,27,28,30,32,33,35,37,38,40,42,43,45,47,48,50,52,53,55,57,58 "
              "0,2,3,5,7,9,10,12,14,15,17,19,20,22 1,3,4,6,8,9,11,13,14,16,18,20,21,23,25,26,28,30 1,3,4,6,8,9,11 *") ==
      "cron(0,2,3,5,7,8,10,12,13,15,17,18,20,22,23,25,27,28,30,32,33,35,37,38,40,42,43,45,47,48,50,52,53,55,57,58 "
      "0,2,3,5,7,9,10,12,14,15,17,19,20,22 1,3,4,6,8,9,11,13,14,16,18,20,21,23,25,26,28,30 1,3,4,6,8,9,11 ? *)");
}

}  // namespace infra::facts
