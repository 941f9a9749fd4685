#include "providers/aws/types/aws_rows.h"
#include "providers/aws/types/aws_surroundings.h"
#include "providers/aws/types/elb/elb.h"
#include "providers/aws/types/network/ec2.h"

namespace infra::aws {

namespace {

Map listener_request(const Call& call) {
  auto out = params({{"Protocol", call["protocol"]}, {"Port", call["port"]}});
  const auto group = call.text("target_group");
  if (group.empty()) {
    // Of an ALB: what no rule takes isn't there.
    out.set("DefaultActions",
            List{params({{"Type", "fixed-response"},
                         {"FixedResponseConfig", params({{"StatusCode", "404"}, {"ContentType", "text/plain"}})}})});
  } else {
    out.set("DefaultActions", List{params({{"Type", "forward"}, {"TargetGroupArn", group}})});
  }
  if (const auto certificate = call.text("certificate"); !certificate.empty()) {
    out.set("Certificates", List{params({{"CertificateArn", certificate}})});
  }
  return out;
}

void read_listener(const Value& item, Seen& seen) {
  std::string certificate;
  for (const auto& one : items_of(item["Certificates"])) certificate = text_of(one["CertificateArn"]);
  std::string group;
  for (const auto& action : items_of(item["DefaultActions"])) {
    if (text_of(action["Type"]) == "forward") group = text_of(action["TargetGroupArn"]);
  }
  seen.live = params({{"port", number_of(item["Port"])},
                      {"protocol", text_of(item["Protocol"])},
                      {"certificate", certificate},
                      {"target_group", group}});
  seen.whole = {"target_group"};
  seen.fixed.set("load_balancer", text_of(item["LoadBalancerArn"]));
}

// BALANCER:PORT, since a listener has no name.
Result<std::string> find_listener(Account& account, const std::string& name) {
  const auto colon = name.rfind(':');
  if (colon == std::string::npos) return std::string();
  auto balancer =
      find_in_elb(account, name.substr(0, colon), "DescribeLoadBalancers", "LoadBalancers", "LoadBalancerArn");
  if (!balancer || balancer->empty()) return balancer;
  const auto listeners = listeners_of_balancer(account, *balancer);
  if (!listeners) return listeners.error();
  for (const auto& one : *listeners) {
    if (text_of(one["Port"]) == name.substr(colon + 1)) return text_of(one["ListenerArn"]);
  }
  return std::string();
}

}  // namespace

const Type& listener_type() {
  static const Type type{
      .schema = {.name = "listener",
                 .doc = "A port of a load balancer.",
                 .attributes = {fixed("load_balancer", types::string(), "The load balancer's ARN."),
                                changeable("port", types::integer(), "The port."),
                                changeable("protocol", types::string(), "HTTP, HTTPS, TCP, TLS or UDP."),
                                changeable("certificate", types::string(), "An ARN of ACM."),
                                changeable("target_group", types::string(), "Where all goes, of an NLB."),
                                labels_attribute(), output("arn", "Its ARN.")}},
      .list = [](Account& account, const std::vector<Known>&) -> Objects {
        const auto all = all_listeners(account);
        if (!all) return all.error();
        return own_of_elb(account, *all, "ListenerArn", "listener", read_listener);
      },
      .actions = {"elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags",
                  "elasticloadbalancing:CreateListener", "elasticloadbalancing:DeleteListener",
                  "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancers",
                  "elasticloadbalancing:DescribeTags", "elasticloadbalancing:ModifyListener"},
      .create = [](Call& call) -> Result<std::string> {
        auto request = listener_request(call);
        request.set("LoadBalancerArn", call["load_balancer"]);
        request.set("Tags", tag_list(call.tags()));
        const auto made = call.call(kElb, "CreateListener", Value(std::move(request)));
        if (!made) return made.error();
        return text_of(items_of(made["Listeners"]).at(0)["ListenerArn"]);
      },
      .update =
          [](Call& call) {
            auto request = listener_request(call);
            request.set("ListenerArn", call.id);
            return done(call.call(kElb, "ModifyListener", Value(std::move(request))));
          },
      .destroy =
          [](Call& call) {
            return gone(call.call(kElb, "DeleteListener", params({{"ListenerArn", call.id}})));
          },
      .look =
          [](Account& account, const Known& known) {
            return look_in_elb(account, known.id, "DescribeListeners", "ListenerArns", "Listeners", read_listener);
          },
      .find = find_listener,
      .surroundings = around_listener,
      .tag = tag_in_elb};
  return type;
}

}  // namespace infra::aws
