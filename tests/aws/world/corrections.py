"""Where moto answers otherwise than AWS does, and a stack would notice."""
import roles
from moto.acm.models import AWSCertificateManagerBackend
from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.autoscaling.models import AutoScalingBackend
from moto.core.exceptions import JsonRESTError
from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ecs.exceptions import EcsClientException
from moto.ecs.models import EC2ContainerServiceBackend
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, elbv2_backends
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogsBackend
from moto.scheduler.exceptions import ScheduleGroupNotFound
from moto.scheduler.models import EventBridgeSchedulerBackend


def correct(gate):
    """`gate` knows the services, which moto doesn't."""

    def service_exists(_, resource):
        _, cluster, name = resource.split("/")
        for ours in gate.regions.values():
            for (arn, service), state in ours.world.services.items():
                if arn.endswith("/" + cluster) and service == name and state.status == "ACTIVE":
                    return
        raise AWSValidationException(f"ECS service doesn't exist: {resource}")

    imported, deleted = AWSCertificateManagerBackend.import_certificate, AWSCertificateManagerBackend.delete_certificate

    def import_certificate(self, certificate, private_key, chain, arn, tags):
        """One in another's place has its tags."""
        before = self._certificates.get(arn)
        arn = imported(self, certificate, private_key, chain, arn, tags)
        if before:
            self._certificates[arn].tags = before.tags
        return arn

    def delete_certificate(self, arn):
        for balancer in elbv2_backends[self.account_id][self.region_name].load_balancers.values():
            for listener in balancer.listeners.values():
                if arn in str(listener.certificates) + str(listener.certificate):
                    raise JsonRESTError("ResourceInUseException", f"Certificate {arn} is in use.")
        deleted(self, arn)

    AWSCertificateManagerBackend.import_certificate = import_certificate
    AWSCertificateManagerBackend.delete_certificate = delete_certificate
    deregister = ApplicationAutoscalingBackend.deregister_scalable_target

    def deregister_target(self, *arguments):
        try:
            return deregister(self, *arguments)
        except AWSValidationException as error:
            raise JsonRESTError("ObjectNotFoundException", str(error)) from error

    register = EC2ContainerServiceBackend.register_task_definition

    def register_by(self, *arguments, **named):
        for role in (named.get("execution_role_arn"), named.get("task_role_arn")):
            if role and not roles.exists(role):
                raise EcsClientException("Role is not valid")
        definition = register(self, *arguments, **named)
        definition.registered_by = f"arn:aws:iam::{self.account_id}:{gate.caller}"
        return definition

    EC2ContainerServiceBackend.register_task_definition = register_by
    tags_of = LogsBackend.list_tags_for_resource

    def log_tags(self, resource_arn):
        if resource_arn.split(":log-group:")[-1].removesuffix(":*") not in self.groups:
            raise ResourceNotFoundException()
        return tags_of(self, resource_arn)

    target_health = ELBv2Backend.describe_target_health

    def health_of_copies(self, target_group_arn, targets):
        known = target_health(self, target_group_arn, targets)
        port = self.target_groups[target_group_arn].port
        ours = gate.ecs_of(self.region_name).health_of(target_group_arn)
        return known + [FakeHealthStatus(address, port, str(port), state) for address, state in ours]

    ELBv2Backend.describe_target_health = health_of_copies
    delete_nat = NatGatewayBackend.delete_nat_gateway

    def delete_nat_gateway(self, nat_gateway_id):
        gateway = delete_nat(self, nat_gateway_id)
        freed = {one.get("allocationId") for one in gateway.address_set}
        for address in self.describe_addresses():
            if address.allocation_id in freed:  # it may be another's again
                address.eni = address.instance = address.association_id = None
        return gateway

    delete_group = AutoScalingBackend.delete_auto_scaling_group

    def delete_auto_scaling_group(self, group_name):
        instances = [one.instance.id for one in self.autoscaling_groups[group_name].instance_states] \
            if group_name in self.autoscaling_groups else []
        delete_group(self, group_name)
        left = [one.id for one in self.ec2_backend.all_instances() if one.id in instances and one.state != "terminated"]
        if left:  # those that are protected from scaling in end as well
            self.ec2_backend.terminate_instances(left)

    # Those of NAT gateways and instances stay in moto when these have gone: they do not count.
    def holds(interface):
        return interface.description not in ("", "Primary network interface")

    delete_security_group = SecurityGroupBackend.delete_security_group

    def delete_group_if_free(self, name=None, group_id=None):
        for one in self.enis.values():
            if holds(one) and any(group.id == group_id for group in one.group_set):
                raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return delete_security_group(self, name, group_id)

    delete_subnet = SubnetBackend.delete_subnet

    def delete_subnet_if_free(self, subnet_id):
        if any(holds(one) and one.subnet.id == subnet_id for one in self.enis.values()):
            raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        return delete_subnet(self, subnet_id)

    scheduler_tags, make_schedule = EventBridgeSchedulerBackend.list_tags_for_resource, EventBridgeSchedulerBackend.create_schedule

    def tags_of_group(self, resource_arn):
        self.get_schedule_group(resource_arn.split("/")[-1])  # 404 if it isn't there
        return scheduler_tags(self, resource_arn)

    def create_schedule(self, **named):
        self.get_schedule_group(named["group_name"])
        return make_schedule(self, **named)

    def delete_schedule_group(self, name):
        if self.schedule_groups.pop(name, None) is None:
            raise ScheduleGroupNotFound(name)

    EventBridgeSchedulerBackend.list_tags_for_resource = tags_of_group
    EventBridgeSchedulerBackend.create_schedule = create_schedule
    EventBridgeSchedulerBackend.delete_schedule_group = delete_schedule_group
    SecurityGroupBackend.delete_security_group = delete_group_if_free
    SubnetBackend.delete_subnet = delete_subnet_if_free
    AutoScalingBackend.delete_auto_scaling_group = delete_auto_scaling_group
    NatGatewayBackend.delete_nat_gateway = delete_nat_gateway
    ApplicationAutoscalingBackend._ecs_service_exists_for_target = service_exists
    ApplicationAutoscalingBackend.deregister_scalable_target = deregister_target
    LogsBackend.list_tags_for_resource = log_tags
